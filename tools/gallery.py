"""Which charts the gallery shows, and what each says: read by the page and by what takes the pictures."""

from __future__ import annotations

from typing import NamedTuple


class Chart(NamedTuple):
    """One chart of the report."""

    file: str
    section: str
    """Of the report's page, by its anchor."""
    title: str
    """What the chart's title begins with."""
    says: str


CHARTS = (
    Chart("size", "overview", "Rows per table", "How many rows each table has, on a logarithmic scale."),
    Chart(
        "household-size",
        "fidelity",
        "Household size",
        "What was wanted beside what was found, for every distribution that the configuration or a published table sets. "
        "Bars were found, diamonds wanted; the words tell what chance alone reaches in so many rows.",
    ),
    Chart("age-sex", "fidelity", "Age and sex", "People by age and sex against the Census Bureau's estimate."),
    Chart(
        "hours",
        "fidelity",
        "Local hour on weekdays, mobile",
        "When sessions begin, in the local time of each home, by device.",
    ),
    Chart("map", "places", "Households by state", "Where homes are; the table beneath the map has the numbers."),
    Chart(
        "confidence",
        "identity",
        "Confidence against truth",
        "Whether the confidence that the graph claims is true: of links claimed at 80 %, four of five must really belong to "
        "that person.",
    ),
    Chart("links", "identity", "Links by identifier", "Links by type of identifier, split by whether they are true."),
    Chart(
        "network",
        "identity",
        "Household ",
        "One household as a graph: its people, the identifiers that the graph gives them, and which of these links are false.",
    ),
    Chart("heat", "engagement", "Engagements by local hour", "Engagements by local hour and weekday."),
    Chart(
        "uneven", "engagement", "How unevenly people engage", "Which share of all engagements the busiest people make."
    ),
    Chart(
        "funnel",
        "campaigns",
        "From impression to purchase",
        "How many impressions become clicks, visits, carts and purchases.",
    ),
    Chart(
        "reach",
        "campaigns",
        "Reach by what is counted",
        "The same impressions counted by cookie, device, person as asserted, person in truth, and household.",
    ),
    Chart(
        "lift",
        "campaigns",
        "Treated against holdout",
        "Purchases of people who could be shown ads and of those held out.",
    ),
    Chart("flights", "campaigns", "Impressions per day", "Impressions of each day, by channel."),
    Chart("journey", "journey", "Journey of person", "Everything that one person saw and did, on one line of time."),
)


def page() -> str:
    """The gallery as Markdown."""
    lines = [
        "# Chart gallery",
        "",
        "Made by `python -m tools.pictures` from a real run: `idgraph generate --households 10000 --seed 42`, then",
        "`idgraph report`. Every chart follows the light or dark theme, has a table of its numbers beneath it, and is drawn",
        "without a network. This page is written by `python -m tools.pages`.",
        "",
    ]
    for chart in CHARTS:
        title = {"Household ": "One household", "Journey of person": "Journey of one person"}.get(
            chart.title, chart.title
        )
        lines += [f"## {title}", "", chart.says, "", f"![{title}](images/chart-{chart.file}.webp)", ""]
    return "\n".join(lines).rstrip() + "\n"
