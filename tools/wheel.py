"""Builds wheel and sdist, looks into them, and uses the wheel as a newcomer would: in new environments, by the tutorial.

python -m tools.wheel                                   # with this Python: newest and lowest versions of what is needed
python -m tools.wheel --newest python3.13 --lowest python3.10
python -m tools.wheel --newest python3.13 --extra light --lowest ""

*Newest* copies the tutorial as it stands, its install lines included, in an empty folder. *Lowest* installs the lowest versions that
`pyproject.toml` allows, with uv, and goes on likewise. Needs the extra dev.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

from tools.blocks import ROOT, blocks, run_page

PAGE = "tutorial.md"
_INSTALL = 'python -m pip install "idgraph-widgets[local]"'

IN_THE_WHEEL = (
    "idgraph_widgets/py.typed",
    "idgraph_widgets/reference/facts/household_size.csv",
    "idgraph_widgets/forecast/calibration.json",
    "idgraph_widgets/forecast/run_seconds.json",
    "idgraph_widgets/report/static/page.css",
    "idgraph_widgets/charts/figure.js",
    "idgraph_widgets/charts/theme.css",
    "idgraph_widgets/widgets/js/form.js",
    "idgraph_widgets/dashboard/studio.ipynb",
    ".dist-info/licenses/LICENSE",
    ".dist-info/licenses/NOTICE",
)
IN_THE_SDIST = ("/LICENSE", "/NOTICE", "/README.md", "/pyproject.toml", "/idgraph_widgets/schema/ids.py")


def build(out: Path) -> tuple[Path, Path]:
    """The sdist, and the wheel that is built from it."""
    # From a copy, so that what earlier builds left (build/, *.egg-info) neither helps nor stays. Without what begins
    # with a dot: the history, and what tests that run meanwhile write (caches, counted lines).
    tree = out / "tree"
    left = shutil.ignore_patterns(".*", "build", "dist", "site", "data", "*.egg-info", "__pycache__", "node_modules")
    shutil.copytree(ROOT, tree, ignore=left)
    command = [sys.executable, "-m", "build", "--outdir", str(out / "dist"), str(tree)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=600)
    shutil.rmtree(tree)
    return next((out / "dist").glob("*.tar.gz")), next((out / "dist").glob("*.whl"))


def missing(sdist: Path, wheel: Path) -> list[str]:
    """What should be in the archives and is not, and what should not be and is."""
    with zipfile.ZipFile(wheel) as archive:
        inside = archive.namelist()
    with tarfile.open(sdist) as archive:
        packed = archive.getnames()
    found = [f"the wheel lacks {name}" for name in IN_THE_WHEEL if not any(path.endswith(name) for path in inside)]
    found += [f"the sdist lacks {name}" for name in IN_THE_SDIST if not any(path.endswith(name) for path in packed)]
    tops = {path.split("/")[0] for path in inside}
    return found + [f"the wheel holds {top}" for top in tops if top != "idgraph_widgets" and ".dist-info" not in top]


def follow_newest(python: str, wheel: Path, extra: str, folder: Path) -> str:
    """Copy the tutorial's install lines and then its other blocks; what went wrong, or nothing."""
    (folder / "bin").mkdir()
    (folder / "bin" / "python").symlink_to(shutil.which(python) or python)
    lines = (ROOT / "docs" / PAGE).read_text(encoding="utf-8").partition("```bash\n")[2].partition("```")[0]
    if _INSTALL not in lines:
        return f"the tutorial does not begin with {_INSTALL}"
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    environment |= {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "PIP_FIND_LINKS": str(wheel.parent)}
    lines = lines.replace("[local]", f"[{extra}]")
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", lines],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    if done.returncode:
        return (done.stdout + done.stderr)[-4000:]
    return run_page(PAGE, str(folder / ".venv" / "bin" / "python"), folder, installed=True)


def needed(wheel: Path, extra: str) -> list[str]:
    """What the wheel asks for by itself and with an extra, one requirement each."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = archive.read(name).decode()
    found = []
    for line in metadata.splitlines():
        if line.startswith("Requires-Dist: "):
            requirement, _, marker = line.removeprefix("Requires-Dist: ").partition(";")
            if not marker or any(f'extra == "{one}"' in marker for one in (extra, "folder")):
                found.append(requirement.strip())
    return [requirement for requirement in found if not requirement.startswith("idgraph-widgets")]


def follow_lowest(python: str, wheel: Path, extra: str, folder: Path) -> str:
    """The tutorial with the lowest versions that are allowed; what went wrong, or nothing."""
    uv = [sys.executable, "-m", "uv", "--quiet"]
    subprocess.run([*uv, "venv", "--python", shutil.which(python) or python, str(folder / ".venv")], check=True)
    own = str(folder / ".venv" / "bin" / "python")
    install = [*uv, "pip", "install", "--python", own, "--resolution", "lowest-direct"]
    # Named one by one, since "direct" is what is named here.
    done = subprocess.run(
        [*install, str(wheel), *needed(wheel, extra)], capture_output=True, text=True, timeout=900, check=False
    )
    if done.returncode:
        return done.stderr[-4000:]
    listed = subprocess.run([*uv, "pip", "freeze", "--python", own], capture_output=True, text=True, check=True).stdout
    print("  " + ", ".join(line for line in listed.splitlines() if "==" in line))
    return run_page(PAGE, own, folder, installed=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--newest", default=sys.executable, metavar="PYTHON", help='default: this one; "" for none')
    parser.add_argument("--lowest", default=sys.executable, metavar="PYTHON", help='default: this one; "" for none')
    parser.add_argument("--extra", default="local", choices=("local", "light"))
    arguments = parser.parse_args()
    assert blocks(PAGE)
    with tempfile.TemporaryDirectory() as out:
        sdist, wheel = build(Path(out))
        print(f"{sdist.name}: {sdist.stat().st_size / 1e6:.1f} MB, {wheel.name}: {wheel.stat().st_size / 1e6:.1f} MB")
        wrong = missing(sdist, wheel)
        for name, python, follow in (
            ("newest", arguments.newest, follow_newest),
            ("lowest", arguments.lowest, follow_lowest),
        ):
            if python:
                with tempfile.TemporaryDirectory() as folder:
                    print(f"{name} versions, {python}, extra {arguments.extra}", flush=True)
                    said = follow(python, wheel, arguments.extra, Path(folder))
                    wrong += [f"{name}, {python}: {said}"] if said else []
    print("\n".join(wrong) or "The wheel alone is enough.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
