"""The page of defaults: every setting and every reference table with its source, year and status.

python -m idgraph_widgets.config.docs docs/defaults.md
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

from idgraph_widgets.config.describe import field_table
from idgraph_widgets.reference import fact_names, facts
from idgraph_widgets.reference.facts import package_rows

_LONG = 60
"""Characters of a default after which it is shortened."""

_HEAD = """# Defaults and their sources

Generated from the configuration's own metadata and the tables in `idgraph_widgets/reference`:
`python -m idgraph_widgets.config.docs docs/defaults.md`. Do not edit.

*seen*: the figure was read in the source, or in a verbatim copy of its data; *seen-2*: in a report that quotes it;
*derived*: arithmetic on such figures; *memory*: from memory, unverified; *design*: a choice made for this library, no
source claimed. Figures of the Census Bureau, the Bureau of Labor Statistics and the Social Security Administration are in
the public domain; IAB Tech Lab taxonomies are used under CC BY 3.0. No record describes a real person.
"""

_CHOICES = """## Where sources disagree

| what | taken | instead of |
|---|---|---|
| household sizes | CPS ASEC 2023 HH-4 (living alone .290) | ACS 2020-24 (.287); HH-4's own mean of 2.51, since households and people are weighted apart |
| households by type | ACS 2020-24 DP02, living alone as the sizes say | CPS ASEC |
| education | ACS 2020-24 S1501 (bachelor's or more .357) | CPS 2024, some 3 points higher |
| income by householder's age | CPS ASEC 2023 A-1, softened because household types explain part of it | raw medians |
| surnames | the 6,000 most frequent of the 2010 Census (70 % of people) | the long tail |
| first names | the 330 to 600 most frequent of a decade of birth and sex | the long tail; births after 2015 take the 2010s |
| clicks | published rates per channel, orders of size only | one common population |
| lift | a design dial of .08; after a click only lift / (1 + lift) is caused | taking every purchase after a click as caused, which made lift tens of times the dial |
"""


def page() -> str:
    """The whole page as Markdown, ending in a line break."""
    return "\n".join([_HEAD, *_halves(), *_settings(), _CHOICES, *_tables(), *_in_code()]).rstrip() + "\n"


_SUBJECTS = (
    ("The run as a whole", "", ""),
    ("Households", "household_config", ""),
    ("People", "demographics_config", ""),
    ("Identity graph", "demographics_config.identity_mappings", ""),
    ("Records in other systems", "demographics_config.source_records", ""),
    ("Engagements", "engagement_config", ""),
    ("Audiences", "audience_config", ""),
    ("Campaigns and their delivery", "campaign_config", ""),
    ("Wants", "campaign_config", "Wants"),
    ("Response to ads", "campaign_config", "Response"),
)
"""What is counted together: a title, where its settings stand, and their group, where it is one of its own."""


def _halves() -> list[str]:
    """How many settings and rows of reference tables are published, and how many are choices."""
    rows = [row for row in field_table() if not row["is_section"]]
    own = {group for *_, group in _SUBJECTS if group}
    lines = []
    for title, path, group in _SUBJECTS:
        found = [
            row for row in rows if _home(row["path"]) == path and (row["group"] if row["group"] in own else "") == group
        ]
        lines.append(line(title, len(found), sum(map(_is_published, found)), sum(map(_leans, found))))
    published, leaning = sum(map(_is_published, rows)), sum(map(_leans, rows))
    statuses = [_status(row) for name in fact_names() for row in facts(name)]
    chosen = statuses.count("design")
    described = (
        f"{published} of {len(rows)} settings have a published source, of which some were written down from memory; the "
        f"other {len(rows) - published} are design, {leaning} of them near a published figure that is named beside "
        f"them. Of {len(statuses):,} rows of the reference tables, {len(statuses) - chosen:,} are published or derived "
        f"from such and {chosen:,} are design. So who lives with whom, how old, where, on what income and with which "
        "devices is published; what people want, what they do about it, what ads add, how often anybody is seen and "
        "how wrong an identity graph is are choices, made so that a dataset behaves as the trade describes it."
    )
    return [
        "## Which half is design",
        "",
        described,
        "",
        "| part | settings | published | design near a published figure |",
        "|---|---|---|---|",
        *lines,
        "",
    ]


def _home(path: str) -> str:
    """The part of the configuration that a setting is counted with; small parts count with the one they lie in."""
    homes = {home for _, home, _ in _SUBJECTS}
    parent = path.rpartition(".")[0]
    while parent not in homes:
        parent = parent.rpartition(".")[0]
    return parent


def _is_published(row: dict[str, Any]) -> bool:
    return row["source"]["status"] != "design"


def _leans(row: dict[str, Any]) -> bool:
    return not _is_published(row) and row["source"]["year"] is not None


_CODED = (
    ("`config/affinity.py`", "whom a category of products suits, in which months, at what price, bought once or again",
     "common sense; no published figure covers them", "design"),
    ("`config/affinity.py`", "which content goes with a category; baskets grow with the fourth root of income",
     "a choice", "design"),
    ("`config/segments.py`", "which category of products a segment is about", "names: IAB Tech Lab", "design"),
    ("spells of intent", "at most three at a time, at most 90 days", "a choice", "design"),
    ("visits", "nobody shops more than eight times as often as on average", "a choice", "design"),
    ("impressions", "their effect halves in seven days and ends with the attribution window", "a choice", "design"),
    ("clicks", "median of six seconds after the impression", "a choice", "design"),
    ("conversions", "36 % within an hour of the click, 52 % within a day, at most 30 days", "fitted to Chapelle, KDD 2014", "derived"),
    ("hours", "young people an hour later, people at work less in office hours", "a choice", "design"),
)  # fmt: skip


def _in_code() -> list[str]:
    """What is no setting and no reference table."""
    return [
        "## What is fixed in code",
        "",
        "| where | what | source | status |",
        "|---|---|---|---|",
        *(line(*cells) for cells in _CODED),
        "",
    ]


def _settings() -> list[str]:
    """One table per part; a part's settings stand together, even where a part of its own lies between them."""
    rows = field_table()
    parts = {"": "The run as a whole."} | {row["path"]: row["help"] for row in rows if row["is_section"]}
    lines = ["## Settings", ""]
    for part, described in parts.items():
        lines += [f"### `{part or 'GenerationConfig'}`", "", described, ""]
        lines += ["| setting | default | unit | source | year | status |", "|---|---|---|---|---|---|"]
        for row in rows:
            parent, _, name = row["path"].rpartition(".")
            if row["is_section"] or parent != part:
                continue
            source = row["source"]
            cells = (
                f"`{name}`",
                _short(row["default"]),
                row["unit"],
                source["citation"],
                source["year"] or "",
                source["status"],
            )
            lines.append(line(*cells))
        lines.append("")
    return lines


def _tables() -> list[str]:
    lines = ["## Reference tables", "", "| table | rows | source | year | status |", "|---|---|---|---|---|"]
    named = [(f"facts/{name}.csv", facts(name)) for name in fact_names()]
    for name, rows in [*named, ("state_geography.csv", package_rows("state_geography"))]:
        sources = list(dict.fromkeys(_text(row.get("source") or row.get("basis")) for row in rows))
        statuses = sorted({_status(row) for row in rows})
        years = sorted({year for source in sources for year in re.findall(r"\b(?:199\d|20\d\d)\b", source)})
        described = "; ".join(sources[:3]) + (f"; and {len(sources) - 3} more, row by row" if len(sources) > 3 else "")
        year = "" if not years else years[0] if len(years) == 1 else f"{years[0]}-{years[-1]}"
        cells = (f"`{name}`", len(rows), described, year, ", ".join(statuses))
        lines.append(line(*cells))
    return [*lines, ""]


_WORDS = (
    ("memory", ("from memory", "memory", "unverified")),
    ("design", ("constructed", "design", "choice", "fitted", "by choice")),
    ("derived", ("derived", "county sums", "sum of", "minus", "computed", "interpolat")),
    ("seen-2", ("secondary", "seen-2", "quoted")),
)


def _status(row: dict[str, Any]) -> str:
    """The row's status in one word; where the table has no such column, what the source says of itself."""
    text = _text(row.get("status") or row.get("source") or row.get("basis")).lower()
    if text in ("seen", "seen-2", "derived", "memory", "design"):
        return text
    return next((status for status, words in _WORDS if any(word in text for word in words)), "seen")


def _short(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, dict):
        shown = ", ".join(f"{name} {_short(item)}" for name, item in value.items())
        return shown if len(shown) <= 3 * _LONG else f"{len(value)} values"
    if isinstance(value, list):
        shown = ", ".join(map(_short, value))
        return shown if len(shown) <= _LONG else f"{len(value)} values"
    return str(value)


def line(*cells: Any) -> str:
    """A line of a table in Markdown."""
    return "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def put(text: str, arguments: list[str]) -> int:
    """Write a page to the file named, or to standard output."""
    if arguments:
        path = Path(arguments[0])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
    return 0


def main(arguments: list[str]) -> int:
    """Write the page to the file named, or to standard output."""
    return put(page(), arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
