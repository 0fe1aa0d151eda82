"""What a workspace's compute does with a wheel task, in a process of its own: ``python workspace_task.py FOLDER``.

The wheel is installed by pip, the entry point found in its metadata and called with the parameters. A task has failed
if it raises anything, also a `SystemExit` of 0.
"""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path


def main(folder: Path) -> None:
    asked = json.loads((folder / "task.json").read_text(encoding="utf-8"))
    task, root = asked["tasks"][0], asked["root"]

    def mounted(text: str) -> str:
        """A path as the compute sees it, where the workspace's folders are mounted."""
        return root + text if text.startswith(("/Workspace/", "/Volumes/")) else text

    if "environment_key" in task:
        wheels = [one for spec in asked["environments"] for one in spec["spec"]["dependencies"]]
    else:
        wheels = [library["whl"] for library in task["libraries"]]
    site = folder / "site"
    pip = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        "--no-compile",
        "--target",
        site,
    ]
    subprocess.run([*pip, *map(mounted, wheels)], check=True)
    sys.path.insert(0, str(site))
    wheel = task["python_wheel_task"]
    points = distribution(wheel["package_name"]).entry_points
    point = next(point for point in points if point.name == wheel["entry_point"])
    sys.argv = [wheel["entry_point"], *map(mounted, wheel.get("parameters", ()))]
    try:
        point.load()()
    except SystemExit as ended:
        raise RuntimeError(f"The task left by SystemExit({ended.code}).") from None


if __name__ == "__main__":
    main(Path(sys.argv[1]))
