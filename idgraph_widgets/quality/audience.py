"""Promises of audience_attributes: membership is exactly what the published rules say."""

from __future__ import annotations

from idgraph_widgets.quality.campaigns import segment_valid_day
from idgraph_widgets.quality.checks import Check, Context, Scan
from idgraph_widgets.quality.sql import is_ten_thousandths

KEY = ("attribute_id",)

_ROWS = """
select a.*, i.individual_id as known_person, i.age, r.segment_id as known_segment,
  r.segment_name as rule_segment_name, r.segment_type as rule_segment_type, r.rule_id as segment_rule,
  r.inputs as rule_inputs
from {audience_attributes} a
left join {individuals} i on a.individual_id = i.individual_id
left join {segment_rules} r on a.segment_id = r.segment_id
"""

_ONCE = """
select individual_id, segment_id, count(*) as copies from {audience_attributes}
group by individual_id, segment_id having count(*) > 1
"""


def parts(context: Context) -> list[Scan]:
    """One pass over rows with their person and rule, one for doubles."""
    once = Check(
        "audience.one_row",
        "There is one row per person and segment.",
        ("individual_id", "segment_id"),
        holds="copies = 1",
    )
    return [Scan(_ROWS, tuple(_rows(context))), Scan(_ONCE, (once,))]


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
            "audience.score",
            "score is a ten-thousandth in 0..1.",
            (*KEY, "score"),
            holds=is_ten_thousandths("score"),
        ),
        Check(
            "audience.valid_from",
            "valid_from_date is start_date for rules on households and individuals, else the end of the lookback.",
            (*KEY, "segment_id", "valid_from_date"),
            holds=f"unix_date(valid_from_date) = {segment_valid_day(context, 'rule_inputs')}",
            given="known_segment is not null",
        ),
    ]
