"""The entry point of a Python wheel task: ``idgraph-task`` generates in the session that the task was given.

Package ``idgraph_widgets``, entry point ``idgraph-task``; its parameters are those of ``idgraph generate``, and three
more: ``--outcome FILE`` keeps what came out as JSON, ``--report FILE`` the report of the dataset, for those who have no
session to measure it in, and ``--reader NAME`` gives somebody the right to read the tables. A task fails by an
exception: some runtimes take any `SystemExit`, also the one of success, for a failure.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import sys
from pathlib import Path

from idgraph_widgets.cli import main as idgraph
from idgraph_widgets.cli.common import CHECKS_FAILED, DONE, INTERRUPTED
from idgraph_widgets.cli.parsing import Parser
from idgraph_widgets.engines import require_session
from idgraph_widgets.errors import RunCancelled, RunError
from idgraph_widgets.schema import quoted
from idgraph_widgets.storage.catalog.names import KINDS, CatalogNames

OPTIONS = ("--engine", "session", "--json", "-v")
"""What a task adds to its parameters: it never starts an engine of its own."""


class _OwnOptions(Parser):
    """Reads the task's own options, and leaves the others to ``idgraph generate``."""

    parse_known_args = argparse.ArgumentParser.parse_known_args


def main(argv: list[str] | None = None) -> None:
    """Generate, and keep what came out.

    Raises
    ------
    RunError
        Generation or a check failed; the message is the last line of the task's output.
    RunCancelled
        The task was told to stop, and what it had begun is undone.
    """
    own = _OwnOptions(prog="idgraph-task", add_help=False, allow_abbrev=False)
    own.add_argument("--outcome", type=Path)
    own.add_argument("--report", type=Path)
    own.add_argument("--reader")
    kept, parameters = own.parse_known_args(sys.argv[1:] if argv is None else argv)
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        code = idgraph(["generate", *parameters, *OPTIONS])
    outcome = _outcome(said.getvalue(), code)
    if kept.reader and code in (DONE, CHECKS_FAILED):
        outcome["reader"] = _let_read(kept.reader, outcome["path"])
    if kept.report is not None and code in (DONE, CHECKS_FAILED):
        outcome["report"] = _report(kept.report, outcome)
    print(json.dumps(outcome, indent=2))
    if kept.outcome is not None:
        _keep(kept.outcome, outcome)
    if code == INTERRUPTED:
        raise RunCancelled(outcome["message"])
    if code != DONE:
        raise RunError(outcome["message"])


def grants(reader: str, place: str) -> list[str]:
    """Statements that let somebody read a dataset and its companions.

    Examples
    --------
    >>> grants("ada@example.org", "main.demo")[1]
    'GRANT USE SCHEMA, SELECT ON SCHEMA `main`.`demo_meta` TO `ada@example.org`'
    """
    names = _names(place)
    places = (quoted(names.catalog, names.schema_of(kind)) for kind in KINDS)
    return [f"GRANT USE SCHEMA, SELECT ON SCHEMA {place} TO {quoted(reader)}" for place in places]


def _names(place: str) -> CatalogNames:
    catalog, _, schema = place.rpartition(".")
    return CatalogNames(catalog or None, schema)


def _report(path: Path, outcome: dict) -> str:
    """Measure and keep the report, and say so; that it cannot be is no reason for the run to fail."""
    try:
        from idgraph_widgets.dataset import CatalogDataset
        from idgraph_widgets.quality.report import CheckReport
        from idgraph_widgets.report.document import report_document

        names = _names(outcome["path"])
        checks = outcome.get("checks") and CheckReport.from_dict(outcome["checks"])
        dataset = CatalogDataset(require_session(), names.catalog, names.schema)
        path.write_text(json.dumps(report_document(dataset, checks or None)), encoding="utf-8")
    except Exception as error:
        # What was generated stays; the report can be measured again.
        return f"The report could not be made: {f'{error}'.splitlines()[0][:300]}"
    return f"The report is kept in {path}."


def _let_read(reader: str, place: str) -> str:
    """Give the right, and say so; that it cannot be given is no reason for the run to fail."""
    try:
        spark = require_session()
        for statement in grants(reader, place):
            spark.sql(statement)
    except Exception as error:
        # The session's own words: no privilege to grant, nobody of that name, or no catalog with grants.
        return f"{reader} could not be given the right to read it: {f'{error}'.splitlines()[0][:300]}"
    return f"{reader} may read it."


def _keep(path: Path, outcome: dict) -> None:
    """Write the outcome down, in one piece: folders of a workspace and of volumes take no appended lines."""
    try:
        path.write_text(json.dumps(outcome), encoding="utf-8")
    except OSError as error:
        # What was generated stays; the same text is in the task's output.
        print(f"idgraph: the outcome could not be kept in {path}: {error}", file=sys.stderr)


def _outcome(said: str, code: int) -> dict:
    """The document that the command printed, with a message where something failed."""
    try:
        outcome = json.loads(said)
    except ValueError:
        outcome = {"status": "failed", "message": said.strip() or "The command said nothing."}
    if code == CHECKS_FAILED:
        failed = [*outcome["checks"]["failed"], *outcome["checks"]["off_target"]]
        message = f"The tables are written, but checks do not hold: {', '.join(failed[:10])}."
        outcome |= {"status": "checks failed", "message": message}
    return {**outcome, "exit_code": code}
