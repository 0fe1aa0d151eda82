"""What `benchmarks.versions` runs as a job: a workspace on loopback, and a wheel task in a Connect session.

The golden case is submitted by the command line, and its second step as an append; hashes are those that the job keeps.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
from collections.abc import Callable
from pathlib import Path


def run(remote: str, case: str, folder: Path, tell: Callable[..., None]) -> None:
    """Submit the steps of a case and tell what came out.

    Parameters
    ----------
    remote : str
        ``host:port`` of the Connect server that the workspace's tasks are given.
    case : str
    folder : Path
        Empty.
    tell : callable
        As of `benchmarks.versions_session`.
    """
    from support.golden import CASES, config_of, published_hashes
    from support.workspace import JobsWorkspace

    with JobsWorkspace(folder / "workspace", remote) as workspace:
        os.environ |= {"DATABRICKS_HOST": workspace.url, "DATABRICKS_TOKEN": workspace.token}
        equal = []
        for number, step in enumerate(CASES[case]["steps"]):
            path = folder / f"step{number}.json"
            path.write_text(config_of(step).to_json(), encoding="utf-8")
            mode = ["--mode", "append"] if number else []
            told = _submitted(str(path), "--schema", "versions_job", *mode)
            if told["state"] != "done":
                output = workspace.runs[told["run_id"]].output.read_text(encoding="utf-8")
                raise SystemExit(output.strip().splitlines()[-1])
            kept = told["outcome"]
            rows = {name: [entry["rows"], entry["content_hash"]] for name, entry in kept["tables"].items()}
            equal.append({name: one for name, one in rows.items() if one[1]} == published_hashes()[case][number])
            tell(checks=len(kept["checks"]["results"]), failed=kept["checks"]["failed"])
            tell(step=number + 1, of=case, as_expected=equal[-1])
        tell(case=f"{case} (job)", equal=all(equal))


def _submitted(*options: str) -> dict:
    """What the command tells of a run that has ended."""
    from idgraph_widgets.cli import main

    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        main(["job", "submit", *options, "--follow", "--json"])
    return json.loads(said.getvalue())
