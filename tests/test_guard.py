"""The order is kept by machines: format, lint, types, the arrows between rooms, the browser's code, examples."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest
from support.needs import lacking
from support.processes import own_environment

ROOT = Path(__file__).resolve().parent.parent

GUARDS = {
    "format": [sys.executable, "-m", "ruff", "format", "--check", "."],
    "lint": [sys.executable, "-m", "ruff", "check", "."],
    "types": [sys.executable, "-m", "mypy"],
    "imports": [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
    "scripts": ["biome", "check"],
    "examples": [sys.executable, "-m", "pytest", "-q", "--doctest-modules", "idgraph_widgets"],
}


def guarded(name: str, folder: Path) -> subprocess.CompletedProcess:
    """What a guard says about the repository in `folder`."""
    tools = os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]])
    if not shutil.which(GUARDS[name][0], path=tools):
        lacking(f"no {GUARDS[name][0]}: the extra dev brings it for Linux on x86-64 only")
    environment = {**os.environ, "PYTHONPATH": str(folder), "PATH": tools}
    return subprocess.run(GUARDS[name], cwd=folder, env=environment, capture_output=True, text=True)


@pytest.mark.parametrize("name", GUARDS)
def test_guard(name):
    done = guarded(name, ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("name", "module", "wrong"),
    [
        ("format", "schema/ids.py", "WEEK=  7\n"),
        ("lint", "schema/ids.py", "import os\n"),
        (
            "lint",
            "pipeline/run.py",
            "def made(of, a, row, with_, too, many, places):\n    return of, a, row, with_, too, many, places\n",
        ),
        ("types", "schema/ids.py", "def later(week):\n    return week\n"),
        ("types", "generators/context.py", "def later(week):\n    return week\n"),
        ("imports", "schema/ids.py", "import numpy\n"),
        ("imports", "storage/layout.py", "from idgraph_widgets.pipeline import plan\n"),
        ("imports", "quality/sql.py", "from idgraph_widgets.population import model\n"),
        ("imports", "report/text.py", "from idgraph_widgets.studio import state\n"),
        ("imports", "charts/theme.py", "import ipywidgets\n"),
        ("scripts", "widgets/js/scale.js", "const forgotten = unknown;\n"),
        (
            "examples",
            "schema/ids.py",
            'def one() -> int:\n    """One.\n\n    >>> one()\n    2\n    """\n    return 1\n',
        ),
    ],
)
def test_a_guard_sees_what_is_wrong(name, module, wrong, tmp_path):
    for file in ("pyproject.toml", "biome.json"):
        shutil.copy(ROOT / file, tmp_path)
    if name == "types" and (ROOT / ".mypy_cache").is_dir():
        # What mypy knows of libraries and of modules that are as they were.
        shutil.copytree(ROOT / ".mypy_cache", tmp_path / ".mypy_cache")
    package = shutil.copytree(
        ROOT / "idgraph_widgets", tmp_path / "idgraph_widgets", ignore=shutil.ignore_patterns("__pycache__")
    )
    with (package / module).open("a", encoding="utf-8") as file:
        file.write(f"\n\n{wrong}")
    done = guarded(name, tmp_path)
    assert done.returncode != 0
    assert Path(module).stem in done.stdout + done.stderr


_FORBIDDEN = re.compile(r"^\s*(?:from|import) (?:[\w.]*\.)?(?:benchmarks|conftest|test_\w+)\b.*", re.MULTILINE)


def forbidden_imports(tests: Path) -> list[str]:
    """Imports of benchmarks and of other tests, also in sources that tests run; what is shared is in `support`."""
    files = sorted(tests.rglob("*.py"))
    return [
        f"{file}: {found.strip()}" for file in files for found in _FORBIDDEN.findall(file.read_text(encoding="utf-8"))
    ]


def test_no_test_imports_another_or_a_benchmark():
    assert forbidden_imports(ROOT / "tests") == []


@pytest.mark.parametrize(
    "wrong", ["from test_cli import idgraph", "import benchmarks.studio", "    from tests.conftest import spark"]
)
def test_a_forbidden_import_is_seen(wrong, tmp_path):
    (tmp_path / "test_it.py").write_text(f"from support.browser import Server\n{wrong}\n", encoding="utf-8")
    assert len(forbidden_imports(tmp_path)) == 1


@pytest.mark.parametrize(("night", "processes"), [("0", "0"), ("0", "2"), ("1", "0")])
def test_what_is_left_for_the_night_is_told(night, processes, tmp_path):
    (tmp_path / "test_it.py").write_text(
        "import pytest\n\ndef test_a(): pass\n\n@pytest.mark.nightly\n"
        "@pytest.mark.parametrize('step', [1, 2])\ndef test_b(step): pass\n",
        encoding="utf-8",
    )
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = nightly\n", encoding="utf-8")
    # Without the plugins of whatever is installed, which take their time to load, in every process.
    plugins = ["-p", "xdist", "-p", "support.nightly"]
    command = [sys.executable, "-m", "pytest", "-q", *plugins, "-n", processes, str(tmp_path)]
    environment = {**own_environment(), "IDGRAPH_NIGHTLY": night, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert ("2 tests are left for the nightly form" in done.stdout) is (night == "0"), done.stdout
    assert ("1 passed" if night == "0" else "3 passed") in done.stdout


def test_no_modules_import_each_other_in_a_circle():
    graph = grimp.build_graph("idgraph_widgets", exclude_type_checking_imports=True, cache_dir=None)
    below = {module: graph.find_modules_directly_imported_by(module) - {module} for module in sorted(graph.modules)}
    TopologicalSorter(below).prepare()  # its error names a circle
