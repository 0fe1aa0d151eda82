"""Configurations at the ends of what is allowed, drawn from the declared kinds of the settings.

A `Case` is a configuration and its name. `extremes` takes each setting to its lowest and highest values, one at a
time; `combinations` is a Hypothesis strategy of several settings at once. `outcome` generates, checks and tells.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from functools import singledispatch
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from idgraph_widgets.config import GenerationConfig, kinds, mappings
from idgraph_widgets.config.difficulty import with_difficulty
from idgraph_widgets.config.rules import MAX_WINDOW_DAYS
from idgraph_widgets.config.segments import all_rules
from idgraph_widgets.config.session_model import most_clicks
from idgraph_widgets.config.sizes import reachable_std_dev
from idgraph_widgets.config.walking import walk
from idgraph_widgets.dataset import Dataset
from idgraph_widgets.errors import ConfigError
from idgraph_widgets.pipeline import run_pipeline
from idgraph_widgets.quality import run_checks
from idgraph_widgets.report.data import report_data

HOUSEHOLDS = 1_000
START, DAYS = date(2025, 3, 1), 31
"""A window in which weekdays do not occur equally often."""

_APART = ("catalog_name", "schema_name", "incremental", "household_config.num_households", "extra_columns")
"""Settings that say where and how a dataset is written, and how large it is; and columns of one's own, which change
nothing else and have tests of theirs."""


@dataclass(frozen=True)
class Case:
    """A configuration with the name of what is special about it."""

    name: str
    config: GenerationConfig


@dataclass(frozen=True)
class Outcome:
    """What became of a configuration.

    Parameters
    ----------
    name : str
    state : {"holds", "refused", "failed", "off", "crash"}
        "failed" where a guaranteed check fails, "off" where a statistic is off its target.
    told : list of str
        The sentences of whatever did not hold; for "refused" what was said.
    not_judged : list of str
        Statistics that were not judged, with the reason.
    """

    name: str
    state: str
    told: list[str] = field(default_factory=list)
    not_judged: list[str] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def base(days: int = DAYS, households: int = HOUSEHOLDS) -> GenerationConfig:
    """The defaults over a short window."""
    config = GenerationConfig(start_date=START, end_date=START + timedelta(days=days))
    config.household_config.num_households = households
    return config


def changed(path: str, value: Any, config: GenerationConfig | None = None) -> GenerationConfig:
    """The base, or `config` itself, with one setting changed and what it cannot be without."""
    config = base() if config is None else config
    *parts, name = path.split(".")
    part: Any = config
    for each in parts:
        part = getattr(part, each)
    setattr(part, name, value)
    _accompany(config, path)
    return config


def _accompany(config: GenerationConfig, path: str) -> None:
    """Change what contradicts the new value of a setting for reasons that are not the point of it."""
    name = path.rsplit(".", 1)[-1]
    if name == "start_date":
        config.end_date = config.start_date + timedelta(days=DAYS)
    elif path.startswith("household_config.size_distribution"):
        _fit_sizes(config.household_config.size_distribution, name)
    elif path.startswith("audience_config"):
        _fit_lookback(config, name)
    elif path.startswith("engagement_config"):
        _fit_engagement(config.engagement_config, name)
    elif path.startswith("campaign_config"):
        _fit_campaigns(config.campaign_config, name)


def _fit_sizes(sizes: Any, name: str) -> None:
    if name in ("mean", "std_dev"):
        sizes.shares = None
        sizes.mean = 2.5 if sizes.mean is None else sizes.mean
        sizes.max_size = max(sizes.max_size, min(12, int(sizes.mean) + 1))
        low, high = reachable_std_dev(sizes.mean, sizes.max_size)
        sizes.std_dev = low if sizes.std_dev is None else min(max(sizes.std_dev, low), high)
    elif name == "shares" and sizes.shares:
        sizes.max_size = max(sizes.max_size, *sizes.shares)
    elif name == "max_size" and sizes.shares:
        folded: dict[int, float] = {}
        for size, share in sizes.shares.items():
            folded[min(size, sizes.max_size)] = folded.get(min(size, sizes.max_size), 0.0) + share
        sizes.shares = folded


def _fit_lookback(config: GenerationConfig, name: str) -> None:
    audience = config.audience_config
    if name == "lookback_days":
        audience.frequent_min_active_days = min(audience.frequent_min_active_days, audience.lookback_days)
    elif name == "frequent_min_active_days":
        audience.lookback_days = max(audience.lookback_days, audience.frequent_min_active_days)
    elif name == "heavy_viewer_min_seconds":
        audience.lookback_days = max(audience.lookback_days, -(-audience.heavy_viewer_min_seconds // 86_400))
    config.end_date = max(config.end_date, config.start_date + timedelta(days=audience.lookback_days))


def _fit_engagement(engagement: Any, name: str) -> None:
    most = most_clicks(engagement.events_per_session)
    if name == "events_per_session":
        engagement.click_share, engagement.share_share = min(engagement.click_share, most * 0.9), min(0.01, most * 0.1)
        engagement.events_per_person_day = min(engagement.events_per_person_day, engagement.events_per_session * 2)
    elif name == "content_type_weights" and engagement.content_type_weights.get("live"):
        live = engagement.content_type_weights["live"] * engagement.events_per_session
        engagement.live_event_share = min(engagement.live_event_share, live)
    elif name == "click_share":
        engagement.share_share = min(engagement.share_share, max(0.0, most - engagement.click_share))
    elif name == "share_share":
        engagement.click_share = min(engagement.click_share, max(0.0, most - engagement.share_share))


def _fit_campaigns(campaign: Any, name: str) -> None:
    rates = campaign.click_through_rates
    if name in ("flight_days", "budget_factor"):
        low, high = getattr(campaign, name).values()
        if low > high:
            is_low = low != getattr(base().campaign_config, name)["min"]
            setattr(campaign, name, {"min": low, "max": low} if is_low else {"min": high, "max": high})
    elif name == "cpc_channels":
        campaign.click_through_rates = {
            n: rate or (0.01 if n in campaign.cpc_channels else 0.0) for n, rate in rates.items()
        }
    elif name == "click_through_rates":
        campaign.cpc_channels = [n for n in campaign.cpc_channels if rates[n]]
    elif name == "basket_value":
        median, sigma = campaign.basket_value["median"], campaign.basket_value["sigma"]
        campaign.basket_value = {"median": max(0.01, median), "sigma": min(3.0, sigma)}


# --- the ends of each kind ------------------------------------------------------------------------------------


@singledispatch
def ends(kind: kinds.Kind, default: Any) -> list[tuple[str, Any]]:
    """The lowest and highest values of a kind of setting, each with what to call it."""
    raise NotImplementedError(type(kind).__name__)


@ends.register
def _(kind: kinds.Integer, default: Any) -> list[tuple[str, Any]]:
    return [(f"{value:,}", value) for value in (kind.low, kind.high) if value is not None]


@ends.register
def _(kind: kinds.Real, default: Any) -> list[tuple[str, Any]]:
    return [(f"{value:g}", float(value)) for value in (kind.low, kind.high) if value is not None]


@ends.register
def _(kind: kinds.Day, default: Any) -> list[tuple[str, Any]]:
    return [(day.isoformat(), day) for day in (kind.low, kind.high - timedelta(days=DAYS))]


@ends.register
def _(kind: kinds.Span, default: Any) -> list[tuple[str, Any]]:
    middle = (kind.low + kind.high) // 3
    pairs = [(kind.low, kind.low), (kind.high, kind.high), (middle, middle), (kind.low, middle), (middle, kind.high)]
    return [(f"[{low}, {high}]", (low, high)) for low, high in pairs]


@ends.register
def _(kind: kinds.Choices, default: Any) -> list[tuple[str, Any]]:
    return [("none", []), ("all", list(kind.names)), *((name, [name]) for name in kind.names)]


@ends.register
def _(kind: kinds.Curve, default: Any) -> list[tuple[str, Any]]:
    at = [tuple(float(i == one) for i in range(kind.count)) for one in (0, kind.count - 1)]
    even = (1 / kind.count,) * kind.count
    return [("all on the first", at[0]), ("all on the last", at[1]), ("even", even)]


_MOST_NAMES = 7


def _some(names: tuple[Any, ...]) -> tuple[Any, ...]:
    """All names of a short vocabulary; the first and the last of a long one."""
    return names if len(names) <= _MOST_NAMES else (names[0], names[-1])


@ends.register
def _(kind: mappings.Shares, default: Any) -> list[tuple[str, Any]]:
    names = kind.names or tuple(default)
    even = {name: 1 / len(names) for name in names}
    return [*((f"{name} alone", {name: 1.0}) for name in _some(names)), ("even", even)]


@ends.register
def _(kind: mappings.Numbers, default: Any) -> list[tuple[str, Any]]:
    found = []
    for label, value in ends(kind.part, None):
        found.append((f"{label} for all", dict.fromkeys(kind.names, value)))
        found += [(f"{name} {label}", {**default, name: value}) for name in _some(kind.names)]
    return found


@ends.register
def _(kind: mappings.Caps, default: Any) -> list[tuple[str, Any]]:
    def caps(**values: Any) -> dict[str, Any]:
        return {name: {**default[name], **values} for name in kind.names}

    return [
        ("1 a day, 1 a week", caps(daily=1, weekly=1)),
        ("the highest", caps(daily=kind.daily_max, weekly=kind.weekly_max)),
        *((f"by {scope}", caps(scope=scope)) for scope in kind.scopes),
    ]


@ends.register
def _(kind: mappings.Switches, default: Any) -> list[tuple[str, Any]]:
    ids = [rule.segment_id for rule in all_rules(base())]
    return [("all off", dict.fromkeys(ids, False)), ("one alone", {**dict.fromkeys(ids, False), ids[0]: True})]


@ends.register
def _(kind: mappings.BracketBounds, default: Any) -> list[tuple[str, Any]]:
    return []  # they are of no use without brackets of their own; see `SEEN`


def settings() -> dict[str, kinds.Kind]:
    """Path and kind of every setting that decides rows, the number of households apart."""
    return {
        path: declared.metadata["setting"].kind
        for path, declared, _, _ in walk(base())
        if "setting" in declared.metadata and path not in _APART
    }


def extremes() -> Iterator[Case]:
    """Every setting at its ends, the others at the base."""
    for path, kind in settings().items():
        for label, value in _ends_at(path, kind):
            yield Case(f"{path} = {label}", changed(path, value))


def _ends_at(path: str, kind: kinds.Kind) -> list[tuple[str, Any]]:
    if path == "end_date":
        days = (base().audience_config.lookback_days, MAX_WINDOW_DAYS)
        return [(f"{n} days after start_date", START + timedelta(days=n)) for n in days]
    return ends(kind, _value(base(), path))


def _value(config: Any, path: str) -> Any:
    for name in path.split("."):
        config = getattr(config, name)
    return config


def seen() -> Iterator[Case]:
    """Configurations that once failed, each for its kind."""
    year = timedelta(days=365)
    engagement, people = "engagement_config", "demographics_config"
    identity = f"{people}.identity_mappings"
    made = base()
    made.end_date = START + timedelta(days=45)
    yield Case("45 days", made)
    made = base(days=90)
    yield Case("90 days, homes change address every day", changed(f"{identity}.home_ip_rotation_days", 1.0, made))
    for households, days in ((5_000, 90), (5_000, 365)):
        made = with_difficulty(base(days, households), "hard")
        yield Case(f"hard, {households:,} households, {days} days", made)
    made = changed(f"{identity}.home_ip_rotation_days", 1.4, base(MAX_WINDOW_DAYS))
    yield Case("two years, everything renewed daily", changed(f"{identity}.safari_cookie_days", 1.1, made))
    yield Case("clean", with_difficulty(base(), "clean"))
    yield Case("ages 18 to 34", changed(f"{people}.age_range", (18, 34)))
    yield Case("few connected TVs", changed(f"{identity}.ctv_home_share", 0.2))
    yield Case("few iOS devices", changed(f"{identity}.ios_share", 0.1))
    yield Case("homes of 12", changed("household_config.size_distribution.shares", {12: 1.0}))
    owned = {**_value(base(), f"{identity}.smartphone_ownership"), "30-49": 0.0}
    yield Case("nobody of 30 to 49 has a smartphone", changed(f"{identity}.smartphone_ownership", owned))
    yield Case("only live content", changed(f"{engagement}.content_type_weights", {"live": 1.0}))
    made = changed(f"{engagement}.content_type_weights", {"live": 0.3, "video": 0.7})
    yield Case("half of all sessions join a broadcast", changed(f"{engagement}.live_event_share", 0.5, made))
    made = base()
    made.end_date = made.start_date + year
    yield Case("a year", made)
    brackets = changed("household_config.income_brackets", {"poor": 0.5, "rich": 0.5})
    brackets.household_config.income_bounds = {"poor": (0, 50_000), "rich": (50_000, None)}
    yield Case("income brackets of one's own", brackets)


# --- random valid combinations --------------------------------------------------------------------------------


@singledispatch
def values(kind: kinds.Kind, default: Any) -> st.SearchStrategy[Any]:
    """A strategy of allowed values of a kind."""
    raise NotImplementedError(type(kind).__name__)


@values.register
def _(kind: kinds.Integer, default: Any) -> st.SearchStrategy[Any]:
    return st.integers(kind.low, kind.high)


@values.register
def _(kind: kinds.Real, default: Any) -> st.SearchStrategy[Any]:
    return st.floats(kind.low, 10.0 if kind.high is None else kind.high)


@values.register
def _(kind: kinds.Day, default: Any) -> st.SearchStrategy[Any]:
    return st.dates(kind.low, kind.high - timedelta(days=MAX_WINDOW_DAYS))


@values.register
def _(kind: kinds.Span, default: Any) -> st.SearchStrategy[Any]:
    return st.tuples(st.integers(kind.low, kind.high), st.integers(kind.low, kind.high)).map(sorted).map(tuple)


@values.register
def _(kind: kinds.Choices, default: Any) -> st.SearchStrategy[Any]:
    return st.lists(st.sampled_from(kind.names), unique=True)


def _summing_to_one(names: Any) -> st.SearchStrategy[dict[Any, float]]:
    weights = st.lists(st.integers(0, 20), min_size=len(names), max_size=len(names)).filter(any)
    return weights.map(lambda found: {n: w / sum(found) for n, w in zip(names, found, strict=True) if w})


@values.register
def _(kind: kinds.Curve, default: Any) -> st.SearchStrategy[Any]:
    every = range(kind.count)
    return _summing_to_one(every).map(lambda shares: tuple(shares.get(i, 0.0) for i in every))


@values.register
def _(kind: mappings.Shares, default: Any) -> st.SearchStrategy[Any]:
    return _summing_to_one(kind.names or tuple(default))


@values.register
def _(kind: mappings.Numbers, default: Any) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries({name: values(kind.part, None) for name in kind.names})


@values.register
def _(kind: mappings.Caps, default: Any) -> st.SearchStrategy[Any]:
    parts = {
        "daily": st.integers(1, kind.daily_max),
        "weekly": st.integers(kind.daily_max, kind.weekly_max),
        "scope": st.sampled_from(kind.scopes),
    }
    return st.fixed_dictionaries({name: st.fixed_dictionaries(parts) for name in kind.names})


@values.register
def _(kind: mappings.Switches, default: Any) -> st.SearchStrategy[Any]:
    ids = [rule.segment_id for rule in all_rules(base())]
    return st.lists(st.sampled_from(ids), unique=True).map(lambda off: dict.fromkeys(off, False))


@values.register
def _(kind: mappings.BracketBounds, default: Any) -> st.SearchStrategy[Any]:
    return st.just({})


_VOLUME = ("end_date", "audience_config.lookback_days", "engagement_config.events_per_person_day")
"""Settings that multiply rows: at their ends the extremes show them, in combinations they would only take time."""


@st.composite
def combinations(draw: st.DrawFn, households: int = HOUSEHOLDS, days: int = DAYS) -> GenerationConfig:
    """Valid configurations with some settings drawn from all that they may be."""
    known = {path: kind for path, kind in settings().items() if path not in _VOLUME}
    config = base(days, households)
    for path in sorted(draw(st.sets(st.sampled_from(sorted(known)), min_size=3, max_size=10))):
        copy = GenerationConfig.from_dict(config.to_dict(), check=False)
        tried = changed(path, draw(values(known[path], _value(config, path))), copy)
        tried.end_date = tried.start_date + timedelta(days=days)
        if not tried.validate():
            config = tried
    return config


def drawn(count: int, **shape: int) -> list[Case]:
    """The same random combinations at every call."""
    from hypothesis import HealthCheck, Phase, given
    from hypothesis import settings as how

    found: list[GenerationConfig] = []
    every = list(HealthCheck)

    @how(
        max_examples=count,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=every,
        deadline=None,
    )
    @given(combinations(**shape))
    def draw(config: GenerationConfig) -> None:
        found.append(config)

    draw()
    return [Case(f"combination {i}", config) for i, config in enumerate(found, start=1)]


# --- what becomes of them -------------------------------------------------------------------------------------


def outcome(spark: Any, case: Case, with_report: bool = True) -> Outcome:
    """Generate a case and run every check on it; with the measures of the report, too."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            run_pipeline(spark, case.config, Path(folder) / "dataset")
            with Dataset(Path(folder) / "dataset", spark) as dataset:
                checks = run_checks(spark, dataset.tables(), dataset.config, dataset.manifest, progress=False)
                if with_report:
                    report_data(dataset, checks)
    except ConfigError as error:
        return Outcome(case.name, "refused", [str(error)])
    except Exception as error:  # whatever it is, it is reported
        return Outcome(case.name, "crash", [f"{type(error).__name__}: {str(error)[:300]}"])
    state = "failed" if not checks.holds else "holds" if checks.passed else "off"
    unjudged = [f"{result.id}: {result.reason}" for result in checks.statistics if getattr(result, "reason", None)]
    return Outcome(case.name, state, checks.complaints, unjudged)


def difference(config: GenerationConfig) -> dict[str, Any]:
    """The settings in which a configuration differs from the base."""
    found = {}
    for path in settings():
        mine = _value(config, path)
        if mine != _value(base(), path):
            found[path] = mine
    return found
