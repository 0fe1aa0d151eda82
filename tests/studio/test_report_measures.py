"""Measures of the report against the same figures computed with pandas from the tables themselves."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from idgraph_widgets import reference
from idgraph_widgets.errors import StorageError
from idgraph_widgets.measurement import score_attribution
from idgraph_widgets.quality.report import Report
from idgraph_widgets.quality.statistics import StatisticResult
from idgraph_widgets.report import measures
from idgraph_widgets.report.measures import Filter, MeasureError
from idgraph_widgets.report.measures.identity import component_sizes
from idgraph_widgets.report.measures.intervals import wilson
from idgraph_widgets.report.measures.lift import COMPARISONS
from idgraph_widgets.report.sections import campaigns_section
from idgraph_widgets.report.subject import Subject


@pytest.fixture(scope="module")
def frames(dataset_1k):
    """The tables as pandas frames."""
    return {name: dataset_1k.to_pandas(name) for name in dataset_1k.table_names()}


@pytest.fixture(scope="module")
def links(frames):
    """identity_mappings with the truth beside."""
    return frames["identity_mappings"].merge(frames["truth_identity"], on="mapping_id")


def test_volume_is_the_manifests(dataset_1k, frames):
    volume = measures.table_volume(dataset_1k).set_index("table")
    assert set(volume.index) == set(frames)
    assert all(volume.rows[name] == len(frame) for name, frame in frames.items())
    assert list(volume.index[:3]) == ["households", "individuals", "identity_mappings"]
    assert volume.rows_per_household["households"] == 1


@pytest.fixture(scope="module")
def judged(dataset_1k):
    """Statistics as the report draws them, by name."""
    return {result.id.removeprefix("statistics."): result for result in Subject(dataset_1k).statistics}


def test_every_figure_counts_what_the_tables_hold(judged, frames):
    homes, people, events = frames["households"], frames["individuals"], frames["content_engagements"]
    expected = {
        "household_size": homes.household_size.value_counts(),
        "income_bracket": homes.income_bracket.value_counts(),
        "state": homes.state.value_counts(),
        "gender": people.gender.value_counts(),
        "education": people[people.age >= 25].education.value_counts(),
        "employment": people[people.age >= 16].employment_status.value_counts(),
        "content_type": events.content_type.value_counts(),
        "channel_mix": frames["campaigns"].channel.value_counts(),
        "objective": frames["campaigns"].objective.value_counts(),
    }
    for name, counts in expected.items():
        result = judged[name]
        assert result.rows == counts.sum(), name
        found = {cell: round(share * result.rows) for cell, share in result.actual.items() if share}
        assert found == {str(k): int(v) for k, v in counts.items()}, name
    for result in judged.values():
        if isinstance(result.target, dict):
            assert sum(result.target.values()) == pytest.approx(1), result.id
            assert sum(result.actual.values()) == pytest.approx(1), result.id
    assert judged["household_size"].target["2"] == pytest.approx(0.35)
    assert list(judged["household_size"].target) == [str(size) for size in range(1, 8)]
    assert judged["flight_days"].rows == judged["budget"].rows == len(frames["campaigns"])
    # Of an advertiser without a campaign nothing tells the category, and so the price level.
    bought = frames["response_events"].query("response_type == 'purchase'")
    assert judged["basket_value"].rows == bought.advertiser_id.isin(frames["campaigns"].advertiser_id).sum()
    assert next(iter(judged["weekdays"].target)) == "Monday"


def test_ages_by_sex(judged, frames):
    result, people = judged["age_sex"], frames["individuals"]
    of_two = people[people.gender.isin(["male", "female"])]
    count = ((of_two.gender == "female") & of_two.age.between(30, 34)).sum()
    assert result.actual["30 female"] == pytest.approx(count / len(of_two))
    facts = [row for row in reference.facts("age_sex") if isinstance(row["age_from"], int)]
    facts = [row for row in facts if row["male"] and row["female"]]
    women = next(row["female"] for row in facts if row["age_from"] == 30) / sum(row["female"] for row in facts)
    assert result.target["30 female"] == pytest.approx(women * 0.499 / (0.499 + 0.489))


def test_a_report_draws_the_checks_that_it_was_given(dataset_1k):
    given = StatisticResult("statistics.gender", "Sentence.", "source", {"a": 1.0}, {"b": 1.0}, 1.0, 0.1, 7, "absolute")
    assert Subject(dataset_1k, Report(statistics=[given])).statistics == [given]
    # A report without statistics says nothing of them: they are judged now, and once.
    found = Subject(dataset_1k, Report()).statistics
    assert len(found) > 80 and Subject(dataset_1k).statistics is found


def test_hours_are_local(dataset_1k, frames):
    offset = {row["state"]: row["utc_offset_minutes"] for row in reference.state_geography()}
    events = frames["content_engagements"].assign(household_id=lambda e: e.individual_id // 16)
    events = events.merge(frames["households"][["household_id", "state"]], on="household_id")
    local = events.engagement_ts.dt.tz_localize(None) + pd.to_timedelta(events.state.map(offset), unit="m")
    expected = pd.crosstab(local.dt.weekday, local.dt.hour).reindex(range(7), fill_value=0)
    assert (measures.heat_map(dataset_1k).to_numpy() == expected.to_numpy()).all()
    on_tv = pd.crosstab(local[events.device_type == "ctv"].dt.weekday, local[events.device_type == "ctv"].dt.hour)
    assert measures.heat_map(dataset_1k, "ctv").to_numpy().sum() == on_tv.to_numpy().sum()


def test_rates(judged, frames):
    people = frames["individuals"]
    adults = people[people.age >= 18]
    assert judged["email_opt_in"].actual == pytest.approx(adults.email_opt_in.mean())
    shown = frames["campaign_exposures"].merge(frames["campaigns"][["campaign_id", "channel"]], on="campaign_id")
    video = shown[shown.channel == "video"]
    assert judged["viewable_video"].actual == pytest.approx(video.is_viewable.mean())
    assert judged["complete_video"].actual == pytest.approx((video.completion_rate == 1).mean())
    segments = frames["audience_attributes"].merge(
        frames["campaigns"][["campaign_id", "target_segment_id"]], left_on="segment_id", right_on="target_segment_id"
    )
    eligible = segments.assign(home=segments.individual_id // 16)[["campaign_id", "home"]].drop_duplicates()
    assert judged["holdout_share"].rows == len(eligible)
    assert judged["holdout_share"].actual == pytest.approx(len(frames["campaign_holdouts"]) / len(eligible))
    links = frames["identity_mappings"]
    known = links[links.identifier_type.isin(["cookie", "idfa", "gaid"]) & ~links.is_shared]
    assert judged["probabilistic"].actual == pytest.approx((known.match_type == "probabilistic").mean())


def test_wilson_interval():
    low, high = wilson(10, 100)
    assert (round(low, 4), round(high, 4)) == (0.0552, 0.1744)
    assert wilson(0, 0) == (0.0, 1.0)


def test_reliability(dataset_1k, links):
    table = measures.confidence_reliability(dataset_1k)
    true = links.individual_id == links.true_individual_id
    assert table.links.sum() == len(links)
    for row in table.itertuples():
        ticks = (links.confidence * 10_000).round()
        inside = (ticks >= round(row.low * 10_000)) & ((ticks < round(row.high * 10_000)) | (row.low == 1))
        assert row.links == inside.sum()
        assert row.true_share == pytest.approx(true[inside].mean())
        assert row.claimed == pytest.approx(links.confidence[inside].mean())
        assert row.interval_low <= row.true_share <= row.interval_high


def test_pair_quality(dataset_1k, links):
    def pairs(names):
        sizes = links.groupby(names).size()
        return int((sizes * (sizes - 1) // 2).sum())

    found = measures.pair_quality(dataset_1k)
    assert found.asserted == pairs(["individual_id"])
    assert found.true == pairs(["true_individual_id"])
    assert found.both == pairs(["individual_id", "true_individual_id"])
    assert found.f1 == pytest.approx(2 / (1 / found.precision + 1 / found.recall))


def test_degrees(dataset_1k, links):
    found = measures.degrees(dataset_1k)
    held = links.dropna(subset=["device_id"])
    expected = {
        "identifiers per person": links.groupby("individual_id").size(),
        "identifiers per household": links.groupby("household_id").size(),
        "devices per person": held.groupby("individual_id").device_id.nunique(),
        "people per device": held.groupby("device_id").individual_id.nunique(),
        "people per identifier": links.groupby(["identifier_type", "identifier_value"]).size(),
    }
    for name, sizes in expected.items():
        part = found[found["of"] == name].set_index("degree")["count"]
        assert part.to_dict() == sizes.value_counts().to_dict(), name


def test_components(dataset_1k, frames, links):
    found = measures.components(dataset_1k)
    for name, rows in (
        ("with IP addresses", links),
        ("without IP addresses", links[links.identifier_type != "ip_address"]),
    ):
        parent = {person: person for person in frames["individuals"].individual_id}

        def root(person):
            while parent[person] != person:
                person = parent[person]
            return person

        for _, holders in rows.groupby(["identifier_type", "identifier_value"]).individual_id:
            first, *others = holders
            for other in others:
                parent[root(other)] = root(first)
        sizes = pd.Series([root(person) for person in parent]).value_counts().value_counts()
        part = found[found.links == name]
        assert part.set_index("people")["components"].to_dict() == sizes.to_dict()
        assert part.share.sum() == pytest.approx(1)


def test_component_sizes_of_a_path_and_a_pair():
    path = [(i, i + 1) for i in range(100, 160)]
    assert sorted(component_sizes(np.array([*path[::-1], (1, 2)]))) == [2, 61]
    assert len(component_sizes(np.zeros((0, 2), dtype="int64"))) == 0


def test_activity(dataset_1k, frames):
    per_person = frames["content_engagements"].groupby("individual_id").size()
    tail = measures.activity_tail(dataset_1k)
    assert tail.people.sum() == len(frames["individuals"])
    assert tail.set_index("engagements").people.drop(0).to_dict() == per_person.value_counts().to_dict()
    five = tail[tail.engagements >= 5].iloc[0]
    assert five.at_least == pytest.approx((per_person >= five.engagements).sum() / len(frames["individuals"]))
    ranks = measures.content_popularity(dataset_1k)
    items = frames["content_engagements"].content_id.value_counts()
    assert ranks.engagements[0] == items.iloc[0] and ranks["rank"].iloc[-1] == len(items)
    assert len(ranks) <= 400


def test_segments_and_states(dataset_1k, frames):
    segments = measures.segment_sizes(dataset_1k).set_index("segment_id").people
    assert segments[segments > 0].to_dict() == frames["audience_attributes"].segment_id.value_counts().to_dict()
    assert len(segments) == len(frames["segment_rules"])
    states = measures.states(dataset_1k).set_index("state")
    homes = frames["households"]
    assert len(states) == 51 and states.households.sum() == 1_000
    assert states.mean_income["CA"] == pytest.approx(homes[homes.state == "CA"].annual_income.mean())
    assert states.configured.sum() == pytest.approx(1)


def test_reach_and_frequency(dataset_1k, frames):
    shown = frames["campaign_exposures"].merge(
        frames["identity_mappings"][["mapping_id", "identifier_type", "identifier_value"]], on="mapping_id"
    )
    units = {
        "person": ["individual_id"],
        "household": ["household_id"],
        "device": ["device_id"],
        "identifier": ["household_id", "identifier_type", "identifier_value"],
    }
    counts, reach = measures.reach_frequency(dataset_1k), measures.reach(dataset_1k).set_index("scope")
    for scope, names in units.items():
        seen = shown.groupby(["campaign_id", *names]).size()
        part = counts[counts.scope == scope].set_index("frequency")
        assert part.reached.to_dict() == seen.clip(upper=20).value_counts().to_dict(), scope
        assert reach.impressions[scope] == seen.sum()
    outcomes = frames["outcome_metrics"].query("attribution_model == 'linear'")
    assert reach.reached["person"] == outcomes.reach.sum()
    assert reach.reached["household"] == outcomes.household_reach.sum()
    assert reach.reached["identifier"] == outcomes.identifier_reach.sum()


def test_funnel_attribution_and_days(dataset_1k, frames):
    responses, outcomes = frames["response_events"], frames["outcome_metrics"]
    funnel = measures.funnel(dataset_1k).set_index("stage")
    carried = responses[responses.conversion_path != "organic"].response_type.value_counts()
    assert funnel.campaigns["impressions"] == len(frames["campaign_exposures"])
    assert funnel.campaigns["click"] == carried["click"]
    assert (
        funnel.organic["site_visit"]
        == ((responses.response_type == "site_visit") & (responses.conversion_path == "organic")).sum()
    )
    assert funnel["share"]["click"] == pytest.approx(carried["click"] / len(frames["campaign_exposures"]))
    by_channel = sum(
        measures.funnel(dataset_1k, channel).campaigns[0] for channel in frames["campaigns"].channel.unique()
    )
    assert by_channel == len(frames["campaign_exposures"])
    credit = measures.attribution(dataset_1k).groupby("attribution_model").attributed_conversions.sum()
    expected = outcomes.groupby("attribution_model").attributed_conversions.sum().astype(float)
    assert credit.to_dict() == pytest.approx(expected.to_dict())
    assert measures.daily(dataset_1k).impressions.sum() == len(frames["campaign_exposures"])
    assert len(measures.campaign_results(dataset_1k)) == len(frames["campaigns"])


def test_treated_against_holdout(dataset_1k, frames):
    arms = measures.arms(dataset_1k)
    campaigns = frames["campaigns"]
    target = campaigns[["campaign_id", "target_segment_id"]].rename(columns={"target_segment_id": "segment_id"})
    eligible = frames["audience_attributes"].merge(target, on="segment_id")
    eligible = eligible.assign(household_id=eligible.individual_id // 16)[["campaign_id", "household_id"]]
    eligible = eligible.drop_duplicates()
    held = frames["campaign_holdouts"].assign(is_held=True)
    eligible = eligible.merge(held, on=["campaign_id", "household_id"], how="left")
    assert arms[arms.is_held].households.sum() == len(held)
    assert arms.households.sum() == len(eligible)

    one = campaigns.iloc[int(np.argmax(campaigns.channel == "search"))]
    responses = frames["response_events"]
    day = responses.response_ts.dt.date
    until = one.end_date + dt.timedelta(days=int(one.attribution_window_days))
    own = responses[(responses.advertiser_id == one.advertiser_id) & (day >= one.start_date) & (day < until)]
    visitors = set(own[own.response_type == "site_visit"].individual_id // 16)
    mine = eligible[eligible.campaign_id == one.campaign_id]
    treated = mine[mine.is_held.isna()]
    row = arms[(arms.campaign_id == one.campaign_id) & ~arms.is_held.astype(bool)].iloc[0]
    assert row.site_visit == treated.household_id.isin(visitors).sum()

    pooled = measures.treated_against_holdout(dataset_1k).set_index("outcome")
    assert pooled.treated["purchase"] == arms[~arms.is_held.astype(bool)].households.sum()
    assert (pooled.low < pooled.difference).all() and (pooled.difference < pooled.high).all()
    by_channel = measures.treated_against_holdout(dataset_1k, "channel")
    assert set(by_channel.group) == set(campaigns.channel)


def test_exposed_and_reached_are_compared_with_those_who_were_not(dataset_1k, frames):
    found = measures.comparisons(dataset_1k).set_index("group")
    treated, reached, exposed = (found.loc[name] for name in COMPARISONS.values())
    pooled = measures.treated_against_holdout(dataset_1k).set_index("outcome").loc["purchase"]
    assert treated.difference == pooled.difference and treated.held_out == len(frames["campaign_holdouts"])
    opportunities = frames["campaign_opportunities"].merge(
        frames["campaign_holdouts"], on=["campaign_id", "household_id"], how="left", indicator=True
    )
    assert reached.held_out == (opportunities._merge == "both").sum()
    assert reached.treated == (opportunities._merge == "left_only").sum()
    assert exposed.treated + exposed.held_out == treated.treated
    assert 0 < exposed.treated <= frames["campaign_exposures"].groupby(["campaign_id", "household_id"]).ngroups
    created = frames["truth_conversion"].causing_exposure_id.notna().sum()
    assert treated.truth * treated.treated <= created + 1e-9


def test_returns_say_what_they_take(dataset_1k, frames):
    found = measures.returns(dataset_1k).set_index("campaign_id")
    touch = frames["outcome_metrics"].query("attribution_model == 'last_touch'").set_index("campaign_id")
    assert found.conversions.to_dict() == touch.conversions.to_dict()
    bought = found[found.conversions > 0]
    assert len(bought) and np.allclose(bought.roas, bought.revenue.astype(float) / bought.spend.astype(float))
    assert (bought.low < bought.roas).all() and (bought.roas < bought.high).all()
    assert found[found.conversions == 0].roas.isna().all() and (found.needed > 61).all()


def test_a_small_report_says_how_many_households_its_figures_take(dataset_1k):
    blocks = {block.key: block for block in campaigns_section(Subject(dataset_1k))}
    facts = dict(blocks["needs"].facts)
    assert all(
        facts[name].startswith("too few: it takes")
        for name in ("lift of all campaigns together", "lift of one campaign")
    )
    assert "exposed, against not exposed" in blocks["comparisons"].text and "misleads" in blocks["comparisons"].note
    told = [row[blocks["returns"].columns.index("return on ad spend")] for row in blocks["returns"].rows]
    assert len(told) == 36 and set(told) == {"too few purchases", "nothing bought"}


def test_household_graph(dataset_1k, frames, links):
    false = links[links.individual_id != links.true_individual_id]
    key = int(false.household_id.iloc[0])
    graph = measures.household_graph(dataset_1k, key)
    rows = links[links.household_id == key]
    kinds = pd.Series([node.kind for node in graph.nodes]).value_counts()
    assert kinds["person"] == (frames["individuals"].household_id == key).sum()
    assert kinds["identifier"] == rows.groupby(["identifier_type", "identifier_value"]).ngroups
    assert kinds.get("device", 0) == rows.device_id.nunique()
    members = {node.id for node in graph.nodes if node.kind == "person"}
    own = [edge for edge in graph.edges if edge.kind == "link" and edge.source in members]
    assert len(own) == len(rows)
    assert sum(not edge.is_true for edge in own) == (rows.individual_id != rows.true_individual_id).sum()
    ids = {node.id for node in graph.nodes}
    assert len(ids) == len(graph.nodes)
    assert all(edge.source in ids and edge.target in ids for edge in graph.edges)
    for row in rows[rows.individual_id != rows.true_individual_id].itertuples():
        outside = pd.isna(row.true_individual_id)
        owner = f"o{row.mapping_id}" if outside else f"p{int(row.true_individual_id)}"
        assert outside == (row.relation == "outsider")
        assert any(edge.kind == "truth" and edge.target == owner for edge in graph.edges)
    with pytest.raises(StorageError, match="1 to 1,000"):
        measures.household_graph(dataset_1k, 1_001)


def test_households_are_found(dataset_1k, frames, links):
    family = frames["individuals"].last_name.iloc[0]
    found = measures.find_households(dataset_1k, f" {family.upper()} ", limit=2_000)
    expected = frames["individuals"][frames["individuals"].last_name == family].household_id
    assert set(found.household_id) >= set(expected)
    assert measures.find_households(dataset_1k, "17").household_id.tolist() == [17]
    value = links.identifier_value.iloc[0]
    assert links.household_id.iloc[0] in measures.find_households(dataset_1k, value).household_id.tolist()
    assert measures.find_households(dataset_1k, "no such '; family").empty
    notable = measures.notable_households(dataset_1k)
    assert min(2, notable.false_links[0]) == min(2, notable.false_links.max()) > 0
    assert measures.find_households(dataset_1k, "").household_id.tolist() == notable.household_id.tolist()


def test_journey(dataset_1k, frames, links):
    person = int(measures.notable_people(dataset_1k).individual_id[0])
    journey = measures.person_journey(dataset_1k, person)
    assert len(journey.lanes) == (links.individual_id == person).sum()
    kinds = journey.events.kind.value_counts()
    for kind, table in (
        ("engagement", "content_engagements"),
        ("exposure", "campaign_exposures"),
        ("response", "response_events"),
    ):
        assert kinds.get(kind, 0) == (frames[table].individual_id == person).sum()
    with pytest.raises(StorageError, match="household number x 16"):
        measures.person_journey(dataset_1k, 3)


def test_ads_before_purchases_are_those_that_attribution_credits(dataset_1k, frames):
    responses, truth = frames["response_events"], frames["truth_conversion"]
    bought = responses[(responses.response_type == "purchase") & (responses.conversion_path != "organic")]
    assert len(bought)
    ads = pd.concat([measures.person_ads(dataset_1k, person) for person in bought.individual_id.unique()])
    assert set(ads.response_id) == set(bought.response_id)
    outcomes = frames["outcome_metrics"]
    linear = outcomes[(outcomes.attribution_model == "linear") & (outcomes.attributed_conversions.astype(float) > 0)]
    assert set(ads.campaign_id) == set(linear.campaign_id)
    caused = truth[truth.causing_exposure_id.notna()]
    assert set(ads[ads.caused].exposure_id) == set(caused.causing_exposure_id)


def test_attribution_scores_are_those_of_measurement(dataset_1k):
    scores = measures.attribution_scores(dataset_1k).set_index("attribution_model")
    assert len(scores) == 5 and len(set(scores.caused)) == 1
    linear = score_attribution(dataset_1k, "linear")
    assert (scores.ratio["linear"], scores.share_error["linear"]) == (linear.ratio, linear.share_error)


@pytest.mark.parametrize(
    ("table", "column", "filters", "mask"),
    [
        ("individuals", "age", [Filter("gender", "=", "male")], lambda f: f.gender == "male"),
        ("households", "annual_income", [Filter("household_size", "≥", "3")], lambda f: f.household_size >= 3),
        ("identity_mappings", "confidence", [Filter("confidence", "<", "1")], lambda f: f.confidence < 1),
        ("response_events", "revenue", [Filter("revenue", ">", "50.5")], lambda f: f.revenue.astype(float) > 50.5),
        (
            "individuals",
            "birth_date",
            [Filter("birth_date", "<", "1990-01-01"), Filter("email_opt_in", "=", "yes")],
            lambda f: (f.birth_date < dt.date(1990, 1, 1)) & f.email_opt_in,
        ),
        (
            "content_engagements",
            "engagement_ts",
            [Filter("engagement_ts", "≥", "2025-02-01 12:00")],
            lambda f: f.engagement_ts.dt.tz_localize(None) >= pd.Timestamp("2025-02-01 12:00"),
        ),
        (
            "individuals",
            "last_name",
            [Filter("last_name", "contains", "SON")],
            lambda f: f.last_name.str.contains("(?i)son"),
        ),
        ("campaign_exposures", "device_type", [Filter("device_type", "is empty")], lambda f: f.device_type.isna()),
    ],
)
@pytest.mark.parametrize("log_bins", [False, True])
def test_histogram(dataset_1k, frames, table, column, filters, mask, log_bins):
    frame = frames[table][mask(frames[table]).fillna(False)]
    found = measures.histogram(dataset_1k, table, column, filters, bins=12, log_bins=log_bins)
    assert found.rows == len(frame)
    assert found.empty == frame[column].isna().sum()
    assert sum(found.counts) == found.rows - found.empty
    values = frame[column].dropna()
    if found.kind == "numbers" and len(values):
        values = values.astype(float)
        assert found.summary["mean"] == pytest.approx(values.mean())
        assert (found.summary["min"], found.summary["max"]) == (values.min(), values.max())
        # Values within rounding of an edge may fall on either side of it.
        for low, high, count in zip(found.low, found.high, found.counts):
            near = (abs(values - low) <= 1e-9 * abs(low)) | (abs(values - high) <= 1e-9 * abs(high))
            inside = (values >= low) & (values < high) & ~near
            last = high == found.high[-1]
            assert inside.sum() <= count <= inside.sum() + near.sum() + ((values <= 0).sum() if log_bins else 0), (
                low,
                high,
                last,
            )
    elif found.kind == "categories":
        counts = values.value_counts()
        assert found.summary["distinct"] == len(counts)
        assert list(found.counts[:3]) == counts.iloc[:3].tolist()


def test_histogram_says_what_is_wrong(dataset_1k):
    with pytest.raises(MeasureError, match="no table 'people'; choose one of households"):
        measures.histogram(dataset_1k, "people", "age")
    with pytest.raises(MeasureError, match="no column 'years'"):
        measures.histogram(dataset_1k, "individuals", "years")
    with pytest.raises(MeasureError, match="a number; 'old' is none"):
        measures.histogram(dataset_1k, "individuals", "age", [Filter("age", ">", "old")])
    with pytest.raises(MeasureError, match=r"'3\.000' can mean 3 or 3000: write one"):
        measures.histogram(dataset_1k, "individuals", "age", [Filter("age", ">", "3.000")])
    with pytest.raises(MeasureError, match="a number; '3,5' is none"):
        measures.histogram(dataset_1k, "individuals", "age", [Filter("age", ">", "3,5")])
    with pytest.raises(MeasureError, match="no operator 'like'"):
        measures.histogram(dataset_1k, "individuals", "age", [Filter("age", "like", "1")])


def test_a_filters_value_is_never_sql(dataset_1k):
    evil = "x' or 1 = 1 or \\' --"
    assert measures.sample_rows(dataset_1k, "households", 5, [Filter("state", "=", evil)]).empty


def test_samples(dataset_1k, frames):
    rows = measures.sample_rows(dataset_1k, "campaign_exposures", 15)
    assert len(rows) == 15 and rows.exposure_id.is_monotonic_increasing
    again = measures.sample_rows(dataset_1k, "campaign_exposures", 15)
    assert rows.exposure_id.tolist() == again.exposure_id.tolist()
    assert set(rows.exposure_id) <= set(frames["campaign_exposures"].exposure_id)
    assert len(measures.sample_rows(dataset_1k, "campaigns", 200)) == len(frames["campaigns"])


def test_checks_in_groups_and_on_demand(dataset_1k, spark):
    report = measures.run_dataset_checks(dataset_1k)
    groups = measures.check_groups(report)
    assert groups.checks.sum() == len(report.results) and groups.failed.sum() == 0
    assert list(dict.fromkeys(groups.group)) == ["structure", "consistency", "reconciliation"]
    assert len(measures.check_rows(report)) == len(report.results)
    assert measures.violating_keys(dataset_1k, report.results[0].id).empty
    with pytest.raises(MeasureError, match="no such check"):
        measures.violating_keys(dataset_1k, "no.such_check")


def test_violating_keys_are_named(dataset_1k, spark):
    class Broken:
        """The dataset with two hundred households that claim to be too big."""

        manifest, spark = dataset_1k.manifest, dataset_1k.spark

        def as_found(self):
            tables = dict(dataset_1k.tables())
            homes = tables["households"]
            more = "case when household_id <= 200 then household_size + 1 else household_size end"
            names = [more + " as household_size" if c == "household_size" else c for c in homes.columns]
            tables["households"] = homes.selectExpr(*names)
            return tables, dataset_1k.config, []

    report = measures.run_dataset_checks(Broken())
    rows = measures.check_rows(report)
    assert not rows[0]["passed"]
    broken = next(row for row in rows if row["violations"] == 200 and "household_id" in row["keys"][0])
    assert len(broken["keys"]) == 5
    keys = measures.violating_keys(Broken(), broken["id"], limit=50)
    assert len(keys) == 50 and keys.household_id.max() <= 200
