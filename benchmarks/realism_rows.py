"""What is wanted of a dataset, and what one has: a row per promise about causes, read from checks where there are any.

`ROWS` names the checks and statistics of `idgraph check` by id; what SQL cannot tell is measured here or in modules
that know how (`benchmarks.realism_identifiers`, `benchmarks.realism_measurement`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from idgraph_widgets.quality.report import Report

IN_MEMORY = 100_000
"""Households up to which whole tables are taken out of the engine to learn from."""

SAME_ADDRESSES = 0.20
"""How far homes per public address of two sizes may be apart, relatively."""


@dataclass(frozen=True)
class Cell:
    """What one dataset has.

    Attributes
    ----------
    text : str
    held : bool or None
        Whether that is what is wanted; None where it is not known.
    value : float or None
        For comparison with other datasets.
    """

    text: str
    held: bool | None = None
    value: float | None = None


@dataclass(frozen=True)
class Row:
    """What is wanted.

    Attributes
    ----------
    what, wanted : str
    ids : tuple of str
        Checks and statistics; one that ends in ``*`` stands for all that begin so.
    measure : callable, optional
        From a dataset to a cell, where no check can tell.
    most : int or None
        Households up to which `measure` is made.
    """

    what: str
    wanted: str
    ids: tuple[str, ...] = ()
    measure: Callable[..., Cell] | None = None
    most: int | None = None

    @property
    def checks(self) -> list[str]:
        """Guaranteed checks among the ids."""
        return [name for name in self.ids if not name.startswith("statistics.")]


def cells(dataset, report: Report) -> list[Cell]:
    """What a dataset has of each of `ROWS`."""
    households = dataset.config.household_config.num_households
    found = []
    for row in ROWS:
        if row.measure is None:
            found.append(judged(row, report))
        elif row.most is not None and households > row.most:
            found.append(Cell(f"measured up to {row.most:,}"))
        else:
            found.append(_measured(row.measure, dataset))
    return found


def _measured(measure: Callable[..., Cell], dataset) -> Cell:
    try:
        return measure(dataset)
    except ImportError as error:
        return Cell(f"not measured without {error.name or error}")


def judged(row: Row, report: Report) -> Cell:
    """What checks and statistics say; of several the first that fails, or the farthest from what it wants."""
    checks = {result.id: result for result in report.results}
    statistics = {result.id: result for result in report.statistics}
    parts: list[tuple[bool | None, float, str, float | None]] = []
    for name in row.ids:
        if name.endswith("*"):
            some = [result for key, result in statistics.items() if key.startswith(name[:-1])]
        else:
            some = [found for known in (checks, statistics) if (found := known.get(name)) is not None]
        if not some:
            return Cell(f"there is no check {name}", False)
        for result in some:
            if result.id in checks:
                parts.append((result.passed, 0.0, f"{result.violations:,} rows break it", float(result.violations)))
            elif result.reason is not None:
                parts.append((None, 0.0, f"not judged, because {result.reason}", None))
            else:
                near = result.distance / result.tolerance if result.tolerance else 0.0
                number = None if isinstance(result.actual, dict) else result.actual
                parts.append((result.passed, near, _said(result), number))
    failed = [part for part in parts if part[0] is False]
    known = [part for part in parts if part[0] is not None]
    held, _, text, value = max(failed or known or parts, key=lambda part: part[1])
    return Cell(text, held, value)


def _said(result) -> str:
    if isinstance(result.actual, dict):
        return f"{result.distance:.3f} apart ({result.tolerance:.3f} allowed)"
    return f"{result.actual:.3g} ({result.measure} {result.target:.3g}, {result.tolerance:.2g} allowed)"


def _readable_truth(dataset) -> Cell:
    from benchmarks.realism_identifiers import EVENTS, LINKS, WANTED, measure

    area = measure(*(dataset.sql(query).toPandas() for query in (LINKS, EVENTS)))["rows and repetitions"]
    return Cell(f"{area:.3f}", area <= WANTED, area)


def _device_graph(dataset) -> Cell:
    from benchmarks.realism_identifiers import GRAPH_WANTED, SIGHTINGS, device_graph

    found = device_graph(dataset.sql(SIGHTINGS).toPandas())["F1"]
    return Cell(f"{found:.2f}", GRAPH_WANTED[0] <= found <= GRAPH_WANTED[1], found)


def _visitors(dataset) -> Cell:
    from benchmarks.realism_measurement import AREA_WANTED, visitors

    area = visitors(dataset)
    return Cell(f"{area:.3f}", AREA_WANTED[0] <= area <= AREA_WANTED[1], area)


def _without_campaigns(dataset) -> Cell:
    """The dataset is made again, with campaigns that reach next to nobody."""
    import tempfile
    from pathlib import Path

    from benchmarks.realism_measurement import bought_anyway, without_campaigns
    from idgraph_widgets import Dataset, run_pipeline

    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "without")
        run_pipeline(dataset.spark, without_campaigns(dataset.config), out)
        with Dataset(out, dataset.spark) as other:
            purchases, others = bought_anyway(dataset, other)
    return Cell(f"{others:,} of {purchases:,} differ", others == 0, float(others))


def _homes_per_address(dataset) -> Cell:
    """Homes on an address that three or more use in the window."""
    value = dataset.sql("""
        select avg(homes) as homes from (
          select e.ip_address, count(distinct e.individual_id div 16) as homes from content_engagements e
          group by e.ip_address having count(distinct e.individual_id div 16) >= 3)""").collect()[0][0]
    return Cell("none is shared" if value is None else f"{value:.2f}", None, value)


ADDRESSES = "homes per public address"

ROWS = (
    Row(
        "purchases that no ad created, in the same dataset made without campaigns (person, advertiser, time, basket)",
        "none differs",
        measure=_without_campaigns,
        most=IN_MEMORY,
    ),
    Row(
        "purchases of held-out people ÷ of others, without created ones, in flight",
        "1, within chance",
        ("statistics.placebo",),
    ),
    Row(
        "who visits of themselves after the lookback, predicted from what is known at its end (area under the curve)",
        ".62 to .80",
        measure=_visitors,
        most=IN_MEMORY,
    ),
    Row(
        "sign-ups, carts and purchases on a later day from one to five in the night",
        "as visits",
        ("statistics.own_hours",),
    ),
    Row("visits to matching advertisers by people in the market ÷ by everybody", "≥ 2", ("statistics.in_market",)),
    Row(
        "clicks of people with ten or more social impressions, chi-square ÷ degrees of freedom",
        "≥ 1.5",
        ("statistics.social_clicks",),
    ),
    Row(
        "display, video, audio and CTV impressions outside a session of their identifier",
        "0 rows",
        ("exposures.in_session", "exposures.session_of_channel"),
    ),
    Row("social impressions while the person is not online", "0 rows", ("exposures.social_online",)),
    Row("search clicks on top ÷ at the bottom", "≥ 2", ("statistics.search_top",)),
    Row(
        "delivery over markets: dark ones, and spread",
        "as configured",
        ("statistics.dark_markets", "statistics.market_spread"),
    ),
    Row("events that start before the session's one before has ended", "0 rows", ("engagement.one_after_another",)),
    Row("sessions of the window's first hours ÷ those a week later", "1", ("statistics.first_evening",)),
    Row("weekly sessions, variance ÷ mean, people with 24 or more", "≥ 1.5", ("statistics.busy_weeks",)),
    Row("where views end, by type", "as published, ≤ .05 apart", ("statistics.view_ends_*",)),
    Row("spend ÷ budget of flights that ended, median", ".6 to 1", ("statistics.spend",)),
    Row("siblings born 1 to 279 days apart", "0 rows", ("individuals.siblings_apart",)),
    Row("twins among pairs of siblings at home", ".02 to .045", ("statistics.twin_pairs",)),
    Row(
        "largest step from age to age: lives as child, partnered, bachelor's",
        "≤ .08",
        ("statistics.step_child", "statistics.step_partnered", "statistics.step_degree"),
    ),
    Row("partner has a bachelor's, householder without high school", "≤ .12", ("statistics.partner_degree_low",)),
    Row("partner has a bachelor's, householder is a graduate", "≥ .60", ("statistics.partner_degree_high",)),
    Row("homemakers, women ÷ men, 25 to 54", "as published", ("statistics.homemakers",)),
    Row(
        "living alone, married, bachelor's, 65 and over in the twenty largest states, worst",
        "≤ .03 from published",
        ("statistics.state_*",),
    ),
    Row("homes farther than 60 km from the centre of their ZIP3", "0 rows", ("households.near_zip3",)),
    Row(
        "false links told from rows and repetitions by gradient boosting (area under the curve)",
        "≤ .80",
        measure=_readable_truth,
        most=IN_MEMORY,
    ),
    Row("confidence and share true, worst bin", "within chance and .003, .02 below .9", ("statistics.confidence_*",)),
    Row("identifiers first seen at the window's first microsecond", "0 rows", ("identity.first_seen_later",)),
    Row(ADDRESSES, "within 20 % at any size", measure=_homes_per_address),
    Row("device graph from shared addresses, F1 by home", ".6 to .8", measure=_device_graph, most=IN_MEMORY),
)
"""In the order of the page."""


def across(columns: list[list[Cell]]) -> list[list[Cell]]:
    """The cells of several datasets, those judged that are wanted to be alike at any size."""
    place = next(i for i, row in enumerate(ROWS) if row.what == ADDRESSES)
    values = [column[place].value for column in columns if column[place].value]
    if len(values) > 1:
        held = max(values) / min(values) <= 1 + SAME_ADDRESSES
        for column in columns:
            column[place] = Cell(column[place].text, held, column[place].value)
    return columns
