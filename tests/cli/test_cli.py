"""The command line as a user meets it: output, exit codes, interruption."""

from __future__ import annotations

import hashlib
import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.processes import idgraph

from idgraph_widgets.cli import main
from idgraph_widgets.config import GenerationConfig, preset, with_difficulty
from idgraph_widgets.dataset import Dataset
from idgraph_widgets.quality.statistics import StatisticResult, compare_rate, compare_shares
from idgraph_widgets.schema import GENERATED

IDGRAPH = [sys.executable, "-m", "idgraph_widgets"]


@pytest.fixture(scope="module")
def generated(tmp_path_factory):
    """Folder and outcome of one `generate` in a pipe."""
    out = tmp_path_factory.mktemp("cli") / "demo"
    return out, idgraph("generate", "--households", "1000", "--seed", "7", "--out", out)


def test_generate_prints_table_verdict_and_path_and_no_progress_in_a_pipe(generated):
    out, done = generated
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == "" and "step " not in done.stdout and "\r" not in done.stdout
    lines = done.stdout.splitlines()
    assert any(line.startswith("households ") and " 1,000 " in line for line in lines)
    assert any(line.startswith("All ") and "checks hold" in line for line in lines)
    assert lines[-1].endswith(str(out))


def test_verbose_logs_every_step_and_where_an_error_came_from(tmp_path, capsys):
    done = idgraph("generate", "--households", "1000", "--out", tmp_path / "d", "-v")
    assert done.returncode == 0 and "step " not in done.stdout
    tables = [line.split("blocks: ")[1].split(",")[0] for line in done.stderr.splitlines() if " blocks: " in line]
    assert set(tables) == set(GENERATED) and tables[-len(GENERATED) :] == list(GENERATED)
    assert "Traceback" not in done.stderr
    for flag, shown in (("-v", True), ("--quiet", False)):
        assert main(["check", str(tmp_path / "nothing"), flag]) == 3
        error = capsys.readouterr().err
        assert ("Traceback" in error) is shown and "There is no dataset" in error.splitlines()[-1]


def test_other_commands_show_no_progress_in_a_pipe_and_log_it_with_v(generated, tmp_path, capsys):
    out, _ = generated
    for flags, seen in (((), False), (("-v",), True)):
        given = ["export", str(out), "--format", "csv", "--tables", "households", "--out", str(tmp_path / str(seen))]
        assert main([*given, *flags]) == 0
        assert ("households" in capsys.readouterr().err) is seen


def test_check_json_and_text(generated):
    out, _ = generated
    done = idgraph("check", out, "--json")
    report = json.loads(done.stdout)
    assert done.returncode == (0 if report["passed"] else 1)
    assert report["checks"] > 100
    assert {"id", "sentence", "violations"} <= set(report["results"][0])
    text = idgraph("check", out, "--quiet").stdout
    assert "violations" in text.splitlines()[0] and report["results"][0]["sentence"] in text


def test_failed_checks_end_with_1(generated, spark, tmp_path, monkeypatch, capsys):
    from idgraph_widgets import quality

    out, _ = generated
    failed = quality.CheckResult("some.check", "structure", "Something holds.", 3, [{"household_id": 1}])
    monkeypatch.setattr(quality, "run_checks", lambda *args, **kwargs: quality.CheckReport([failed]))
    assert main(["check", str(out), "--quiet"]) == 1
    assert "some.check" in capsys.readouterr().out


OFF_TARGET = (
    (
        "! some.rate: A rate is as asked for. Wanted 0.1, found 0.15; 50.00% off, allowed 45.20%. That is hardly "
        "chance, which reaches 40.20% with 1,000 rows."
    ),
    (
        "! some.shares: Shares are as asked for. Most of it at 'a', wanted 50.00%, found 60.00%; 10.00% of the rows "
        "would have to move, allowed 9.05%. That is hardly chance, which reaches 8.05% with 1,000 rows."
    ),
    "All 2 checks hold, 2 of 3 statistics are off target",
)


def test_a_statistic_off_target_is_named_and_is_no_failure_unless_strict(tmp_path, monkeypatch, capsys):
    from idgraph_widgets import quality

    def statistic(name, sentence, judged):
        return StatisticResult(name, sentence, "configuration", **vars(judged))

    held = [quality.CheckResult(f"check.{i}", "structure", "Something holds.", 0) for i in range(2)]
    wanted = {"a": 0.5, "b": 0.25, "c": 0.25}
    statistics = [
        statistic("some.rate", "A rate is as asked for.", compare_rate(150, 1_000, 0.1, within=0.05)),
        statistic("some.shares", "Shares are as asked for.", compare_shares({"a": 600, "b": 200, "c": 200}, wanted)),
        statistic("fine.shares", "Shares are as asked for.", compare_shares({"a": 500, "b": 250, "c": 250}, wanted)),
    ]
    found = [quality.CheckReport(held, statistics=statistics)]
    monkeypatch.setattr(quality, "run_checks", lambda *args, **kwargs: found[0])
    out = str(tmp_path / "d")
    for command in (["generate", "--households", "1000", "--out", out], ["check", out], ["report", out]):
        assert main([*command, "--quiet"]) == 0
        said = capsys.readouterr().out
        assert all(line in said for line in OFF_TARGET) and "fine.shares: Shares" not in said
    assert main(["check", out, "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert (printed["passed"], printed["holds"], printed["off_target"]) == (False, True, ["some.rate", "some.shares"])
    assert printed["statistics"][0]["chance"] == 0.401973
    for command in (["check", out], ["report", out]):
        assert main([*command, "--quiet", "--strict"]) == 1
        capsys.readouterr()
    found[0] = quality.CheckReport(held, skipped=["some.check"])
    assert main(["check", out, "--quiet"]) == 1  # a guarantee that was not checked is none


def test_init_then_dry_run(tmp_path):
    file = tmp_path / "mine.yaml"
    assert idgraph("init", file, "--preset", "small").returncode == 0
    again = idgraph("init", file)
    assert again.returncode == 2 and "exists" in again.stderr and "--force" in again.stderr
    done = idgraph("generate", file, "--dry-run", "--json", "--out", tmp_path / "no")
    document = json.loads(done.stdout)
    assert done.returncode == 0 and document["status"] == "valid"
    assert document["config"]["household_config"]["num_households"] == 10_000
    assert not (tmp_path / "no").exists()
    text = idgraph("generate", file, "--dry-run").stdout
    assert "households" in text and "10,000" in text


def test_init_writes_what_the_name_says(tmp_path, capsys):
    for name in ("a.yaml", "b.yml", "c.JSON"):
        assert main(["init", str(tmp_path / name), "--preset", "tiny", "--quiet"]) == 0
        config = GenerationConfig.from_file(tmp_path / name)
        assert config == preset("tiny")
        assert main(["generate", str(tmp_path / name), "--dry-run"]) == 0
    assert json.loads((tmp_path / "c.JSON").read_text())["household_config"]["num_households"] == 1_000
    capsys.readouterr()
    (tmp_path / "file").write_text("mine")
    for name in ("x.toml", "x", "", ".", "file/x.yaml"):
        assert main(["init", str(tmp_path / name) if name else "", "--force"]) == 2
        assert capsys.readouterr().err.startswith("idgraph: ")
    assert {path.name for path in tmp_path.iterdir()} == {"a.yaml", "b.yml", "c.JSON", "file", "idgraph.schema.json"}
    assert main(["init", str(tmp_path / "my file.yaml")]) == 0
    assert f"then: idgraph generate '{tmp_path / 'my file.yaml'}' --out" in capsys.readouterr().out


def test_init_points_editors_to_the_schema_beside(tmp_path, capsys):
    assert (
        main(["init", str(tmp_path / "a.yaml"), "--quiet"]) == main(["init", str(tmp_path / "b.json"), "--quiet"]) == 0
    )
    capsys.readouterr()
    assert main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads((tmp_path / "idgraph.schema.json").read_text())
    pointed = (tmp_path / "a.yaml").read_text().splitlines()[0]
    assert pointed == "# yaml-language-server: $schema=./idgraph.schema.json"
    assert json.loads((tmp_path / "b.json").read_text())["$schema"] == "./idgraph.schema.json"
    assert GenerationConfig.from_file(tmp_path / "b.json") == GenerationConfig()


def test_a_shell_completes_commands_options_and_files(tmp_path):
    script = tmp_path / "idgraph.bash"
    script.write_text(idgraph("completion", "bash").stdout)
    words = {"ch": "check", "generate --hou": "--households", "export --format d": "duckdb", "completion z": "zsh"}
    for typed, completed in words.items():
        line = ["idgraph", *typed.split()]
        typing = f"COMP_WORDS=({' '.join(line)}); COMP_CWORD={len(line) - 1}"
        ask = f'source {script}; {typing}; _shtab_idgraph; echo "${{COMPREPLY[@]}}"'
        done = subprocess.run(["bash", "-c", ask], capture_output=True, text=True, timeout=60)
        assert completed in done.stdout.split(), (typed, done.stdout, done.stderr)


def test_init_and_generate_through_a_pipe(tmp_path):
    written = idgraph("init", "-", "--difficulty", "hard")
    assert GenerationConfig.from_yaml(written.stdout) == with_difficulty(GenerationConfig(), "hard")
    as_json = json.loads(idgraph("init", "-", "--json", "--preset", "small").stdout)
    assert as_json["config"]["household_config"]["num_households"] == 10_000
    for text, code, said in (
        (written.stdout, 0, '"shared_email_share"'),
        (json.dumps(as_json["config"]), 0, '"num_households": 10000'),
        ("", 2, "standard input: found nothing"),
        ("sede: 1\n", 2, "sede"),
    ):
        asked = [*IDGRAPH, "generate", "-", "--dry-run", "--json", "--out", str(tmp_path / "no")]
        done = subprocess.run(asked, input=text, capture_output=True, text=True, timeout=60)
        assert done.returncode == code and said in done.stdout, done.stdout


COMMANDS = (
    *("init", "generate", "check", "report", "dashboard", "export", "logs", "optimize", "vacuum"),
    *("permissions", "register", "unregister", "schema", "completion"),
)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_says_how_it_is_used(command, capsys):
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    said = capsys.readouterr().out
    assert ended.value.code == 0 and "--quiet" in said
    assert "--verbose" in said or command not in COMMANDS[:9]
    if command in ("init", "generate", "check"):
        assert f"idgraph {command}" in said.split("examples:")[1]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("generate", "--households", "5"), "household_config.num_households"),
        (("generate", "--start-date", "2025-13-01"), "2025-13-01"),
        (("generate", "--end-date", "2025-01-02"), "end_date"),
        (("generate", "nowhere.yaml"), "nowhere.yaml"),
        (("generate", "--preset", "smal"), "small"),
        (("generate", "x.yaml", "--preset", "small"), "not both"),
        (("generate", "--engine", "flink"), "flink"),
        (("frobnicate",), "frobnicate"),
        (
            ("generate", "--households", "1e4"),
            "--households: found 1e4; allowed: a whole number. See: idgraph generate",
        ),
        (("generate", "--start-date", "20250101"), "--start-date: found 20250101; allowed: a day that exists"),
        (("generate", "--replace"), "--replace is about a catalog"),
        (("generate", "--profile", "p", "--dry-run"), "--profile is about a catalog"),
        (("vacuum", "d", "--keep-hours", "-1"), "--keep-hours: found -1; allowed: a whole number, 0 to"),
        (("vacuum", "d", "--keep-hours", "9" * 30), "--keep-hours: found 999"),
        (("optimize", "d", "--tables", ","), "--tables: found no name"),
        (("export", "d", "--tables", ""), "--tables: found no name"),
        (("dashboard", "--port", "0"), "--port: found 0; allowed: a whole number, 1 to 65,535"),
        (("report", "d", "x.json"), "found x.json, which is too much: idgraph report takes PATH"),
        ((), "COMMAND"),
    ],
)
def test_wrong_input_ends_with_2(args, said, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main([*args, *(("--out", "d") if args[:1] == ("generate",) else ())]) == 2
    printed = capsys.readouterr().err
    assert said in printed and "Traceback" not in printed
    assert not list(tmp_path.iterdir())


def test_wrong_input_as_json(tmp_path):
    done = idgraph("generate", "--households", "5", "--seed", "-1", "--out", tmp_path / "d", "--json")
    document = json.loads(done.stdout)
    assert document["exit_code"] == done.returncode == 2
    assert {p["path"] for p in document["problems"]} == {"seed", "household_config.num_households"}
    done = idgraph("generate", "--households", "many", "--json")
    assert json.loads(done.stdout)["message"].startswith("--households: found many; allowed")
    assert done.returncode == 2 and done.stderr == ""


def test_a_file_in_the_place_of_a_folder_is_told_in_words(generated, tmp_path, capsys):
    (tmp_path / "file").write_text("mine")
    file, below, dataset = str(tmp_path / "file"), str(tmp_path / "file" / "x"), str(generated[0])
    for words, code, said in (
        (["generate", "--out", file], 3, "is a file or lies below one; a dataset is a folder"),
        (["generate", "--out", below], 3, "is a file or lies below one"),
        (["check", file], 3, "is a file or lies below one"),
        (["vacuum", file], 3, "is a file or lies below one"),
        (["export", dataset, "--out", below], 2, f"{file} is no folder"),
        (["logs", dataset, "--out", file], 2, "is a file; the logs need a folder"),
        (["logs", dataset, "--out", below], 2, f"{file} is no folder"),
        (["check", ""], 3, "The path of the folder is empty"),
    ):
        assert main(words) == code, words
        assert said in capsys.readouterr().err


def test_storage_problems_end_with_3(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    foreign = idgraph("generate", "--households", "1000", "--out", tmp_path)
    assert foreign.returncode == 3
    assert "notes.txt" in foreign.stderr and "--force" in foreign.stderr
    missing = idgraph("check", tmp_path / "nowhere")
    assert missing.returncode == 3 and "There is no dataset" in missing.stderr


def test_missing_java_ends_with_3(tmp_path):
    done = idgraph(
        *("generate", "--engine", "spark", "--households", "1000", "--out", tmp_path / "d"), PATH="", JAVA_HOME=""
    )
    assert done.returncode == 3
    assert "no java was found" in done.stderr and "Traceback" not in done.stderr


def test_interruption_leaves_the_previous_dataset(generated):
    out, _ = generated
    before = digest(out)
    process = subprocess.Popen(
        [*IDGRAPH, "generate", "--households", "400000", "--out", str(out), "-v"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    for line in process.stderr:
        if "individuals" in line:
            break
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "untouched" in errors and "Traceback" not in errors
    assert digest(out) == before
    assert not (out / ".idgraph" / "unfinished_run.json").exists()
    with Dataset(out) as dataset:
        assert all(Path(f).exists() for name in dataset.table_names() for f in dataset.files(name))
    assert len(list((out / "households" / "data").iterdir())) == 1


def digest(out: Path) -> str:
    return hashlib.sha256((out / "manifest.json").read_bytes()).hexdigest()


def test_import_is_light():
    source = (
        "import sys, time; started = time.process_time(); import idgraph_widgets\n"
        "assert time.process_time() - started < 0.3\n"
        "heavy = {'pyspark', 'pandas', 'numpy', 'pyarrow', 'deltalake', 'ipywidgets'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
        "assert all(getattr(idgraph_widgets, name) is not None for name in idgraph_widgets.__all__)\n"
    )
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
