"""The published rules of audience segments: one boolean SQL expression each over a row per adult.

The columns a rule may use (counts are over the audience lookback, the first ``lookback_days`` of the window):

- from households and individuals: ``age``, ``gender``, ``education``, ``employment_status``, ``role``,
  ``household_size``, ``household_type``, ``has_children``, ``annual_income``, ``state``, ``census_region``,
  ``county_size_class``;
- from identity_mappings first seen in the lookback: ``devices`` (distinct ``device_id``), ``ctv_ids``,
  ``mobile_ids`` (idfa and gaid) and ``cookies`` (rows);
- from content_engagements in the lookback: ``events``, ``clicks``, ``seconds``, ``active_days`` (UTC dates),
  ``video_seconds`` (of video and live), ``audio_events``, ``game_events``, ``live_events``, ``ctv_events``,
  ``mobile_events`` (mobile and tablet), ``desktop_events``, and per content category ``events_<slug>`` and
  ``clicks_<slug>`` (see `slug`). Nobody's are 0, never null.

A score is ``numerator / denominator``, both BIGINT expressions over the same columns, at most 1.

The texts are what is published in segment_rules and what membership is judged by: they keep to the few forms of SQL
that `idgraph_widgets.generators.engagement.rule_sql` evaluates on arrays.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from idgraph_widgets.schema.segment_rules import OWN_PREFIX

if TYPE_CHECKING:
    from idgraph_widgets.config.generation import GenerationConfig


@dataclass(frozen=True)
class Rule:
    """A segment and who belongs to it.

    Attributes
    ----------
    number : int
        Fixed number of the rule, part of ``attribute_id``; never reused.
    segment_id : str
        Id of the IAB Audience Taxonomy 1.1, or own with `OWN_PREFIX`.
    segment_name, segment_type : str
    sql : str
        Boolean expression.
    numerator, denominator : str
        BIGINT expressions of the score.
    inputs : str
        What the rule looks at, in words.
    """

    number: int
    segment_id: str
    segment_name: str
    segment_type: str
    sql: str
    numerator: str
    denominator: str
    inputs: str

    @property
    def rule_id(self) -> str:
        return f"R{self.number:03d}"


def slug(category: str) -> str:
    """Name of a content category inside a column name: ``"Style & Fashion"`` → ``style_fashion``."""
    return re.sub("[^a-z0-9]+", "_", category.lower()).strip("_")


_AGES = (
    ("3", 18, 20), ("4", 21, 24), ("5", 25, 29), ("6", 30, 34), ("7", 35, 39), ("8", 40, 44), ("9", 45, 49),
    ("10", 50, 54), ("11", 55, 59), ("12", 60, 64), ("13", 65, 69), ("14", 70, 74), ("15", 75, 200),
)  # fmt: skip

_DEMOGRAPHIC = (
    ("49", "Gender: Female", "gender = 'female'"),
    ("50", "Gender: Male", "gender = 'male'"),
    (
        f"{OWN_PREFIX}PARENTS",
        "Parents of children under 18",
        "has_children and role in ('householder', 'spouse', 'partner')",
    ),
    (f"{OWN_PREFIX}AFFLUENT", "Household income 150 K USD and more", "annual_income >= 150000"),
    (f"{OWN_PREFIX}STUDENTS", "Students", "employment_status = 'student'"),
    (f"{OWN_PREFIX}RETIRED", "Retired people", "employment_status = 'retired'"),
)

_INTERESTS = (
    ("243", "Automotive"), ("268", "Business and Finance"), ("467", "Entertainment"), ("368", "Food & Drink"),
    ("406", "Healthy Living"), ("422", "Hobbies & Interests"), ("457", "Home & Garden"), ("534", "Personal Finance"),
    ("606", "Shopping"), ("607", "Sports"), ("676", "Style & Fashion"), ("687", "Technology & Computing"),
    ("719", "Travel"), ("733", "Video Gaming"),
)  # fmt: skip
"""IAB Interest segment and the content category whose engagements show it (467 is Movies, the nearest)."""

INTENTS = (
    ("805", "Automotive Ownership", ("Automotive",)),
    ("919", "Clothing and Accessories", ("Style & Fashion", "Shopping")),
    ("942", "Consumer Electronics", ("Technology & Computing", "Video Gaming")),
    ("1383", "Finance and Insurance", ("Personal Finance", "Business and Finance")),
    ("1400", "Food and Beverage Services", ("Food & Drink",)),
    ("1476", "Home and Garden Services", ("Home & Garden",)),
    ("1618", "Sporting Goods", ("Sports", "Healthy Living")),
    ("1649", "Travel and Tourism", ("Travel",)),
)
"""IAB Purchase Intent segment and the categories whose clicks show it."""


def all_rules(config: GenerationConfig) -> list[Rule]:
    """Every rule, switched on or not, with the configuration's thresholds."""
    audience = config.audience_config
    return list(_rules(_Least(*(getattr(audience, name) for name in _Least._fields))))


class _Least(NamedTuple):
    """The thresholds of the configuration, by the names of its fields."""

    interest_min_events: int
    intent_min_clicks: int
    heavy_viewer_min_seconds: int
    frequent_min_active_days: int
    multi_device_min: int


@lru_cache(maxsize=16)
def _rules(least: _Least) -> tuple[Rule, ...]:
    """The rules by number; they are asked for hundreds of times in a run, and differ by these thresholds alone."""
    rules = [*_demographic_rules(), *_interest_rules(least), *_behaviour_rules(least), *_intent_rules(least)]
    return tuple(sorted(rules, key=lambda rule: rule.number))


def enabled_rules(config: GenerationConfig) -> list[Rule]:
    """The rules whose segment is not switched off."""
    return [rule for rule in all_rules(config) if config.audience_config.segments.get(rule.segment_id, True)]


def enabled_segments(config: GenerationConfig) -> dict[str, str]:
    """Segment id to segment type, of the segments that are switched on."""
    return {rule.segment_id: rule.segment_type for rule in enabled_rules(config)}


def valid_from(config: GenerationConfig, rule: Rule) -> date:
    """The date from which membership by this rule holds: what is observed is known after the lookback."""
    if rule.segment_type == "demographic":
        return config.start_date
    return config.start_date + timedelta(days=config.audience_config.lookback_days)


def _demographic_rules() -> list[Rule]:
    rules = []
    for i, (segment, low, high) in enumerate(_AGES):
        name = f"Age {low}+" if high > 100 else f"Age {low}-{high}"
        rules.append(Rule(1 + i, segment, name, "demographic", f"age between {low} and {high}", "1L", "1L", "age"))
    for i, (segment, name, sql) in enumerate(_DEMOGRAPHIC):
        rules.append(Rule(21 + i, segment, name, "demographic", sql, "1L", "1L", "households, individuals"))
    return rules


def _interest_rules(least: _Least) -> list[Rule]:
    rules = []
    for i, (segment, category) in enumerate(_INTERESTS):
        count = f"events_{slug(category)}"
        words = f"engagements with {category} in the lookback"
        sql = f"{count} >= {least.interest_min_events}"
        rules.append(Rule(101 + i, segment, f"Interest: {category}", "interest", sql, count, "events", words))
    return rules


def _behaviour_rules(least: _Least) -> list[Rule]:
    heavy, frequent = least.heavy_viewer_min_seconds, least.frequent_min_active_days
    table = (
        ("HEAVY-VIEWERS", "Heavy video viewers", "video_seconds", heavy),
        ("FREQUENT", "Frequent visitors", "active_days", frequent),
        ("MULTI-DEVICE", "Multi-device users", "devices", least.multi_device_min),
        ("STREAMERS", "Connected-TV viewers", "ctv_events", least.interest_min_events),
        ("MOBILE-FIRST", "Mobile users", "mobile_events", 2 * least.interest_min_events),
        ("LISTENERS", "Audio listeners", "audio_events", least.interest_min_events),
        ("GAMERS", "Casual gamers", "game_events", least.interest_min_events),
        ("LIVE-FANS", "Live-event fans", "live_events", least.interest_min_events),
        ("DESKTOP", "Desktop users", "desktop_events", least.interest_min_events),
        ("CLICKERS", "Frequent clickers", "clicks", 2 * least.intent_min_clicks),
    )
    rules = []
    for i, (segment, name, column, enough) in enumerate(table):
        score = f"least({column}, {2 * enough}L)"
        rules.append(
            Rule(
                201 + i,
                OWN_PREFIX + segment,
                name,
                "behavioural",
                f"{column} >= {enough}",
                score,
                f"{2 * enough}L",
                f"{column} in the lookback",
            )
        )
    return rules


def _intent_rules(least: _Least) -> list[Rule]:
    rules = []
    for i, (segment, name, categories) in enumerate(INTENTS):
        count = " + ".join(f"clicks_{slug(category)}" for category in categories)
        words = f"clicks in {' and '.join(categories)} in the lookback"
        sql = f"{count} >= {least.intent_min_clicks}"
        rules.append(Rule(301 + i, segment, f"Intent: {name}", "purchase_intent", sql, count, "clicks", words))
    return rules
