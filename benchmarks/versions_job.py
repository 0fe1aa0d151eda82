"""What `benchmarks.versions` runs as a job: a workspace on loopback, and a wheel task in a Connect session.

Golden cases are submitted by the command line, a second step as an append; hashes are those that the job keeps.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
from collections.abc import Callable
from pathlib import Path

FAKED = {"name": "mover", "table": "household_moves", "faker": "company", "locale": "de_DE"}
"""Beside the columns of the golden case. Its texts are those of the Faker that is installed, so its table has no golden
hash; checks look at it."""


def run(remote: str, cases: tuple[str, ...], folder: Path, tell: Callable[..., None]) -> None:
    """Submit the steps of cases and tell what came out.

    Parameters
    ----------
    remote : str
        ``host:port`` of the Connect server that the workspace's tasks are given.
    cases : tuple of str
    folder : Path
        Empty.
    tell : callable
        As of `benchmarks.versions_session`.
    """
    from support.golden import CASES, config_of
    from support.workspace import JobsWorkspace

    with JobsWorkspace(folder / "workspace", remote) as workspace:
        os.environ |= {"DATABRICKS_HOST": workspace.url, "DATABRICKS_TOKEN": workspace.token}
        for case in cases:
            equal = []
            for number, step in enumerate(CASES[case]["steps"]):
                config = config_of(step)
                if config.extra_columns:
                    config.extra_columns.append(FAKED)
                path = folder / f"{case}{number}.json"
                path.write_text(config.to_json(), encoding="utf-8")
                mode = ["--mode", "append"] if number else []
                answer = _submitted(str(path), "--schema", f"versions_{case}", *mode)
                if answer["state"] != "done":
                    output = workspace.runs[answer["run_id"]].output.read_text(encoding="utf-8")
                    raise SystemExit(output.strip().splitlines()[-1])
                kept = answer["outcome"]
                equal.append(_is_golden(kept["tables"], case, number, FAKED["table"] if config.extra_columns else ""))
                tell(checks=len(kept["checks"]["results"]), failed=kept["checks"]["failed"])
                tell(step=number + 1, of=case, as_expected=equal[-1])
            tell(case=f"{case} (job)", equal=all(equal))


def _is_golden(tables: dict, case: str, number: int, besides: str) -> bool:
    """Whether rows and hashes of all tables but one are the golden ones."""
    from support.golden import published_hashes

    found = {name: [entry["rows"], entry["content_hash"]] for name, entry in tables.items() if entry["content_hash"]}
    golden = published_hashes()[case][number]
    return found.keys() == golden.keys() and all(found[name] == golden[name] for name in golden if name != besides)


def _submitted(*options: str) -> dict:
    """What the command tells of a run that has ended."""
    from idgraph_widgets.cli import main

    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        main(["job", "submit", *options, "--follow", "--json"])
    return json.loads(said.getvalue())
