"""What is wanted of a dataset, and what one has: a row per promise about causes, read from checks where there are any.

`ROWS` names the checks and statistics of `idgraph check` by id; what SQL cannot tell is measured here or in modules
that know how (`benchmarks.realism_identifiers`, `benchmarks.realism_measurement`).
"""

from __future__ import annotations

from collections.abc import Callable

from support.realism import Cell, Row, judged

from idgraph_widgets.quality.report import CheckReport

IN_MEMORY = 100_000
"""Households up to which whole tables are taken out of the engine to learn from."""


def cells(dataset, report: CheckReport) -> list[Cell]:
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
