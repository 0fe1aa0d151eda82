"""Measures of people, their activity and the report's statistics, against pandas over the tables themselves."""

from __future__ import annotations

import pandas as pd
import pytest

from idgraph_widgets import reference
from idgraph_widgets.quality.report import CheckReport
from idgraph_widgets.quality.statistics import StatisticResult
from idgraph_widgets.report import measures
from idgraph_widgets.report.measures.intervals import wilson
from idgraph_widgets.report.subject import Subject


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
    assert Subject(dataset_1k, CheckReport(statistics=[given])).statistics == [given]
    # A report without statistics says nothing of them: they are judged now, and once.
    found = Subject(dataset_1k, CheckReport()).statistics
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
