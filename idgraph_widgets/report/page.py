"""One standalone HTML file: opens without a network, reads well printed, light and dark."""

from __future__ import annotations

import json
import re
from html import escape
from importlib import resources
from pathlib import Path

from idgraph_widgets.charts.plotly_js import plotly_file
from idgraph_widgets.charts.theme import figure_script
from idgraph_widgets.errors import IdgraphError
from idgraph_widgets.quality.report import CheckReport
from idgraph_widgets.report import measures
from idgraph_widgets.report.blocks import Facts, TableBlock
from idgraph_widgets.report.data import plain_values, write_whole
from idgraph_widgets.report.figures import Card
from idgraph_widgets.report.sections import SECTIONS
from idgraph_widgets.report.subject import ReportSection, Subject
from idgraph_widgets.storage.folder.paths import file_path


class PlotlyMissing(IdgraphError):
    """The package that brings plotly.js is not installed."""

    exit_code = 2


def write_html(
    dataset,
    path,
    checks: CheckReport | None = None,
    household: int | None = None,
    person: int | None = None,
    on_progress=None,
) -> Path:
    """Write the report of a dataset to one HTML file.

    Parameters
    ----------
    dataset : Dataset
    path : path-like
        The file; its folder is made.
    checks : CheckReport, optional
        What the checks found.
    household, person : int, optional
        Whose graph and journey are shown; default those with most to see.
    on_progress : callable, optional
        Called before each section with its title.

    Returns
    -------
    Path

    Raises
    ------
    PlotlyMissing
        Plotly is not installed.
    ConfigError
        `path` is no name of a file.
    StorageError
        There is no such household or person, or the file could not be written.
    """
    script, path = plotly_script(), file_path(path)
    subject = Subject(dataset, checks, household, person)
    if household is not None:
        measures.known_household(dataset, household)
    if person is not None:
        measures.known_person(dataset, person)
    parts = []
    for section in SECTIONS:
        if on_progress is not None:
            on_progress(section.title)
        parts.append((section, section.make(subject)))
    return write_whole(path, page(dataset, parts, script))


def plotly_script() -> str:
    """plotly.js of the installed Plotly.

    Raises
    ------
    PlotlyMissing
    """
    try:
        return plotly_file().read_text(encoding="utf-8")
    except ImportError as error:
        raise PlotlyMissing(
            'The HTML report needs Plotly: python -m pip install "idgraph-widgets[dashboard]"'
        ) from error


def page(dataset, parts: list[tuple[ReportSection, list]], script: str) -> str:
    """The whole document."""
    manifest = dataset.manifest
    households = manifest["tables"]["households"]["rows"]
    title = f"{households:,} households, seed {manifest['seed']}"
    links = "".join(f'<li><a href="#{s.key}">{escape(s.title)}</a></li>' for s, _ in parts)
    body = "".join(_section(section, blocks) for section, blocks in parts)
    cards = [block.to_dict() for _, blocks in parts for block in blocks if isinstance(block, Card)]
    figures = json.dumps(plain_values({card["key"]: card for card in cards}), separators=(",", ":"))
    figures = figures.replace("</", "<\\/")
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Report: {escape(title)}</title>
<link rel="icon" href="data:,">
<style>{_static("page.css")}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the report</a>
<header><div><h1>Report of a synthetic identity graph</h1>
<p>{escape(title)} · run {escape(manifest["run_id"])}</p></div>
<button type="button" id="theme" aria-pressed="false">Dark</button></header>
<div class="columns">
<nav aria-label="Contents"><h2>Contents</h2><ol>{links}</ol></nav>
<main id="main" tabindex="-1">
<noscript><p class="note">Figures need JavaScript; the words under them and the tables do not.</p></noscript>
{body}
</main>
</div>
<script type="application/json" id="figures">{figures}</script>
<script>{script}</script>
<script type="module">{_script()}</script>
</body>
</html>
"""


def _script() -> str:
    """The page's module with the one that it imports: a file that opens from anywhere can fetch neither."""
    parts = (figure_script(), _static("page.js"))
    return "\n".join(re.sub(r"^(export |import .*\n)", "", part, flags=re.MULTILINE) for part in parts)


def _static(name: str) -> str:
    return resources.files(__package__).joinpath("static", name).read_text(encoding="utf-8")


def _section(section: ReportSection, blocks: list) -> str:
    inside = "".join(_block(block) for block in blocks)
    return (
        f'<section id="{section.key}" aria-labelledby="h-{section.key}"><h2 id="h-{section.key}">'
        f'{escape(section.title)}</h2><p class="intro">{escape(section.intro)}</p>'
        f'<div class="board">{inside}</div></section>'
    )


def _block(block) -> str:
    if isinstance(block, Card):
        return _card(block)
    return table_html(block) if isinstance(block, TableBlock) else facts_html(block)


def _card(card: Card) -> str:
    note = f'<p class="note">{escape(card.note)}</p>' if card.note else ""
    return (
        f'<figure class="card{" wide" if card.wide else ""}"><figcaption><h3>{escape(card.title)}</h3>{note}'
        f'</figcaption><div class="plot" role="img" data-card="{escape(card.key)}" '
        f'style="height:{card.height}px" '
        f'aria-label="{escape(card.text)}"></div></figure>'
    )


def facts_html(block: Facts) -> str:
    """Facts as HTML."""
    heading = f"<h3>{escape(block.title)}</h3>" if block.title else ""
    note = f'<p class="note">{escape(block.note)}</p>' if block.note else ""
    pairs = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in block.facts)
    state = f" {block.state}" if block.state else ""
    return f'<div class="card wide facts{state}">{heading}<dl>{pairs}</dl>{note}</div>'


def table_html(block: TableBlock) -> str:
    """A table as HTML."""

    def cells(values, tag: str) -> str:
        return "".join(f"<{tag}{_class(i, value, block)}>{escape(value)}</{tag}>" for i, value in enumerate(values))

    head = "".join(
        f'<th scope="col"{" class=r" if i in block.right else ""}>{escape(name)}</th>'
        for i, name in enumerate(block.columns)
    )
    rows = "".join(f"<tr>{cells(row, 'td')}</tr>" for row in block.rows)
    note = f'<p class="note">{escape(block.note)}</p>' if block.note else ""
    table = (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(block.title)}, table">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )
    if block.folded:
        return (
            f'<details class="card wide"><summary><h3>{escape(block.title)}</h3> <span class="note">'
            f"{len(block.rows):,} rows</span></summary>{note}{table}</details>"
        )
    return f'<div class="card wide"><h3>{escape(block.title)}</h3>{note}{table}</div>'


def _class(index: int, value: str, block: TableBlock) -> str:
    names = ["r"] if index in block.right else []
    names += [name for sign, name in (("✓", "ok"), ("✗", "bad"), ("○", "open")) if value.startswith(sign)]
    return f' class="{" ".join(names)}"' if names else ""
