"""Promises of audience_attributes: membership is exactly what the published rules say."""

from __future__ import annotations

from idgraph_widgets.quality.audience_features import features, is_static
from idgraph_widgets.quality.checks import Check, Context, Scan
from idgraph_widgets.quality.sql import one_of, quoted

KEY = ("attribute_id",)

_BITS = 60
"""Rules whose membership fits in the bits of one BIGINT."""

_ROWS = """
select a.*, i.individual_id as known_person, i.age, r.segment_id as known_segment,
  r.segment_name as rule_segment_name, r.segment_type as rule_segment_type, r.rule_id as segment_rule
from {audience_attributes} a
left join {individuals} i on a.individual_id = i.individual_id
left join {segment_rules} r on a.segment_id = r.segment_id
"""

_ONCE = """
select individual_id, segment_id, count(*) as copies from {audience_attributes}
group by individual_id, segment_id having count(*) > 1
"""


def parts(context: Context) -> list[Scan]:
    """Rows with their person and rule, doubles, and membership recomputed both ways."""
    once = Check(
        "audience.one_row",
        "There is one row per person and segment.",
        ("individual_id", "segment_id"),
        holds="copies = 1",
    )
    return [Scan(_ROWS, tuple(_rows(context))), Scan(_ONCE, (once,)), _members(context), _missing(context)]


def valid_day(context: Context, segment: str) -> str:
    """SQL: first day of a segment's validity, from what its rule looks at."""
    static = [rule["segment_id"] for rule in context.rules if is_static(rule["rule_sql"])]
    return f"case when {one_of(segment, static)} then {context.start_day} else {context.lookback_end_day} end"


def _rows(context: Context) -> list[Check]:
    return [
        Check(
            "structure.audience_attributes.fks",
            "Every row's person and segment exist.",
            (*KEY, "individual_id", "segment_id"),
            holds="known_person is not null and known_segment is not null",
            group="structure",
        ),
        Check(
            "audience.segment_facts",
            "segment_name, segment_type and rule_id are always those of segment_rules.",
            (*KEY, "segment_id"),
            holds="segment_name = rule_segment_name and segment_type = rule_segment_type and rule_id = segment_rule",
            given="known_segment is not null",
        ),
        Check(
            "audience.no_minors",
            "No segment is on minors.",
            (*KEY, "individual_id", "age"),
            holds="age >= 18",
            given="known_person is not null",
        ),
        Check(
            "audience.valid_from",
            "valid_from_date is start_date for rules on households and individuals, else the end of the lookback.",
            (*KEY, "segment_id", "valid_from_date"),
            holds=f"unix_date(valid_from_date) = {valid_day(context, 'segment_id')}",
            given="known_segment is not null",
        ),
    ]


def _members(context: Context) -> Scan:
    """Every row against its own rule."""
    rules = context.rules

    def by_rule(template: str) -> str:
        cases = " ".join(
            f"when {quoted(rule['segment_id'])} then {template.format(**rule)}" for rule in rules
        )
        return f"case segment_id {cases} end" if rules else "null"

    given = f"{one_of('segment_id', [rule['segment_id'] for rule in rules])} and feature_person is not null"
    expressions = [rule[c] for rule in rules for c in ("rule_sql", "score_numerator_sql", "score_denominator_sql")]
    checks = (
        Check(
            "audience.none_extra",
            "Everybody in a segment fulfils its published rule.",
            (*KEY, "individual_id", "segment_id"),
            holds=by_rule("({rule_sql})"),
            given=given,
            group="reconciliation",
        ),
        Check(
            "audience.score",
            "score is exactly what the published rule says, in 0..1.",
            (*KEY, "segment_id", "score"),
            holds="score between 0 and 1 and score = "
            + by_rule("cast({score_numerator_sql} as double) / nullif(cast({score_denominator_sql} as double), 0)"),
            given=f"{given} and {by_rule('({rule_sql})')}",
            group="reconciliation",
        ),
    )
    return Scan(
        "select a.*, f.* from {audience_attributes} a"
        f" left join ({features(context, expressions)}) f on a.individual_id = f.feature_person",
        checks,
    )


def _missing(context: Context) -> Scan:
    """Bits of the rules a person fulfils against bits of the segments they are in."""
    masks = [context.rules[i : i + _BITS] for i in range(0, len(context.rules), _BITS)] or [[]]
    expected, actual, holds = [], [], []
    for number, rules in enumerate(masks):
        bits = [f"case when {rule['rule_sql']} then {1 << i}L else 0L end" for i, rule in enumerate(rules)]
        cases = " ".join(f"when {quoted(rule['segment_id'])} then {1 << i}L" for i, rule in enumerate(rules))
        expected.append(f"{' + '.join(bits) or '0L'} as expected_{number}")
        actual.append(f"bit_or({f'case segment_id {cases} else 0L end' if rules else '0L'}) as actual_{number}")
        holds.append(f"expected_{number} & ~coalesce(actual_{number}, 0L) = 0L")
    check = Check(
        "audience.none_missing",
        "Every adult who fulfils a published rule is in its segment.",
        ("feature_person",),
        holds=" and ".join(holds),
        group="reconciliation",
    )
    people = features(context, [rule["rule_sql"] for rule in context.rules])
    return Scan(
        f"select p.*, a.* from (select feature_person, {', '.join(expected)} from ({people}) features) p"
        f" left join (select individual_id, {', '.join(actual)} from {{audience_attributes}} group by individual_id) a"
        " on p.feature_person = a.individual_id",
        (check,),
    )
