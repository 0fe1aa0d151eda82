"""Forms as data: what each field of a tab looks like, from the configuration's metadata.

Nothing here knows a widget. A field is a plain dict that goes to the browser once; see `field_spec`.
"""

from __future__ import annotations

import math
from functools import cache

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.config.extra_columns import ExtraColumns
from idgraph_widgets.config.kinds import Choices, Curve, Day, Flag, Integer, Kind, Name, Real, Span
from idgraph_widgets.config.mappings import BracketBounds, Caps, Numbers, Shares, Switches
from idgraph_widgets.config.section import Setting
from idgraph_widgets.reference import state_names
from idgraph_widgets.studio.own_columns import columns_control
from idgraph_widgets.studio.paths import read, settings, step_of
from idgraph_widgets.studio.session import WizardStep
from idgraph_widgets.studio.words import label

_SIZE, _IDENTITY = "household_config.size_distribution", "demographics_config.identity_mappings"
_ENGAGE, _AUDIENCE, _CAMPAIGN = "engagement_config", "audience_config", "campaign_config"

_BASIC = {
    "seed",
    "incremental",
    "start_date",
    "end_date",
    "catalog_name",
    "schema_name",
    "extra_columns",
    "household_config.num_households",
    "household_config.income_brackets",
    "household_config.location_distribution",
    *(f"{_SIZE}.{name}" for name in ("mean", "std_dev", "shares", "max_size")),
    *(
        f"demographics_config.{name}_distribution" for name in ("gender", "education", "employment")
    ),
    "demographics_config.age_range",
    *(
        f"{_IDENTITY}.{name}"
        for name in (
            "ios_share", "ctv_home_share", "ctv_devices_per_home", "emails_per_adult", "shared_email_share",
            "cookie_lifetime_days", "observation_shares", "probabilistic_share",
            "probabilistic_confidence",
        )
    ),
    *(
        f"{_ENGAGE}.{name}"
        for name in (
            "events_per_person_day", "activity_sigma", "category_weights", "popularity_exponent",
            "mobile_hour_weights", "weekday_weights", "events_per_session", "week_sigma", "session_publisher_share",
        )
    ),
    *(f"{_AUDIENCE}.{name}" for name in ("segments", "lookback_days", "interest_min_events")),
    *(
        f"{_CAMPAIGN}.{name}"
        for name in (
            "campaigns_per_period", "channel_mix", "budget_factor", "reach_share",
            "impressions_per_view", "holdout_share", "ad_lift", "attribution_window_days", "flight_days",
        )
    ),
}  # fmt: skip

_SOFT_HIGH = {
    # Where a slider ends although more is allowed; the number beside it takes the rest.
    "seed": 100_000,
    f"{_SIZE}.std_dev": 4.0,
    f"{_ENGAGE}.events_per_person_day": 5.0,
    f"{_AUDIENCE}.interest_min_events": 30,
    f"{_AUDIENCE}.intent_min_clicks": 20,
    f"{_AUDIENCE}.heavy_viewer_min_seconds": 100_000,
    f"{_CAMPAIGN}.campaigns_per_period": 100,
    f"{_CAMPAIGN}.num_advertisers": 200,
    f"{_CAMPAIGN}.bid_prices": 60.0,
    f"{_CAMPAIGN}.budget_factor": 10.0,
    f"{_CAMPAIGN}.searches_per_week": 20.0,
    f"{_CAMPAIGN}.basket_value": 500.0,
    f"{_CAMPAIGN}.flight_days": 90,
    f"{_CAMPAIGN}.organic_visits_per_person_90_days": 1.0,
    f"{_CAMPAIGN}.ad_lift": 1.0,
    f"{_CAMPAIGN}.click_through_rates": 0.2,
    f"{_IDENTITY}.home_ip_rotation_days": 365.0,
    f"{_IDENTITY}.probabilistic_confidence": 20.0,
}

_MOSTLY = {
    "design": "a choice made for this library",
    "memory": "from memory, unverified",
    "seen-2": "read in a report",
    "seen": "read in the source",
    "derived": "computed from published figures",
}


@cache
def form_spec(step: WizardStep) -> tuple[dict, ...]:
    """The fields of a tab in order, each as `field_spec` describes it."""
    return tuple(field_spec(path) for path in settings() if step_of(path) is step)


def field_spec(path: str) -> dict:
    """One field as the browser needs it.

    Returns
    -------
    dict
        ``path``, ``title``, ``unit``, ``group``, ``help``, ``allowed``, ``source``, ``default``
        (plain), ``basic`` (bool), ``control`` (its form: number, switch, text, day, span, shares,
        numbers, curve, caps, choices, switches, bounds, columns) and what that form needs, such as ``low``,
        ``high``, ``step``, ``log``, ``percent`` or ``names`` (pairs of name and label).
    """
    setting = settings()[path]
    kind = setting.kind
    return {
        "path": path,
        "title": setting.title,
        "unit": _unit(setting),
        "group": setting.group,
        "help": setting.help,
        "allowed": _allowed(setting),
        "source": _source(setting),
        "default": kind.plain(read(GenerationConfig(), path)),
        "basic": path in _BASIC,
        **_control(path, setting),
    }


def is_percent(setting: Setting) -> bool:
    """Whether a number is a share, shown in percent."""
    kind = setting.kind
    if isinstance(kind, (Shares, Curve)):
        return True
    part = kind.part if isinstance(kind, Numbers) else kind
    fraction = isinstance(part, Real) and part.low < 0.01 and part.high in (0.5, 1)
    return fraction and setting.unit.startswith(("share", "clicks per"))


def _unit(setting: Setting) -> str:
    """The unit beside a number; "share of adults" is shown as "% of adults"."""
    if not is_percent(setting):
        return setting.unit
    rest = setting.unit.removeprefix("share").removeprefix("clicks").strip()
    return f"% {rest}" if rest else "%"


def _allowed(setting: Setting) -> str:
    """What is allowed, in the unit that the field shows: "0 to 100 %" where the configuration has 0 to 1."""
    kind, words = setting.kind, setting.kind.bounds()
    if not is_percent(setting):
        return words
    if isinstance(kind, (Shares, Curve)):
        return words.replace("from 0 to 1 ", "from 0 to 100 % ").replace("sum to 1.0", "sum to 100 %")
    part = kind.part if isinstance(kind, Numbers) else kind
    return words.replace(part.bounds(), f"{part.low * 100:g} to {part.high * 100:g} %")


def _source(setting: Setting) -> str:
    source = setting.source
    year = f" ({source.year})" if source.year else ""
    return f"{source.citation}{year}: {_MOSTLY[source.status]}"


def _control(path: str, setting: Setting) -> dict:
    kind = setting.kind
    if isinstance(kind, (Integer, Real)):
        return {"control": "number", **_scale(kind, path, is_percent(setting))}
    if isinstance(kind, Span):
        return {"control": "span", **_scale(Integer(kind.low, kind.high), path, False)}
    if isinstance(kind, Shares):
        names = kind.names or tuple(read(GenerationConfig(), path))
        return {
            "control": "shares",
            "names": _named(path, names),
            "open": not kind.names,
            "what": kind.what,
            "search": len(names) > 20,
        }
    if isinstance(kind, Numbers):
        percent = is_percent(setting)
        return {"control": "numbers", "names": _named(path, kind.names), **_scale(kind.part, path, percent)}
    if isinstance(kind, Curve):
        return {"control": "curve", "names": _named(path, _points(kind.count))}
    if isinstance(kind, Caps):
        return {
            "control": "caps",
            "names": _named(path, kind.names),
            "scopes": list(kind.scopes),
            "daily_max": kind.daily_max,
            "weekly_max": kind.weekly_max,
        }
    if isinstance(kind, Choices):
        return {"control": "choices", "names": _named(path, kind.names)}
    if isinstance(kind, ExtraColumns):
        return columns_control()
    if isinstance(kind, Day):
        return {"control": "day", "low": kind.low.isoformat(), "high": kind.high.isoformat()}
    simple: dict[type[Kind], str] = {Flag: "switch", Name: "text", Switches: "switches", BracketBounds: "bounds"}
    return {"control": simple[type(kind)]}


def _named(path: str, names) -> list[list]:
    if path == "household_config.location_distribution":
        full = state_names()
        return [[name, f"{full[name]} ({name})"] for name in sorted(names, key=full.get)]
    if path == f"{_SIZE}.shares":
        return [[name, f"{name} person" if name == 1 else f"{name} people"] for name in names]
    return [[name, label(name)] for name in names]


def _points(count: int) -> tuple[str, ...]:
    if count == 7:
        return ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    if count == 5:
        return ("first quarter", "second quarter", "third quarter", "last quarter", "the end")
    return tuple(f"{hour:02d}:00" for hour in range(count))


def _scale(kind: Integer | Real, path: str, percent: bool) -> dict:
    """Ends and step of a slider, in the units of the configuration."""
    low, top = kind.low, kind.high
    high = _SOFT_HIGH.get(path, top if top is not None else max(10, 10 * low))
    high = min(high, top) if top is not None else high
    whole = isinstance(kind, Integer)
    log = low > 0 and high / low >= 500
    step = 1 if whole else 10.0 ** math.floor(math.log10((high - low) / 100)) if high > low else 0.01
    return {
        "low": low,
        "high": high,
        "top": top,
        "step": step,
        "log": log,
        "whole": whole,
        "percent": percent,
        "optional": kind.optional,
    }
