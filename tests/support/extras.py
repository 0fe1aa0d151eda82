"""A configuration with a column of one's own of each kind, and expressions with every function that they may call."""

from __future__ import annotations

from idgraph_widgets.config import GenerationConfig, HouseholdConfig

DRAWN = (
    {"name": "tier", "table": "individuals", "values": ["basic", "silver", "gold"], "weights": [70, 20, 10]},
    {"name": "visits", "table": "individuals", "values": [0, 1, 2, 5], "distribution": "exponential", "type": "int"},
    {"name": "rate", "table": "individuals", "values": [0.1, 0.25, 2], "weights": [1, 2, 0]},
    {"name": "agreed", "table": "individuals", "values": [True, False], "percentNulls": 0.25},
    {"name": "store", "table": "households", "minValue": 100, "maxValue": 999, "step": 3, "type": "int"},
    {"name": "n", "table": "households", "minValue": -5, "maxValue": 5, "baseColumn": ["state", "household_size"]},
    {"name": "score", "table": "individuals", "minValue": 0.5, "maxValue": 9.5, "step": 0.1, "distribution": "normal"},
    {"name": "limit", "table": "households", "maxValue": 900, "step": 0.25, "type": "decimal(10,2)",
     "distribution": {"gamma": {"shape": 2}}},
    {"name": "share", "table": "campaigns", "minValue": 0.0, "maxValue": 1.0, "step": 0.001,
     "distribution": {"beta": {"alpha": 2, "beta": 5}}},
    {"name": "moved_in", "table": "households", "begin": "1990-01-01", "end": "2024-12-31", "interval": "7 days"},
    {"name": "seen", "table": "households", "begin": "2024-12-01 00:00:00", "end": "2024-12-31 23:00:00",
     "interval": "1 hour, 30 minutes", "percentNulls": 0.5},
    {"name": "card", "table": "individuals", "template": r"dddd-Dddd|\AAA-KKKK.\N", "description": "Loyalty card"},
    {"name": "ticket", "table": "campaign_exposures", "maxValue": 2_000_000, "prefix": "T", "suffix": "x"},
    {"name": "shade", "table": "outcome_metrics", "values": ["red", "green"]},
    {"name": "batch", "table": "campaign_daily", "minValue": 1, "maxValue": 9},
    {"name": "order", "table": "response_events", "template": "XXXX-xxxx", "percentNulls": 0.1},
    {"name": "wave", "table": "source_records", "values": ["2025-01-01", "2025-02-01"], "type": "date"},
    {"name": "label", "table": "segment_rules", "template": "kkk"},
)  # fmt: skip
"""Drawn without anything else installed. ``n`` and ``order`` are words of checks and of SQL."""

FAKED = (
    {"name": "employer", "table": "individuals", "faker": "company", "locale": "de_DE", "percentNulls": 0.3},
    {"name": "slogan", "table": "campaigns", "faker": "catch_phrase", "uniqueValues": 50, "baseColumn": "advertiser"},
)

COMPUTED = (
    (
        "individuals",
        "band",
        "case when age < 18 then 'minor' when age between 18 and 64 then 'adult' else 'senior' end",
    ),
    ("individuals", "first_years", "case age when 1 then 'one' when 2 then 'two' end"),
    ("individuals", "initials", "upper(left(first_name, 1)) || '.' || lower(substring(last_name, 1, 2)) || '.'"),
    ("individuals", "shouted", "upper(employer)"),
    ("individuals", "letters", "length(trim(coalesce(employer, ' none '))) + length(replace(last_name, 'a', 'xyz'))"),
    ("individuals", "is_gold", "tier = 'gold' and not (score < 5 or role in ('child', 'grandchild'))"),
    ("individuals", "maybe", "agreed or first_name like 'A%'"),
    ("individuals", "unsure", "agreed <> true"),
    ("individuals", "weekday", "dayofweek(birth_date) * 10000 + month(birth_date) * 100 + day(birth_date)"),
    ("individuals", "days", "datediff(date '2025-01-01', birth_date) div 7 - (age % 4) * -3"),
    ("individuals", "ratio", "score / nullif(visits, 0) + floor(score) - ceil(score / 3) * 0.5"),
    ("individuals", "per_visit", "age / visits"),
    ("individuals", "next", "if(year(birth_date) > 1999, date_add(birth_date, age), date_sub(birth_date, 31))"),
    (
        "individuals",
        "text",
        "concat(cast(individual_id as string), '/', cast(birth_date as string), cast(agreed as string))",
    ),
    ("households", "few", "least(household_size, store, n) + greatest(abs(n), 2, household_size)"),
    ("households", "room", "limit * 1.5 - annual_income / 1000"),
    ("households", "at_hour", "hour(seen) + 100 * day(to_date(seen))"),
    ("households", "since", "datediff(cast(seen as date), moved_in)"),
    ("households", "later", "coalesce(seen > seen, n is null, false) or n is not null and n not in (1, 2, 3)"),
    ("response_events", "cents", "floor(coalesce(revenue, 0) * 100 + 0.5)"),
    ("response_events", "took", "unix_micros(response_ts) % 1000000"),
    ("outcome_metrics", "worth", "attributed_revenue - spend"),
    ("content_engagements", "evening", "hour(engagement_ts) >= 18"),
    ("viewership_patterns", "often", "engagement_count >= 3 or total_seconds > 3600"),
)
"""Table, name and expression."""

COLUMNS = [*DRAWN, *FAKED, *({"name": name, "table": table, "expr": expr} for table, name, expr in COMPUTED)]


def extras_config(homes: int = 1_000) -> GenerationConfig:
    """The defaults with all of them, for few households."""
    columns = [{**column, "type": "int"} if column["name"] == "few" else column for column in COLUMNS]
    return GenerationConfig(seed=42, household_config=HouseholdConfig(num_households=homes), extra_columns=columns)


BROKEN = {
    "values": ("The column holds one of its values (texts: see the vocabulary above).", "A row has another value."),
    "range": ("The column is in its range, a whole number of steps from the first value.", "A row has another value."),
    "template": ("The column is as its template says.", "A row has another text."),
    "expr": ("The column is what its expression gives, in the engine's own SQL.", "A row has another value."),
    "pool": (
        "The column has at most as many different texts as Faker was asked for, none of them empty.",
        "Every row has a text of its own; every row has an empty text.",
    ),
    "base": ("Rows with the same base columns have the same value.", "A row has the next value of its range."),
}
"""Checks of columns of one's own by the end of their ids: the promise, and what breaks it in the tests."""
