"""Published rules are SQL texts; on arrays they mean what Spark says they mean."""

import re

import numpy as np
import pyarrow as pa
import pytest
from pyspark.sql import functions as F

from idgraph_widgets.arrays import Coded, Columns
from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.config.segments import all_rules
from idgraph_widgets.generators.engagement import rule_sql
from idgraph_widgets.generators.engagement.features import FEATURES
from idgraph_widgets.schema import households, individuals

RULES = all_rules(GenerationConfig())
KINDS = {"a": "whole", "b": "whole", "word": "text", "flag": "flag"}
ROWS = 4_000


@pytest.fixture(scope="module")
def people():
    """Made-up adults with every feature, whole numbers few, or near and at every number that a rule names."""
    rng = np.random.default_rng(3)
    named = sorted({int(n) for rule in RULES for n in re.findall(r"\b\d+", f"{rule.sql} {rule.numerator}")})
    near = np.array([0, *named, *(n + 1 for n in named), *(n - 1 for n in named)])
    found = {}
    for name, kind in FEATURES.items():
        if kind == "whole":
            few = rng.integers(0, 4, ROWS)
            found[name] = np.where(rng.random(ROWS) < 0.3, few, rng.choice(near, ROWS))
        elif kind == "flag":
            found[name] = rng.random(ROWS) < 0.5
        else:
            table = individuals.TABLE if name in individuals.TABLE.column_names else households.TABLE
            words = table.column(name).vocabulary
            # A null belongs to no rule.
            found[name] = Coded(rng.integers(-1, len(words), ROWS).astype(np.int32), words)
    return Columns(**found)


@pytest.fixture(scope="module")
def judged(spark, people):
    """What Spark says of every rule: membership, and both parts of the score."""
    arrays = [
        c.to_arrow().cast(pa.string()) if isinstance(c, Coded) else pa.array(c)
        for c in map(people.__getitem__, people.names)
    ]
    df = spark.createDataFrame(pa.table([pa.array(range(ROWS)), *arrays], names=["row", *people.names]))
    columns = []
    for rule in RULES:
        columns.append(F.coalesce(F.expr(rule.sql), F.lit(False)).alias(f"c{rule.number}"))
        columns.append(F.expr(f"cast({rule.numerator} as bigint)").alias(f"n{rule.number}"))
        columns.append(F.expr(f"cast({rule.denominator} as bigint)").alias(f"d{rule.number}"))
    found = df.select("row", *columns).toArrow().sort_by("row")
    return {name: found[name].to_numpy() for name in found.column_names}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.rule_id)
def test_a_rule_on_arrays_is_the_rule_in_sql(people, judged, rule):
    holds = rule_sql.condition(rule.sql, FEATURES).of(people)
    assert 0 < holds.sum() < ROWS
    assert (holds == judged[f"c{rule.number}"]).all()
    assert (rule_sql.number(rule.numerator, FEATURES).of(people) == judged[f"n{rule.number}"]).all()
    assert (rule_sql.number(rule.denominator, FEATURES).of(people) == judged[f"d{rule.number}"]).all()


@pytest.mark.quick
def test_a_rule_names_the_columns_it_looks_at():
    parsed = [rule_sql.condition("flag and word in ('x') and least(a, 3) + b > 1", KINDS), rule_sql.number("b", KINDS)]
    assert rule_sql.names_in(*parsed) == {"flag", "word", "a", "b"}
    assert rule_sql.names_in(rule_sql.number("1L", KINDS)) == set()


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("a = 3", [False, True, False]),
        ("a < 3", [True, False, False]),
        ("a <= 3", [True, True, False]),
        ("3L < a", [False, False, True]),
        ("a between 2 and 3 and flag", [False, True, False]),
        ("word = 'x'", [True, False, False]),
        ("word in ('x', 'y z')", [True, True, False]),
        ("least(a + b, 12, a) >= 3", [False, True, True]),
    ],
)
@pytest.mark.quick
def test_forms_of_conditions(sql, expected):
    rows = Columns(
        a=np.array([1, 3, 9]),
        b=np.array([0, 1, 2]),
        word=Coded(np.array([0, 1, -1], np.int32), ("x", "y z")),
        flag=np.array([True, True, False]),
    )
    assert rule_sql.condition(sql, KINDS).of(rows).tolist() == expected


@pytest.mark.parametrize(
    ("sql", "expected", "at"),
    [
        ("", "a whole number, a column of whole numbers or least(…)", 0),
        ("age >= 3", "a whole number, a column of whole numbers or least(…)", 0),
        ("a >= 'x'", "a whole number, a column of whole numbers or least(…)", 5),
        ("a >= word", "a whole number, a column of whole numbers or least(…)", 5),
        ("a", "one of = < <= > >= or between", 1),
        ("a >= 3 or b >= 3", "the end", 7),
        ("not flag", "a whole number, a column of whole numbers or least(…)", 0),
        ("word >= 'x'", "'in'", 5),
        ("word = 3", "a text in single quotes", 7),
        ("word in ('x'", "')'", 12),
        ("a between 1 or 2", "'and'", 12),
        ("a >= 3.5", "a name, a number, a text in quotes or a sign", 5),
        ("a <> 3", "a whole number, a column of whole numbers or least(…)", 3),
        ("word = 'x", "a name, a number, a text in quotes or a sign", 7),
    ],
)
@pytest.mark.quick
def test_anything_else_is_refused_in_words(sql, expected, at):
    with pytest.raises(rule_sql.RuleSqlError) as error:
        rule_sql.condition(sql, KINDS)
    message = str(error.value)
    assert message.startswith(f"rule {sql!r}: expected {expected} at position {at}, found ")
    assert message.endswith("columns are a, b, flag, word")
