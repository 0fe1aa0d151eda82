"""The report section by section: which measures, figures and tables stand where.

The HTML page shows all sections; the panel makes one when its tab is opened.
"""

from __future__ import annotations

import math

from idgraph_widgets.measurement.sample_size import households_for_lift, in_round_numbers
from idgraph_widgets.notation import in_bytes
from idgraph_widgets.report import measures
from idgraph_widgets.report.blocks import Facts, TableBlock, cell, table_of
from idgraph_widgets.report.figures import activity, campaigns, identity, journey, lift, network, places
from idgraph_widgets.report.figures.volume import volume_cards
from idgraph_widgets.report.sections_quality import checks, fidelity_section
from idgraph_widgets.report.subject import Block, ReportSection, Subject


def overview(subject: Subject) -> list[Block]:
    """What the dataset is, and how much of it there is."""
    dataset = subject.dataset
    manifest, config = dataset.manifest, dataset.config
    volume = measures.table_volume(dataset)
    rows = volume.set_index("table")["rows"]
    names = (
        ("households", "households"),
        ("individuals", "people"),
        ("identity_mappings", "identity links"),
        ("content_engagements", "engagements"),
        ("campaign_exposures", "exposures"),
        ("response_events", "responses"),
    )
    figures = tuple((label, f"{rows[name]:,}") for name, label in names if name in rows)
    versions = manifest["versions"]
    about = (
        ("window", f"{config.start_date} to {config.end_date} (the end is not included)"),
        ("seed", str(manifest["seed"])),
        ("run", manifest["run_id"]),
        ("finished", manifest["finished_at"][:19].replace("T", " ") + " UTC"),
        ("engine", f"{versions.get('engine', '')} {versions.get('engine_version', '')}".strip()),
        ("library", f"idgraph_widgets {versions.get('idgraph_widgets', '')}"),
        ("configuration", manifest["config_fingerprint"][:16]),
        ("size", in_bytes(int(volume.bytes.sum()))),
    )
    table = table_of(
        "volume",
        "Tables",
        volume.assign(size=[in_bytes(int(n)) for n in volume.bytes]),
        (
            ("table", "table", ""),
            ("kind", "kind", ""),
            ("rows", "rows", ",d"),
            ("rows_per_household", "rows per household", ",.4g"),
            ("size", "size", ""),
            ("files", "files", ",d"),
        ),
        folded=True,
    )
    return [
        Facts("rows-facts", "", figures),
        Facts("about", "Where it comes from", about),
        *volume_cards(volume),
        table,
    ]


def places_section(subject: Subject) -> list[Block]:
    """Where the households are."""
    states = measures.states(subject.dataset)
    columns = (
        ("name", "state", ""),
        ("households", "households", ",d"),
        ("share", "share", ".2%"),
        ("configured", "configured", ".2%"),
        ("mean_size", "people per household", ".2f"),
        ("mean_income", "mean income (USD a year)", ",.0f"),
    )
    return [places.map_card(states), table_of("states", "States", states, columns, folded=True)]


def identity_section(subject: Subject) -> list[Block]:
    """The identity graph and one household of it."""
    dataset = subject.dataset
    quality = measures.pair_quality(dataset)
    facts = tuple(
        (label, cell(getattr(quality, name), ".2%"))
        for name, label in (("precision", "precision"), ("recall", "recall"), ("f1", "F1"))
    )
    note = (
        "Over pairs of links: of the pairs that the graph gives to one person, the share that really belongs to "
        "one (precision); of those that belong to one, the share that the graph finds (recall); their harmonic "
        "mean (F1)."
    )
    blocks: list[Block] = [
        Facts("pairs", "Asserted links against the truth", facts, note),
        identity.reliability_card(measures.confidence_reliability(dataset)),
        identity.truth_card(measures.link_truth(dataset)),
        identity.components_card(measures.components(dataset)),
        identity.degrees_card(measures.degrees(dataset)),
    ]
    key = subject.household
    if key is None:
        key = _first(measures.notable_households(dataset), "household_id")
    if key is not None:
        blocks.append(network.network_card(measures.household_graph(dataset, key)))
    return blocks


def engagement_section(subject: Subject) -> list[Block]:
    """When, how unevenly and with what people engage, and the segments that follow from it."""
    dataset = subject.dataset
    return [
        activity.heat_card(measures.heat_map(dataset)),
        activity.tail_card(measures.activity_tail(dataset)),
        activity.popularity_card(measures.content_popularity(dataset)),
        activity.segments_card(measures.segment_sizes(dataset)),
    ]


def campaigns_section(subject: Subject) -> list[Block]:
    """Delivery, response, credit, reach and lift."""
    dataset = subject.dataset
    results = measures.campaign_results(dataset)
    by_channel = measures.treated_against_holdout(dataset, "channel")
    visits = by_channel[by_channel.outcome == "site_visit"]
    columns = (
        ("campaign_name", "campaign", ""),
        ("start_date", "from", ""),
        ("end_date", "until", ""),
        ("impressions", "impressions", ",d"),
        ("reach", "people", ",d"),
        ("clicks", "clicks", ",d"),
        ("conversions", "purchases", ",d"),
        ("ctr", "CTR", ".2%"),
        ("cpm", "CPM (USD)", ",.2f"),
        ("spend", "spend (USD)", ",.2f"),
        ("budget", "budget (USD)", ",.0f"),
    )
    return [
        campaigns.funnel_card(measures.funnel(dataset)),
        campaigns.reach_card(measures.reach(dataset)),
        campaigns.frequency_card(measures.reach_frequency(dataset)),
        _needs(dataset),
        lift.lift_card(measures.treated_against_holdout(dataset)),
        lift.lift_card(visits, "lift-channels", "Site visits, treated against holdout, by channel"),
        lift.comparison_card(measures.comparisons(dataset)),
        _returns_table(measures.returns(dataset), dataset.config.household_config.num_households),
        campaigns.attribution_card(measures.attribution(dataset)),
        _scores_table(measures.attribution_scores(dataset)),
        campaigns.daily_card(measures.daily(dataset)),
        campaigns.calendar_card(results),
        table_of("campaigns", "Campaigns", results.head(200), columns, folded=True),
    ]


def _needs(dataset) -> Facts:
    """What lift and return on ad spend take, beside what there is."""
    config, returns = dataset.config, measures.returns(dataset)
    households = config.household_config.num_households
    facts = [
        (f"lift of {which}", _takes(households, households_for_lift(config, number)))
        for which, number in (("all campaigns together", len(returns)), ("one campaign", 1))
    ]
    enough = int((returns.conversions >= returns.needed).sum())
    facts.append(("return on ad spend", f"known within a quarter for {enough} of {len(returns)} campaigns"))
    note = (
        "A lift is found where its 95 % interval leaves out 0 in four of five datasets of that size, held-out people "
        "whom a campaign would have reached against those it reached, at the lift that was configured. A return within "
        "a quarter takes about "
        f"{returns.needed.median():,.0f} purchases of one campaign. Larger datasets, a larger holdout, fewer "
        "advertisers or a stronger ad_lift get there; the preset measurement has all of them."
        if len(returns)
        else "There is no campaign."
    )
    return Facts("needs", "What these figures take", tuple(facts), note)


def _takes(households: int, needed: float) -> str:
    if math.isinf(needed):
        return "cannot be estimated: nobody is held out, or ads add nothing"
    if households >= needed:
        return f"enough: it takes {in_round_numbers(needed)} households, there are {households:,}"
    return f"too few: it takes {in_round_numbers(needed)} households, there are {households:,}"


def _returns_table(returns, households: int) -> TableBlock:
    """Return on ad spend of each campaign, or how many households it takes."""
    grows = returns.needed / returns.conversions.where(returns.conversions > 0)
    shown = [
        f"{row.roas:.2f}"
        if row.conversions >= row.needed
        else "too few purchases"
        if row.conversions
        else "nothing bought"
        for row in returns.itertuples()
    ]
    ends = ["" if low != low else f"{low:.2f} to {high:.2f}" for low, high in zip(returns.low, returns.high)]
    takes = ["" if factor != factor else in_round_numbers(households * max(1.0, factor)) for factor in grows]
    columns = (
        ("campaign_name", "campaign", ""),
        ("conversions", "purchases", ",d"),
        ("revenue", "revenue (USD)", ",.2f"),
        ("spend", "spend (USD)", ",.2f"),
        ("shown", "return on ad spend", ""),
        ("ends", "95 % interval", ""),
        ("takes", "households it takes", ""),
    )
    note = (
        "Under last touch, which credits what people would have bought anyway, too. The interval is of chance in "
        "purchases and baskets."
    )
    frame = returns.assign(shown=shown, ends=ends, takes=takes).head(200)
    return table_of("returns", "Return on ad spend by campaign", frame, columns, note=note, folded=True)


def _scores_table(scores) -> TableBlock:
    """How far each attribution model is from what the ads caused."""
    columns = (
        ("attribution_model", "attribution model", ""),
        ("credited", "credited purchases", ",.1f"),
        ("caused", "created purchases (truth)", ",d"),
        ("ratio", "credited over created", ",.2f"),
        ("share_error", "credit at the wrong campaigns", ".1%"),
    )
    note = (
        "The truth knows which purchases ads created. Models also credit those that ads only captured: they would have "
        "been made anyway."
    )
    return table_of("attribution-scores", "Attribution models against the truth", scores, columns, note=note)


def journey_section(subject: Subject) -> list[Block]:
    """One person's time in the window."""
    dataset = subject.dataset
    key = subject.person
    if key is None:
        key = _first(measures.notable_people(dataset), "individual_id")
    if key is None:
        return [Facts("nobody", "Nobody responded", (), "There is no journey to show.")]
    found = measures.person_journey(dataset, key)
    return [journey.journey_card(found), *journey.credit_cards(found)]


def configuration_section(subject: Subject) -> list[Block]:
    """Every setting of the configuration."""
    rows = tuple(_settings("", subject.dataset.config.to_dict()))
    return [TableBlock("settings", "All settings", ("setting", "value"), rows, folded=True)]


def _settings(prefix: str, values: dict):
    for name, value in values.items():
        path = f"{prefix}{name}"
        if isinstance(value, dict) and name.endswith(("_config", "identity_mappings", "size_distribution")):
            yield from _settings(f"{path}.", value)
        elif isinstance(value, dict):
            yield path, ", ".join(f"{key} {_short(v)}" for key, v in value.items())
        elif isinstance(value, (list, tuple)):
            yield path, ", ".join(map(str, value))
        else:
            yield path, "" if value is None else str(value)


def _short(value) -> str:
    return "/".join(map(str, value.values())) if isinstance(value, dict) else str(value)


def _first(frame, column: str) -> int | None:
    return int(frame[column].iloc[0]) if len(frame) else None


SECTIONS = (
    ReportSection("overview", "Overview", "What the dataset is and how much of it there is.", overview),
    ReportSection("checks", "Checks", "What the data model promises, checked on the written tables.", checks),
    ReportSection(
        "fidelity", "Wanted and found", "What was configured or published beside what came out.", fidelity_section
    ),
    ReportSection("places", "Places", "Where the households are.", places_section),
    ReportSection(
        "identity",
        "Identity graph",
        "How sure the graph is, how right it is, and how it hangs together.",
        identity_section,
    ),
    ReportSection(
        "engagement", "Engagement and audiences", "When, how unevenly and with what people engage.", engagement_section
    ),
    ReportSection("campaigns", "Campaigns", "Delivery, response, credit, reach and lift.", campaigns_section),
    ReportSection("journey", "A journey", "One person, a lane per identifier.", journey_section),
    ReportSection(
        "configuration", "Configuration", "The configuration that the dataset was made with.", configuration_section
    ),
)
