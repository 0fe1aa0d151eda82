"""Promises of audience_attributes: membership is exactly what the published rules say."""

from __future__ import annotations

from idgraph_widgets.quality.audience_features import features, is_static
from idgraph_widgets.quality.checks import Check, Context, Scan
from idgraph_widgets.quality.sql import inline_table, one_of, quoted

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
    """Every row against its own rule."""
    numbered = [
        (rule["segment_id"], number, bit)
        for number, rules in enumerate(_masks(context))
        for bit, rule in enumerate(rules)
    ]
    rule_bits = inline_table(numbered or [("", 0, 0)], ("bit_segment", "mask_number", "mask_bit"))
    cases = " ".join(f"when {i} then expected_{i}" for i in range(len(_masks(context))))
    mask = f"case mask_number {cases} end"
    fulfilled = f"shiftright({mask}, mask_bit) & 1L = 1L"
    scores: dict[str, list[int]] = {}
    for place, rule in enumerate(context.rules):
        quotient = (
            f"cast({rule['score_numerator_sql']} as double) /"
            f" nullif(cast({rule['score_denominator_sql']} as double), 0)"
        )
        scores.setdefault(quotient, []).append(place)
    cases = " ".join(f"when {one_of('place', places)} then {quotient}" for quotient, places in scores.items())
    checks = (
        Check(
            "audience.none_extra",
            "Everybody in a segment fulfils its published rule.",
            (*KEY, "individual_id", "segment_id"),
            holds=fulfilled,
            given="feature_person is not null",
            group="reconciliation",
        ),
        Check(
            "audience.score",
            "score is exactly what the published rule says, in 0..1.",
            (*KEY, "segment_id", "score"),
            holds=f"score between 0 and 1 and score = {f'case {cases} end' if cases else 'null'}",
            given=f"feature_person is not null and {fulfilled}",
            group="reconciliation",
        ),
    )
    texts = ("rule_sql", "score_numerator_sql", "score_denominator_sql")
    expressions = [rule[text] for rule in context.rules for text in texts]
    return Scan(
        f"select a.*, b.mask_number, b.mask_bit, b.mask_number * {_BITS} + b.mask_bit as place, f.*"
        f" from {{audience_attributes}} a join {rule_bits} b on a.segment_id = b.bit_segment"
        f" left join ({_people(context, expressions)}) f on a.individual_id = f.feature_person",
        checks,
    )


def _missing(context: Context) -> Scan:
    """Bits of the rules a person fulfils against bits of the segments they are in."""
    actual, holds = [], []
    for number, rules in enumerate(_masks(context)):
        cases = " ".join(f"when {quoted(rule['segment_id'])} then {1 << i}L" for i, rule in enumerate(rules))
        bits = f"case segment_id {cases} else 0L end" if rules else "0L"
        actual.append(f"bit_or({bits}) as actual_{number}")
        holds.append(f"expected_{number} & ~coalesce(actual_{number}, 0L) = 0L")
    check = Check(
        "audience.none_missing",
        "Every adult who fulfils a published rule is in its segment.",
        ("feature_person",),
        holds=" and ".join(holds),
        group="reconciliation",
    )
    return Scan(
        f"select p.*, a.* from ({_people(context, [rule['rule_sql'] for rule in context.rules])}) p"
        f" left join (select individual_id, {', '.join(actual)} from {{audience_attributes}}"
        " group by individual_id) a"
        " on p.feature_person = a.individual_id",
        (check,),
    )
