"""Kernels of engagement on made-up people: what a session is, what adding up means, who belongs to segments."""

from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from idgraph_widgets.arrays import Columns, Nullable, coded, explode, record_batch
from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.config.segments import enabled_segments
from idgraph_widgets.draws import Draws, hashed
from idgraph_widgets.generators import clocks, engagement, people
from idgraph_widgets.generators.context import DAY, Context, micros
from idgraph_widgets.generators.engagement import (
    audience_attributes,
    content_catalog,
    engagements,
    logged_sessions,
    segment_rules,
    sessions,
    viewership_patterns,
)
from idgraph_widgets.schema import GENERATED, ids

pytestmark = pytest.mark.quick

HOMES = 60
TYPES = ("cookie", "gaid", "ctv_id", "cookie", "email")
DEVICES = ("desktop", "mobile", "ctv", "tablet", None)


def texts(*values):
    return coded(pa.array(values, pa.string()))


def context_of(**changes):
    config = GenerationConfig()
    config.engagement_config.events_per_person_day = 1.0
    for path, value in changes.items():
        part, _, name = path.rpartition("__")
        setattr(getattr(config, part) if part else config, name, value)
    return Context.from_bytes(Context.make(config, (*people.PREPARE, *engagement.PREPARE)).to_bytes())


def graph_of(context, homes=HOMES):
    """Households, individuals, identity_mappings and truth of homes of three: two adults and a child of 14."""
    home = np.arange(1, homes + 1)
    households = Columns(
        household_id=home,
        state=texts(*(("NY", "CA")[h % 2] for h in home)),
        annual_income=home * 5_000,
        has_children=home % 3 > 0,
    )
    person = np.repeat(home, 3) * 16 + np.tile([1, 2, 3], homes)
    n = np.arange(len(person))
    individuals = Columns(
        individual_id=person,
        household_id=person // 16,
        age=np.where(person % 16 == 3, 14, 18 + n % 70),
        gender=texts(*(("female", "male")[i % 2] for i in n)),
        employment_status=texts(*(("employed_full_time", "retired", "student")[i % 3] for i in n)),
        role=texts(*(("householder", "spouse", "child")[i % 3] for i in n)),
    )
    asserted = np.repeat(person, len(TYPES))
    slot = np.arange(len(asserted))
    is_false = (slot % 7 == 0) & (asserted >= 64)
    first = context.start + slot % 5 * 9 * DAY
    mappings = Columns(
        # Keys in no order, as scrambled ones.
        mapping_id=slot * 7_919 % 99_991 + 1,
        individual_id=asserted,
        household_id=asserted // 16,
        device_id=Nullable(slot + 1, np.array([d is not None for d in DEVICES])[slot % len(DEVICES)]),
        identifier_type=texts(*(TYPES[i % len(TYPES)] for i in slot)),
        device_type=texts(*(DEVICES[i % len(DEVICES)] for i in slot)),
        match_type=texts(*(("deterministic", "probabilistic")[i % 2] for i in slot)),
        first_seen_ts=first,
        last_seen_ts=np.minimum(first + (20 + slot % 60) * DAY, context.end - 1),
    )
    # Some identifiers are a neighbour's, some of people outside.
    outsider = ids.individual_id(ids.hidden_home(asserted // 16, slot % 2), 1)
    is_outside = (slot % 11 == 0) & ~is_false
    actor = np.where(is_false, asserted - 16, np.where(is_outside, outsider, asserted))
    truth = Columns(mapping_id=mappings.mapping_id, true_individual_id=Nullable(actor, ~is_outside), actor_id=actor)
    return households, individuals, mappings, truth


@pytest.fixture(scope="module")
def context():
    return context_of()


@pytest.fixture(scope="module")
def graph(context):
    return graph_of(context)


@pytest.fixture(scope="module")
def events(context, graph):
    return engagements.make(context, *graph)


def rows(table, columns):
    """The rows as an Arrow table, texts as texts."""
    batch = record_batch(GENERATED[table], columns)
    plain = [c.cast(pa.string()) if pa.types.is_dictionary(c.type) else c for c in batch.columns]
    return pa.table(plain, names=batch.schema.names)


@pytest.mark.parametrize("homes", [1, 7, 25])
def test_rows_do_not_depend_on_the_cut_of_a_block(context, graph, events, homes):
    households, individuals, mappings, truth = graph
    found = {"content_engagements": [], "viewership_patterns": [], "audience_attributes": []}
    for low in range(1, HOMES + 1, homes):
        so_far = [columns.where(columns.household_id < low + homes) for columns in (households, individuals)]
        inside = (mappings.household_id >= low) & (mappings.household_id < low + homes)
        here = [columns.where(columns.household_id >= low) for columns in so_far]
        part = engagements.make(context, *so_far, mappings.where(inside), truth.where(inside))
        found["content_engagements"].append(part)
        found["viewership_patterns"].append(viewership_patterns.make(context, here[0], part))
        attributes = audience_attributes.make(context, *here, mappings.where(inside), part)
        found["audience_attributes"].append(attributes)
    whole = {
        "content_engagements": events,
        "viewership_patterns": viewership_patterns.make(context, households, events),
        "audience_attributes": audience_attributes.make(context, households, individuals, mappings, events),
    }
    for table, parts in found.items():
        assert pa.concat_tables([rows(table, part) for part in parts]).equals(rows(table, whole[table])), table
        assert len(whole[table]) > 500


def test_rows_do_not_depend_on_the_order_of_inputs(context, graph, events):
    households, individuals, mappings, truth = graph
    order = np.random.default_rng(2).permutation(len(mappings))
    backwards = np.arange(len(individuals))[::-1]
    other = engagements.make(context, households, individuals.take(backwards), mappings.take(order), truth.take(order))
    assert rows("content_engagements", other).equals(rows("content_engagements", events))
    shuffled = events.take(np.random.default_rng(3).permutation(len(events)))
    patterns = [
        rows("viewership_patterns", viewership_patterns.make(context, households, e)) for e in (events, shuffled)
    ]
    assert patterns[0].equals(patterns[1])


def test_keys_rise_and_events_lie_in_the_life_of_a_usable_identifier(context, graph, events):
    _, _, mappings, _ = graph
    assert (np.diff(events.engagement_id) > 0).all()
    order = np.argsort(mappings.mapping_id)
    row = order[np.searchsorted(mappings.mapping_id[order], events.mapping_id)]
    assert (mappings.individual_id[row] == events.individual_id).all()
    assert not (mappings.identifier_type.take(row) == "email").any()
    t = events.engagement_ts
    assert ((t >= mappings.first_seen_ts[row]) & (t <= mappings.last_seen_ts[row]) & (t < context.end)).all()
    same = events.device_type.to_arrow().cast("string").equals(mappings.device_type.take(row).to_arrow().cast("string"))
    assert same
    known = mappings.match_type.take(row) == "deterministic"
    assert not events.is_logged_in[~known].any() and 0.3 < events.is_logged_in[known].mean() < 0.6


def test_a_click_or_share_is_about_the_item_looked_at_just_before(events):
    follows = np.flatnonzero(events.engagement_type.isin(("click", "share")))
    assert len(follows) > 100
    assert (events.session_id[follows] == events.session_id[follows - 1]).all()
    assert events.engagement_type.take(follows - 1).isin(("view", "complete")).all()
    assert (events.content_id[follows] == events.content_id[follows - 1]).all()
    assert not events.duration_seconds[follows].any() and not events.completion_rate[follows].any()


def test_an_event_starts_when_the_one_before_has_ended_and_within_half_an_hour(events):
    same = events.session_id[1:] == events.session_id[:-1]
    ends = events.engagement_ts + events.duration_seconds * 1_000_000
    pause = (events.engagement_ts[1:] - ends[:-1])[same]
    assert pause.min() >= 1_000_000 and pause.max() < 30 * clocks.MINUTE and len(pause) > 1_000
    slow = context_of(engagement_config__session_gap_minutes=10.0)
    found = engagements.make(slow, *graph_of(slow))
    same = found.session_id[1:] == found.session_id[:-1]
    pause = (found.engagement_ts[1:] - found.engagement_ts[:-1] - found.duration_seconds[:-1] * 1_000_000)[same]
    assert 20 * clocks.MINUTE < pause.max() < 30 * clocks.MINUTE
    assert 6 * clocks.MINUTE < np.median(pause) < 14 * clocks.MINUTE


@pytest.mark.parametrize("share", [0.0, 0.85, 1.0])
def test_a_session_stays_with_the_publisher_of_its_first_event(share):
    context = context_of(engagement_config__session_publisher_share=share)
    found = engagements.make(context, *graph_of(context))
    met = logged_sessions.make(found)
    session, number = explode(met.events)
    looks = found.engagement_type.isin(("view", "complete"))
    with_first = found.publisher.codes == met.publisher.codes[session]
    later = looks & (number > 0)
    assert later.sum() > 1_000 and abs(with_first[later].mean() - share) < (0.04 if share else 0.08)
    looked, at = found.content_id[looks], session[looks]
    assert ((looked[1:] == looked[:-1]) & (at[1:] == at[:-1])).mean() < 0.002


def test_logged_sessions_are_the_events_side_by_side(events):
    met = logged_sessions.make(events)
    session, number = explode(met.events)
    assert (met.row[session] + number == np.arange(len(events))).all()
    for name in ("session_id", "individual_id", "mapping_id"):
        assert (met[name][session] == events[name]).all()
    ends = events.engagement_ts + events.duration_seconds * 1_000_000
    assert (met.begins[session] <= events.engagement_ts).all() and (met.ends[session] >= ends).all()
    assert (met.begins == events.engagement_ts[met.row]).all() and (np.diff(met.session_id) > 0).all()
    assert len(logged_sessions.make(events.where(events.session_id < 0))) == 0


def test_a_spell_turns_sessions_to_its_category_and_no_others(context, graph, events):
    begins, ends = context.start + 20 * DAY, context.start + 50 * DAY
    person = graph[1].individual_id
    spells = Columns(
        individual_id=np.repeat(person[person % 2 == 0], 2),
        category=texts(*["Travel", "Automotive"] * (person % 2 == 0).sum()),
        begins=np.full((person % 2 == 0).sum() * 2, begins),
        ends=np.full((person % 2 == 0).sum() * 2, ends),
        strength=np.tile([5_000, 2_000], (person % 2 == 0).sum()),
    )
    found = engagements.make(context, *graph, spells=spells)
    true = dict(zip(graph[3].mapping_id.tolist(), graph[3].actor_id.tolist(), strict=True))
    owner = np.array([true[mapping] for mapping in found.mapping_id.tolist()])
    met = logged_sessions.make(found)
    session, number = explode(met.events)
    begun = met.begins[session]
    inside = (owner % 2 == 0) & (begun >= begins) & (begun < ends)
    first = number == 0
    travels, drives = found.content_category == "Travel", found.content_category == "Automotive"
    usual = (events.content_category == "Travel").mean()
    assert abs(travels[inside & first].mean() - (0.5 + 0.3 * usual)) < 0.05
    assert abs(drives[inside & first].mean() - 0.2) < 0.06 and travels[inside].mean() > 5 * usual
    before = (owner % 2 == 1) | (begun < begins)
    same = np.isin(events.engagement_id, found.engagement_id[before])
    assert rows("content_engagements", found.where(before)).equals(rows("content_engagements", events.where(same)))


@pytest.mark.parametrize(("sigma", "low", "high"), [(0.0, 0.85, 1.15), (0.6, 1.5, 3.5)])
def test_weeks_of_a_person_vary_as_configured_and_keep_their_mean(sigma, low, high):
    context = context_of(engagement_config__week_sigma=sigma, engagement_config__activity_sigma=0.0)
    tables = context.of(sessions.prepare)
    usual = 7 / 3 * max(clocks.season("engagements"))
    counts = tables.count.winners.reshape(-1, tables.count.tickets)
    assert abs(counts.mean() / usual - 1) < 0.01 and low < counts.var() / counts.mean() < high


def test_what_is_consumed_fits_the_item(context, events):
    items = content_catalog.make(context)
    item = events.content_id - 1
    thousandths = np.rint(events.completion_rate * 10_000).astype(np.int64)
    assert (events.duration_seconds == items.length_seconds[item] * thousandths // 10_000).all()
    complete = events.engagement_type == "complete"
    assert (events.completion_rate[complete] == 1).all() and (events.completion_rate[~complete] < 1).all()
    looks = events.engagement_type.isin(("view", "complete"))
    for content_type in ("article", "video", "audio", "game"):
        rates = events.completion_rate[looks & (events.content_type == content_type)]
        ends = getattr(context.config.engagement_config, f"{content_type}_view_ends")
        found = [(rates >= quarter).mean() for quarter in (0.25, 0.5, 0.75, 1.0)]
        assert np.abs(np.array(found) - (1 - np.cumsum(ends)[:-1])).max() < 0.05, content_type
    tv = events.device_type == "ctv"
    assert not (events.content_type.take(np.flatnonzero(tv)) == "article").any()
    places = np.array(events.app_or_site.to_arrow().to_pylist())
    assert all(place.endswith(" TV") for place in places[tv]) and not any(p.endswith(" TV") for p in places[~tv])


def test_a_later_end_adds_events_only(context, graph, events):
    early = context_of(end_date=date(2025, 2, 12))
    households, individuals, mappings, truth = graph
    inside = mappings.first_seen_ts < early.end
    cut = mappings.with_columns(last_seen_ts=np.minimum(mappings.last_seen_ts, early.end - 1)).where(inside)
    found = engagements.make(early, households, individuals, cut, truth.where(inside))
    before = events.where(events.engagement_ts < early.end)
    assert rows("content_engagements", found).equals(rows("content_engagements", before)) and len(found) > 1_000


def test_sessions_of_the_busiest_people_stay_within_their_keys():
    busy = context_of(engagement_config__events_per_person_day=8.0)
    found = engagements.make(busy, *graph_of(busy, homes=8))
    number = found.session_id % ids.SESSIONS_PER_WEEK
    assert number.min() == 1 and 30 <= number.max() <= 60


def test_nobody_has_anything_where_there_is_nothing(context, graph):
    households, individuals, mappings, truth = graph
    nothing = mappings.identifier_type == "email"
    found = engagements.make(context, households, individuals, mappings.where(nothing), truth.where(nothing))
    assert rows("content_engagements", found).num_rows == 0
    assert rows("viewership_patterns", viewership_patterns.make(context, households, found)).num_rows == 0
    attributes = audience_attributes.make(context, households, individuals, mappings.where(nothing), found)
    assert set(attributes.segment_type.to_arrow().to_pylist()) == {"demographic"}


def some_events(context, person, day, hour, device, category="Sports", act="view"):
    """Engagements of one length, given by days since the start and hours in UTC."""
    n = len(day)
    return Columns(
        individual_id=np.full(n, person),
        content_category=texts(*[category] * n),
        content_type=texts(*["video"] * n),
        engagement_type=texts(*[act] * n),
        device_type=texts(*device),
        engagement_ts=context.start + np.array(day) * DAY + np.array(hour) * (DAY // 24),
        duration_seconds=np.full(n, 10),
        completion_rate=np.full(n, 0.3333),
    )


def test_a_pattern_adds_up_and_ties_go_to_the_alphabetically_first(context, graph):
    households = graph[0]
    # New York is five hours behind: 1:00 is 20:00, prime; 18:00 is 13:00, daytime.
    found = some_events(context, 2 * 16 + 1, [0, 0, 80, 81], [1, 18, 1, 18], ["tablet", "desktop", "tablet", "desktop"])
    pattern = viewership_patterns.make(context, households, found)
    (row,) = rows("viewership_patterns", pattern).to_pylist()
    assert row["pattern_id"] == 33 * 64 + sorted(context.config.engagement_config.category_weights).index("Sports") + 1
    assert (row["engagement_count"], row["view_count"], row["click_count"]) == (4, 4, 0)
    assert (row["total_seconds"], row["active_days"]) == (40, 3)
    assert row["avg_completion_rate"] == 0.3333
    assert (row["primary_device_type"], row["primary_daypart"]) == ("desktop", "daytime")
    assert (row["first_engaged_ts"].hour, row["last_engaged_ts"].hour) == (1, 18)
    more = some_events(context, 2 * 16 + 1, [0, 0, 1], [1, 18, 1], ["tablet", "desktop", "tablet"])
    pattern = viewership_patterns.make(context, households, more)
    assert pattern.primary_device_type.to_arrow().to_pylist() == ["tablet"]
    assert pattern.primary_daypart.to_arrow().to_pylist() == ["prime"]


def test_segments_are_of_adults_and_of_what_the_lookback_showed(context, graph):
    households, individuals, mappings, _ = graph
    adult, child = 16 + 1, 16 + 3
    lookback = context.config.audience_config.lookback_days

    def few(person, day):
        return some_events(context, person, [day] * 3, [1, 2, 3], ["mobile"] * 3)

    def segments(events):
        found = audience_attributes.make(context, households, individuals, mappings, events)
        assert not (found.individual_id % 16 == 3).any()
        own = found.where(found.individual_id == adult)
        return dict(zip(own.segment_id.to_arrow().to_pylist(), own.score.tolist(), strict=True))

    sports, travellers = "607", "1649"
    assert sports not in segments(few(child, 0)) and sports not in segments(few(adult, lookback))
    assert segments(few(adult, lookback - 1))[sports] == 1.0
    mixed = Columns.concat([few(adult, 0), some_events(context, adult, [1], [1], ["mobile"], "Travel", "click")])
    found = segments(mixed)
    assert found[sports] == 3 / 4 and found[travellers] == 1.0


def test_segments_switched_off_are_in_neither_table():
    off = dict.fromkeys(enabled_segments(GenerationConfig()), False)
    for switches in ({**off, "50": True}, off):
        context = context_of(audience_config__segments=switches)
        households, individuals, mappings, truth = graph_of(context, homes=3)
        events = engagements.make(context, households, individuals, mappings, truth)
        found = rows(
            "audience_attributes", audience_attributes.make(context, households, individuals, mappings, events)
        )
        on = {segment for segment, is_on in switches.items() if is_on}
        assert set(found["segment_id"].to_pylist()) == on
        assert set(rows("segment_rules", segment_rules.make(context))["segment_id"].to_pylist()) == on


def test_dayparts_are_local_and_begin_on_the_minute(context):
    moments = [(0, 0, "late_fringe"), (0, 59, "late_fringe"), (1, 0, "overnight"), (6, 0, "early_morning")]
    moments += [(19, 59, "prime_access"), (20, 0, "prime"), (23, 0, "late_news"), (23, 30, "late_fringe")]
    t = np.array([context.start + 5 * DAY + (h * 60 + m) * clocks.MINUTE for h, m, _ in moments])
    for offset in (0, -300, -600):
        found = clocks.daypart(context, t - offset * clocks.MINUTE, np.full(len(t), offset))
        assert found.to_arrow().to_pylist() == [name for _, _, name in moments]


def test_seasons_leave_out_their_share(context):
    keys = hashed(np.arange(20_000))
    for series in clocks.SERIES:
        factors = clocks.season(series)
        for month in (1, 2, 7, 12):
            last_moment = micros(date(2024 + month // 12, month % 12 + 1, 1)) - 1
            found = clocks.in_season(context, Draws(1, "t"), series, np.full(len(keys), last_moment), keys)
            assert abs(found.mean() - factors[month - 1] / max(factors)) < 0.01


def test_the_catalog_has_live_items_first_and_every_publisher_a_place(context):
    catalog = context.of(content_catalog.prepare)
    is_live = catalog.items.is_live
    assert is_live[: catalog.live_count].all() and not is_live[catalog.live_count :].any() and catalog.live_count > 10
    assert (catalog.items.content_id == np.arange(1, len(is_live) + 1)).all()
    site = catalog.places[catalog.place[1, 0]]
    publisher = catalog.items.publisher.to_arrow()[0].as_py()
    assert site == "".join(c for c in publisher.lower() if "a" <= c <= "z") + ".example"
