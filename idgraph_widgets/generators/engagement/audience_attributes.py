"""Table 6: audience_attributes, the segments people belong to."""

from __future__ import annotations

import numpy as np

from idgraph_widgets.arrays import Columns, divided
from idgraph_widgets.generators.context import Context
from idgraph_widgets.generators.engagement import features, segment_rules
from idgraph_widgets.schema import ids

_PUBLISHED = ("segment_id", "segment_name", "segment_type", "rule_id", "valid_from_date")
"""What memberships repeat of the rule."""


def make(
    context: Context,
    households: Columns,
    individuals: Columns,
    identity_mappings: Columns,
    content_engagements: Columns,
) -> Columns:
    """Apply the rules to the people of a part: columns of the table, one row per adult and segment, by rising key.

    Parameters
    ----------
    context : Context
    households, individuals, identity_mappings, content_engagements : Columns
        Tables 1-4 of the same people.
    """
    rules = context.of(segment_rules.prepare)
    people = features.adults(context, rules.columns, households, individuals, identity_mappings, content_engagements)
    belongs = np.zeros((len(people), len(rules.number)), bool)
    for i, condition in enumerate(rules.condition):
        belongs[:, i] = condition.of(people)
    person, rule = divided(np.flatnonzero(belongs), len(rules.number) or 1)
    score = np.zeros(belongs.shape)
    for i, (numerator, denominator) in enumerate(zip(rules.numerator, rules.denominator, strict=True)):
        # Only members have a score: others' may be nothing of nothing.
        members = np.flatnonzero(belongs[:, i])
        score[members, i] = numerator.of(people)[members] / denominator.of(people)[members]
    individual_id, published = people.individual_id[person], rules.table.select(*_PUBLISHED).take(rule)
    return Columns(
        attribute_id=ids.attribute_id(individual_id, rules.number[rule]),
        individual_id=individual_id,
        segment_id=published.segment_id,
        segment_name=published.segment_name,
        segment_type=published.segment_type,
        score=score[person, rule],
        rule_id=published.rule_id,
        valid_from_date=published.valid_from_date,
    )
