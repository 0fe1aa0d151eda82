"""The report as a document: its sections measured once where the tables are, and shown later where no engine is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from idgraph_widgets.quality.report import CheckReport
from idgraph_widgets.report.blocks import Facts, TableBlock
from idgraph_widgets.report.data import plain_values
from idgraph_widgets.report.figures import Card
from idgraph_widgets.report.sections import SECTIONS
from idgraph_widgets.report.subject import Block, ReportSection, Subject

FORMAT = 1
"""Version of the document's layout."""

_KINDS: dict[str, type[Card | TableBlock | Facts]] = {"card": Card, "table": TableBlock, "facts": Facts}


@dataclass(frozen=True)
class KeptReport:
    """A report that was measured before; what is written into its page is taken from it as from a dataset.

    Attributes
    ----------
    manifest : dict
        Of the dataset's manifest, what a report names: ``run_id``, ``seed`` and the rows of ``households``.
    parts : list of (ReportSection, list of Block)
    """

    manifest: dict[str, Any]
    parts: list[tuple[ReportSection, list[Block]]]

    @classmethod
    def from_dict(cls, document: Any) -> KeptReport:
        """What `report_document` gave.

        Raises
        ------
        ValueError
            It is something else, or another version's.
        """
        try:
            if document["format"] != FORMAT:
                raise ValueError(f"found the format {document['format']!r}, allowed is {FORMAT}")
            parts = [(_section(one), [_block(block) for block in one["blocks"]]) for one in document["sections"]]
            return cls(document["manifest"], parts)
        except (KeyError, TypeError) as error:
            raise ValueError(f"this is no report: {error}") from None


def report_document(dataset, checks: CheckReport | None = None) -> dict[str, Any]:
    """Every section of the report as plain values that JSON can hold.

    Parameters
    ----------
    dataset : Dataset
    checks : CheckReport, optional
        What the checks found.
    """
    subject, manifest = Subject(dataset, checks), dataset.manifest
    sections = [
        {
            "key": section.key,
            "title": section.title,
            "intro": section.intro,
            "blocks": [block_dict(block) for block in section.make(subject)],
        }
        for section in SECTIONS
    ]
    named = {"run_id": manifest["run_id"], "seed": manifest["seed"]}
    named["tables"] = {"households": {"rows": manifest["tables"]["households"]["rows"]}}
    return {"format": FORMAT, "manifest": plain_values(named), "sections": sections}


def block_dict(block: Block) -> dict[str, Any]:
    """A block as plain values, with its ``kind``."""
    kind = next(name for name, known in _KINDS.items() if isinstance(block, known))
    return {"kind": kind, **plain_values(block.to_dict())}


def _section(given: dict[str, Any]) -> ReportSection:
    return ReportSection(given["key"], given["title"], given["intro"], lambda _subject: [])


def _block(given: dict[str, Any]) -> Block:
    values = {name: value for name, value in given.items() if name != "kind"}
    for name in ("columns", "right"):
        if name in values:
            values[name] = tuple(values[name])
    for name in ("rows", "facts"):
        if name in values:
            values[name] = tuple(map(tuple, values[name]))
    return _KINDS[given["kind"]](**values)
