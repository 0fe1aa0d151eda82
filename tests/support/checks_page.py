"""The page of checks: every promise, the tables it reads, and what is broken in a sound dataset to see it fail."""

from __future__ import annotations

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.config.docs import line
from idgraph_widgets.quality.all_statistics import statistics
from idgraph_widgets.quality.checks import Context, Partial, Scan
from idgraph_widgets.quality.labels import label_of
from idgraph_widgets.quality.registry import REGISTRY
from idgraph_widgets.schema import GENERATED
from support import extras
from support.distortions import BROKEN
from support.mutations import DECLARED, MUTATIONS

_HEAD = """# Checks

Generated from the checks and from the tests that break them: `python -m benchmarks.checks docs/checks.md`. Do not edit.

`idgraph check` runs them all; `idgraph check PATH --print-sql` prints them as SQL to run elsewhere. A check finds rows;
none may be found. *Broken by* is what the tests do to one row of a sound dataset to see that the check finds it, and
that no other does that does not speak of the same thing. Values that depend on the configuration are the defaults here.
"""

_STATISTICS = """## Statistics

Figures of a whole dataset against what was asked for or published. The tolerance is what chance alone reaches in so
many rows plus a slack, whose reason is named. A target from a `.csv` is a published table, which the package has in
`reference/facts`; it is no table of the dataset. *Distorted with* names the change of whole columns, or of what is
asked for, in which the tests see it off target (`tests/support/distortions.py`).
"""


def page() -> str:
    """The whole page as Markdown, ending in a line break."""
    return "\n".join([_HEAD, *_declared(), *_checks(), _STATISTICS, *_statistics()]).rstrip() + "\n"


def _declared() -> list[str]:
    """Checks that every table has: one row each, whatever the table."""
    sentences = {
        "columns": "The table exists and has every declared column with its type.",
        "required": "Columns that always have a value are never null.",
        "key_range": "Keys that are numbers lie in 1..2^53.",
        "key_unique": "The key is unique.",
        "vocabulary": "A column with a closed set of values holds no other.",
        "rows": "There are as many rows as the manifest says.",
    }
    lines = ["## Of every table", "", "| check | promise | broken by |", "|---|---|---|"]
    for name, broken in DECLARED.items():
        column = ".<column>" if name == "vocabulary" else ""
        lines.append(line(f"`structure.<table>{column}.{name}`", sentences[name], broken))
    return [*lines, "", f"Tables: {', '.join(f'`{name}`' for name in GENERATED)}.", ""]


def _checks() -> list[str]:
    """A table per module of checks."""
    broken: dict[str, list[str]] = {}
    for mutation in MUTATIONS:
        broken.setdefault(mutation.check, []).append(mutation.sentence)
    context = Context(GenerationConfig())
    lines: list[str] = []
    for module, queries in REGISTRY.items():
        if module == "extras":
            lines += _own()
            continue
        rows, behind = [], {}
        for query in queries(context):
            if isinstance(query, Partial):
                behind[query.name] = query.needs
            elif isinstance(query, Scan):
                reads = sorted({table for name in query.needs for table in behind.get(name, (name,))})
                for check in query.checks:
                    if not check.id.endswith(tuple(DECLARED)):
                        tables = ", ".join(f"`{name}`" for name in reads)
                        rows.append(line(f"`{check.id}`", check.sentence, tables, " ".join(broken[check.id])))
        lines += [f"## {module.capitalize()}", "", "| check | promise | reads | broken by |", "|---|---|---|---|"]
        lines += [*rows, ""]
    return lines


def _own() -> list[str]:
    """Checks of columns of one's own, which the defaults have none of: one row each kind."""
    lines = ["## Columns of one's own", "", "| check | promise | broken by |", "|---|---|---|"]
    for kind, (promise, broken) in extras.BROKEN.items():
        lines.append(line(f"`extras.<table>.<column>.{kind}`", promise, broken))
    return [*lines, ""]


def _statistics() -> list[str]:
    tallies, checks = statistics(Context(GenerationConfig()))
    reads = {tally.name: sorted(tally.needs) for tally in tallies}
    distorted: dict[str, list[str]] = {}
    for name, (_, ids) in BROKEN.items():
        for check in ids.split():
            distorted.setdefault(f"statistics.{check}", []).append(name)
    head = ("statistic", "sentence", "target from", "counts", "reads", "slack because", "distorted with")
    lines = [line(*head), "|---" * len(head) + "|"]
    for check in checks:
        label = label_of(check.id)
        tables = ", ".join(f"`{name}`" for name in reads[check.tally])
        broken = ", ".join(distorted.get(check.id, [])) or "not judged at the defaults"
        lines.append(line(f"`{check.id}`", check.sentence, check.source, label.unit, tables, label.because, broken))
    return lines
