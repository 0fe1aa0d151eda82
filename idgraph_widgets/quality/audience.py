"""Promises of audience_attributes: membership is exactly what the published rules say."""

from __future__ import annotations

from idgraph_widgets.quality.audience_features import features, is_static
from idgraph_widgets.quality.checks import Check, Context, Scan
from idgraph_widgets.quality.sql import inline_table, one_of

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


def queries(context: Context) -> list[Scan]:
    """Rows with their person and rule, and membership recomputed both ways."""
    return [Scan(_ROWS, tuple(_rows(context)), rows_of="audience_attributes"), _members(context)]


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


def _masks(context: Context) -> list[list[dict]]:
    """The rules in groups whose membership fits in the bits of one BIGINT."""
    return [context.rules[i : i + _BITS] for i in range(0, len(context.rules), _BITS)] or [[]]


def _people(context: Context, expressions: list[str]) -> str:
    """A SELECT of adults: features that the expressions name, and bits of the rules they fulfil."""
    masks = []
    for number, rules in enumerate(_masks(context)):
        bits = [f"case when {rule['rule_sql']} then {1 << i}L else 0L end" for i, rule in enumerate(rules)]
        masks.append(f"{' + '.join(bits) or '0L'} as expected_{number}")
    return f"select *, {', '.join(masks)} from ({features(context, expressions)}) features"


def _members(context: Context) -> Scan:
    """Per adult, who alone can be in a segment, the rules fulfilled against the rows there are, both as bits."""
    masks = _masks(context)
    numbered = [
        (rule["segment_id"], number, bit) for number, rules in enumerate(masks) for bit, rule in enumerate(rules)
    ]
    rule_bits = inline_table(numbered or [("", 0, 0)], ("bit_segment", "mask_number", "mask_bit"))
    cases = " ".join(f"when {i} then expected_{i}" for i in range(len(masks)))
    fulfilled = f"shiftright(case mask_number {cases} end, mask_bit) & 1L = 1L"
    scores: dict[str, list[int]] = {}
    for place, rule in enumerate(context.rules):
        quotient = (
            f"cast({rule['score_numerator_sql']} as double) /"
            f" nullif(cast({rule['score_denominator_sql']} as double), 0)"
        )
        scores.setdefault(quotient, []).append(place)
    cases = " ".join(f"when {one_of('place', places)} then {quotient}" for quotient, places in scores.items())
    right_score = f"score between 0 and 1 and score = {f'case {cases} end' if cases else 'null'}"
    texts = ("rule_sql", "score_numerator_sql", "score_denominator_sql")
    expressions = [rule[text] for rule in context.rules for text in texts]
    expected = ", ".join(f"expected_{i}" for i in range(len(masks)))
    actual = ", ".join(
        f"bit_or(case when mask_number = {i} then shiftleft(1L, mask_bit) else 0L end) as actual_{i}"
        for i in range(len(masks))
    )
    checks = (
        Check(
            "audience.one_row",
            "There is one row per person and segment.",
            ("feature_person", "memberships"),
            holds=f"memberships = {' + '.join(f'bit_count(actual_{i})' for i in range(len(masks)))}",
        ),
        Check(
            "audience.none_extra",
            "Everybody in a segment fulfils its published rule.",
            ("feature_person", "extra_attribute"),
            holds="extra_attribute is null",
            group="reconciliation",
        ),
        Check(
            "audience.none_missing",
            "Every adult who fulfils a published rule is in its segment.",
            ("feature_person",),
            holds=" and ".join(f"expected_{i} & ~coalesce(actual_{i}, 0L) = 0L" for i in range(len(masks))),
            group="reconciliation",
        ),
        Check(
            "audience.score",
            "score is exactly what the published rule says, in 0..1.",
            ("feature_person", "unscored_attribute"),
            holds="unscored_attribute is null",
            group="reconciliation",
        ),
    )
    # Features are the dearest thing here: everything about a person in one go.
    return Scan(
        f"select feature_person, {expected}, {actual}, count(mask_bit) as memberships,"
        f" min(case when mask_bit is not null and not ({fulfilled}) then attribute_id end) as extra_attribute,"
        f" min(case when {fulfilled} and not coalesce({right_score}, false) then attribute_id end)"
        " as unscored_attribute"
        " from (select f.*, a.attribute_id, a.score, b.mask_number, b.mask_bit,"
        f" b.mask_number * {_BITS} + b.mask_bit as place from ({_people(context, expressions)}) f"
        " left join {audience_attributes} a on f.feature_person = a.individual_id"
        f" left join {rule_bits} b on a.segment_id = b.bit_segment) rows_of_people"
        f" group by feature_person, {expected}",
        checks,
    )
