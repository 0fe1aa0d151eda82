"""Segments are published rules: every one recomputed by its own SQL from the written tables."""

import pytest

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.config.segments import all_rules
from idgraph_widgets.quality.audience_features import features
from idgraph_widgets.quality.runner import context_of
from idgraph_widgets.reference import facts
from idgraph_widgets.schema.segment_rules import OWN_PREFIX, SEGMENT_TYPES

RULES = all_rules(GenerationConfig())


@pytest.fixture(scope="module")
def recomputed(dataset_1k):
    """Per rule of segment_rules: adults it holds for, members the table has, and adults in only one of them."""
    tables = dataset_1k.tables()
    context = context_of(tables, dataset_1k.config, dataset_1k.manifest)
    texts = [rule["rule_sql"] for rule in context.rules]
    people = features(context, texts)
    for name in ("households", "individuals", "identity_mappings", "content_engagements"):
        people = people.replace(f"{{{name}}}", name)
    flags = ", ".join(f"({rule['rule_sql']}) as r{i}" for i, rule in enumerate(context.rules))
    members = ", ".join(
        f"max(case when segment_id = '{rule['segment_id']}' then 1 else 0 end) as m{i}"
        for i, rule in enumerate(context.rules)
    )
    sums = ", ".join(
        f"sum(case when r{i} then 1 else 0 end) as expected_{i}, sum(coalesce(m{i}, 0)) as actual_{i},"
        f" sum(case when r{i} <> (coalesce(m{i}, 0) = 1) then 1 else 0 end) as different_{i}"
        for i, _ in enumerate(context.rules)
    )
    row = dataset_1k.sql(
        f"select {sums} from (select feature_person, {flags} from ({people}) f) p left join"
        f" (select individual_id, {members} from audience_attributes group by individual_id) a"
        " on p.feature_person = a.individual_id"
    ).collect()[0]
    return {
        rule["segment_id"]: tuple(row[f"{what}_{i}"] for what in ("expected", "actual", "different"))
        for i, rule in enumerate(context.rules)
    }


def test_there_are_enough_rules_of_every_kind():
    assert len(RULES) >= 40
    kinds = {kind: sum(rule.segment_type == kind for rule in RULES) for kind in SEGMENT_TYPES}
    assert all(count >= 5 for count in kinds.values()), kinds
    assert len({rule.segment_id for rule in RULES}) == len({rule.number for rule in RULES}) == len(RULES)


def test_ids_are_those_of_the_taxonomy_or_marked_as_our_own():
    known = {row["unique_id"] for row in facts("iab_audience")}
    foreign = [rule.segment_id for rule in RULES if not rule.segment_id.startswith(OWN_PREFIX)]
    assert set(foreign) <= known and len(foreign) > len(RULES) / 2
    assert not known & {rule.segment_id for rule in RULES if rule.segment_id.startswith(OWN_PREFIX)}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.segment_id)
def test_membership_is_what_the_rule_says(recomputed, rule):
    expected, actual, different = recomputed[rule.segment_id]
    assert different == 0 and expected == actual


def test_every_rule_has_somebody(recomputed):
    empty = [segment for segment, (expected, _, _) in recomputed.items() if expected == 0]
    assert empty == []
