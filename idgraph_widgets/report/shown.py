"""A report as static HTML: what the manifest and the checks say, without asking an engine."""

from __future__ import annotations

from collections.abc import Iterable

from idgraph_widgets.charts.html import figures_html
from idgraph_widgets.config.shown import section_html
from idgraph_widgets.quality.report import CheckReport
from idgraph_widgets.report.blocks import TableBlock
from idgraph_widgets.report.figures import Card
from idgraph_widgets.report.sections import overview
from idgraph_widgets.report.subject import Block, Subject
from idgraph_widgets.static_html import folded, section, sentence, table


def dataset_html(dataset, checks: CheckReport | None = None) -> str:
    """What a dataset holds, how much of it, what its checks found, and its configuration.

    Parameters
    ----------
    dataset : Dataset
    checks : CheckReport, optional
    """
    return section(
        "Report",
        sentence("A picture of the report; run the notebook to look further."),
        blocks_html(overview(Subject(dataset, checks))),
        "" if checks is None else checks._repr_html_(),
        folded("Configuration", section_html(dataset.config)),
    )


def blocks_html(blocks: Iterable[Block]) -> str:
    """Figures, tables and facts one below the other."""
    return "".join(map(_block, blocks))


def _block(block: Block) -> str:
    if isinstance(block, Card):
        return figures_html([(block.title, block.figure, block.text, block.height)])
    if isinstance(block, TableBlock):
        inside = table(block.columns, block.rows, block.right)
        return folded(block.title, inside) if block.folded else section(block.title, inside)
    facts = table(("", ""), block.facts)
    return (section(block.title, facts) if block.title else facts) + sentence(block.note)
