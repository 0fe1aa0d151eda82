"""Whether a session of each supported Spark, with the libraries of Databricks' runtimes, gives the golden rows.

    python -m benchmarks.versions                       # all of them: some minutes each, and a download
    python -m benchmarks.versions 15.4 --session connect
    python -m benchmarks.versions newest --python 3.14=/opt/python3.14/bin/python3
    python -m benchmarks.versions --resolve             # only: would pip replace anything of a runtime? (needs uv)

For each runtime an environment is made once (kept in ``--environments``), with the pins of ``deploy/runtimes`` and
nothing but this package's extras ``folder`` and ``databricks`` beside them. There, in a classic and in a Connect
session with Delta, golden cases are written into folders and into the catalog, content hashes are compared, the
datasets are checked, and the HTML report is written (`benchmarks.versions_session`); with ``--session job``, a wheel
task does it for a workspace on loopback (`benchmarks.versions_job`), also with columns of one's own of every kind. What
came out is printed as a Markdown table.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CASES = ("default_1k", "hard", "days_appended", "homes_appended_inside", "own_columns")
KINDS = ("classic", "connect", "job")
"""Sessions; the last is that of a wheel task, submitted to a workspace on loopback."""

PINS = ROOT / "deploy" / "runtimes"
"""Constraints of each runtime and serverless environment."""

FIXED = ("numpy", "pandas", "pyarrow", "pyspark")
"""What an installation must leave as the runtime has it."""


@dataclass(frozen=True)
class Runtime:
    """An environment: where its versions come from, and which they are.

    Attributes
    ----------
    source : str
        What names the versions.
    python, pyspark : str
    delta, connect : str
        Maven coordinates of Delta, and of the Connect server where PySpark brings none.
    pins : str
        The file of pip's constraints in ``deploy/runtimes``.
    """

    source: str
    python: str
    pyspark: str
    delta: str
    connect: str = ""
    pins: str = ""


RUNTIMES = {
    "15.4": Runtime(
        "Databricks Runtime 15.4 LTS (serverless environment 2 has the same libraries)",
        "3.11",
        "3.5.0",
        "io.delta:delta-spark_2.12:3.2.0",
        "org.apache.spark:spark-connect_2.12:3.5.0",
        "15.4.txt",
    ),
    "16.4": Runtime(
        # The runtime has Python 3.12, for which pandas 1.5 was never released; Databricks builds its own.
        "Databricks Runtime 16.4 LTS (serverless environment 3 has the same libraries)",
        "3.11",
        "3.5.2",
        "io.delta:delta-spark_2.12:3.2.1",
        # A mirror may lack the server's jar of a release; that of the first fits all of 3.5.
        "org.apache.spark:spark-connect_2.12:3.5.0",
        "16.4.txt",
    ),
    "17.3": Runtime(
        "Databricks Runtime 17.3 LTS (serverless environment 4 has the same libraries)",
        "3.12",
        "4.0.0",
        "io.delta:delta-spark_2.13:4.0.0",
        pins="17.3.txt",
    ),
    "newest": Runtime("the newest releases", "3.14", "4.1.*", "io.delta:delta-spark_4.1_2.13:4.3.1"),
}
"""Spark and Python as the release notes "Databricks Runtime 15.4 LTS", "… 16.4 LTS" and "… 17.3 LTS" name them;
libraries as in the files of `PINS`, each of which names its source."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runtimes", nargs="*", choices=[*RUNTIMES, []], help="default: all")
    parser.add_argument("--session", choices=KINDS, help="default: all")
    parser.add_argument("--cases", default=",".join(CASES), help="golden cases, with commas between them")
    parser.add_argument("--environments", type=Path, default=Path(tempfile.gettempdir(), "idgraph-versions"))
    parser.add_argument("--python", action="append", default=[], metavar="VERSION=PATH", help="where a Python is")
    parser.add_argument("--resolve", action="store_true", help="only resolve the core and the extra databricks")
    args = parser.parse_args()
    if args.resolve:
        return resolve()
    pythons = dict(given.split("=", 1) for given in args.python)
    print(
        "| runtime | Python | PySpark | numpy | pandas | pyarrow | session | golden rows | catalog | checks | report |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    wrong = 0
    for name in args.runtimes or RUNTIMES:
        runtime = RUNTIMES[name]
        python = environment(args.environments / name, runtime, pythons.get(runtime.python))
        for kind in [args.session] if args.session else KINDS:
            jars = [jar for jar in (runtime.delta, runtime.connect if kind != "classic" else "") if jar]
            results = in_session(python, kind, args.cases.split(","), jars)
            wrong += not is_right(results)
            print(line(name, kind, results), flush=True)
    return int(wrong > 0)


def resolve() -> int:
    """What the core and the extra ``databricks`` come to in every runtime; 1 where one cannot be resolved."""
    print(f"| runtime | {' | '.join((*FIXED, 'databricks-sdk', 'plotly'))} |\n|---|---|---|---|---|---|---|")
    wrong = 0
    for pins in sorted(PINS.glob("*.txt")):
        python = python_of(pins)
        command = ["uv", "pip", "compile", "--quiet", "--no-header", "--no-annotate", "--python-version", python]
        command += ["--constraint", str(pins), "--extra", "databricks", "pyproject.toml"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        wrong += done.returncode != 0
        found = dict(line.split("==") for line in done.stdout.split() if "==" in line)
        cells = [found.get(name, "untouched") for name in (*FIXED, "databricks-sdk", "plotly")]
        print(f"| {pins.stem} | {' | '.join(cells)} |{done.stderr.strip()}")
    return int(wrong > 0)


def python_of(pins: Path) -> str:
    """The Python with which a file of pins can be resolved."""
    text = pins.read_text(encoding="utf-8")
    written = re.search(r"resolve with Python (\d\.\d+)", text) or re.search(r"^# Python (\d\.\d+)", text, re.MULTILINE)
    return written[1]


def environment(folder: Path, runtime: Runtime, python: str | None) -> Path:
    """The Python of an environment with the versions of a runtime, made where it is not there."""
    found = folder / "bin" / "python"
    if (folder / "complete").exists():
        return found
    python = python or shutil.which(f"python{runtime.python}")
    if python is None:
        raise SystemExit(f"Python {runtime.python} is not on the path: give --python {runtime.python}=PATH.")
    subprocess.run([python, "-m", "venv", "--clear", folder], check=True)
    install = [found, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if runtime.pins:
        install += ["--constraint", PINS / runtime.pins]
    subprocess.run([*install, f"pyspark[connect]=={runtime.pyspark}", "-e", f"{ROOT}[folder,databricks]"], check=True)
    (folder / "complete").touch()
    return found


def in_session(python: Path, kind: str, cases: list[str], jars: list[str]) -> dict:
    """What a session of that kind reported, put together; `error` where it ended early."""
    command = [python, "-m", "benchmarks.versions_session", kind, *cases, "--packages", ",".join(jars)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    results: dict = {"cases": {}, "checks": [], "failed": []}
    for one in done.stdout.splitlines():
        if not one.startswith("{"):
            continue
        found = json.loads(one)
        if "case" in found:
            results["cases"][found["case"]] = found["equal"]
        elif "checks" in found:
            results["checks"].append(found["checks"])
            results["failed"] += found["failed"]
        else:
            results |= found
    if done.returncode:
        results["error"] = next(reversed(done.stderr.strip().splitlines()), f"ended with code {done.returncode}")
        print(done.stderr, file=sys.stderr)
    return results


def is_right(results: dict) -> bool:
    """Whether everything was done, and nothing differed."""
    return "error" not in results and all(results["cases"].values()) and not results["failed"]


def line(name: str, kind: str, results: dict) -> str:
    """A row of the table."""
    folders = {case: equal for case, equal in results["cases"].items() if "(" not in case}
    catalogs = {case: equal for case, equal in results["cases"].items() if "(" in case}
    checks = "; ".join(map(str, results["checks"])) or "–"
    cells = [
        name,
        *(results.get(package, "–") for package in ("python", "pyspark", "numpy", "pandas", "pyarrow")),
        kind,
        _equal(folders),
        _equal(catalogs),
        f"{checks} passed" if not results["failed"] else f"failed: {', '.join(results['failed'])}",
        f"{results['report_bytes'] / 2**20:.1f} MB" if "report_bytes" in results else "–",
    ]
    error = f" {results['error']}" if "error" in results else ""
    return f"| {' | '.join(cells)} |{error}"


def _equal(cases: dict[str, bool]) -> str:
    different = [case for case, equal in cases.items() if not equal]
    return f"differ: {', '.join(different)}" if different else f"{', '.join(cases)} equal" if cases else "–"


if __name__ == "__main__":
    raise SystemExit(main())
