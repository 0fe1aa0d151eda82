"""Columns of one's own in a configuration: what is understood, and what is refused in which words."""

from __future__ import annotations

import json
from statistics import NormalDist

import numpy as np
import pytest
import scipy.stats
from support.extras import COLUMNS, extras_config

from idgraph_widgets.arrays import Columns
from idgraph_widgets.config import ConfigError, GenerationConfig, template
from idgraph_widgets.config.expressions import FUNCTIONS, ExpressionError, parse, rendered
from idgraph_widgets.config.extra_columns import ALL_OPTIONS, extra_columns, tables_of
from idgraph_widgets.config.extra_options import OPTIONS, WAYS
from idgraph_widgets.config.extra_outside import OUTSIDE
from idgraph_widgets.config.extra_schema import column as column_schema
from idgraph_widgets.generators.block import PREPARE
from idgraph_widgets.generators.context import Context
from idgraph_widgets.generators.extras import extended, prepare
from idgraph_widgets.generators.pools import name_pools
from idgraph_widgets.schema import GENERATED

pytestmark = pytest.mark.quick

TYPES = {
    "age": "int",
    "name": "string",
    "born": "date",
    "seen_ts": "timestamp",
    "paid": "decimal(18,2)",
    "score": "double",
    "is_new": "boolean",
}


def test_files_give_the_same_columns_back():
    config = extras_config()
    assert config.validate() == []
    for other in (GenerationConfig.from_yaml(config.to_yaml()), GenerationConfig.from_json(config.to_json())):
        assert other == config and other.fingerprint() == config.fingerprint()
    assert GenerationConfig.from_yaml(template(config)) == config
    assert extra_columns(GenerationConfig.from_yaml(config.to_yaml())) == extra_columns(config)


def test_days_and_times_of_yaml_are_read():
    text = (
        "extra_columns:\n- {name: a, table: households, begin: 2025-01-01, end: 2025-01-02 06:00:00, interval: 1 hour}"
    )
    (found,) = extra_columns(GenerationConfig.from_yaml(text))
    assert found.type == "timestamp" and found.made.count == 31


def test_without_any_nothing_is_different():
    plain = GenerationConfig(seed=7)
    data = {name: value for name, value in plain.to_dict().items() if name != "extra_columns"}
    assert GenerationConfig.from_dict(data).fingerprint() == plain.fingerprint()
    assert all(table is GENERATED[name] for name, table in tables_of(plain).items())
    other = GenerationConfig(seed=7, extra_columns=[COLUMNS[0]])
    assert other.fingerprint() != plain.fingerprint()


def test_tables_get_the_columns_with_type_comment_and_vocabulary():
    tables = tables_of(extras_config())
    tier, card = tables["individuals"].column("tier"), tables["individuals"].column("card")
    assert (tier.type, tier.vocabulary, tier.nullable) == ("string", ("basic", "silver", "gold"), False)
    assert card.comment == "Loyalty card"
    assert tables["households"].column("limit").type == "decimal(10,2)"
    assert tables["individuals"].column("band").nullable


def _household(**options):
    return {"name": "own", "table": "households", **options}


REFUSED = [
    ({"name": "a", "table": "homes", "values": [1]}, ["table", "'homes'", "households"]),
    ({"name": "a", "table": ["households"], "values": [1]}, ["table", "households"]),
    ({"name": "City", "table": "households", "values": [1]}, ["city, which households has already"]),
    ({"name": "a b", "table": "households", "values": [1]}, ["name", "letters"]),
    ({"table": "households", "values": [1]}, ["name", "None"]),
    ("age", ["a mapping of options"]),
    (_household(), ["no way to make it", "values", "expr"]),
    (_household(values=[1], expr="1"), ["values and expr beside one another"]),
    (_household(values=[1], wieghts=[1]), ["wieghts", "Did you mean 'weights'?"]),
    (_household(values=[1], random=True), ["random", "drawn by a hash"]),
    (_household(values=[1], step=2), ["step", "It belongs to minValue"]),
    (_household(values=[]), ["values", "1 to 10,000"]),
    (_household(values=["a", "b", "a"]), ["'a' twice", "larger weight"]),
    (_household(values=["a", "b"], weights=[1]), ["weights", "2 numbers"]),
    (_household(values=["a", "b"], weights=[0, 0]), ["weights", "not all 0"]),
    (_household(values=["a", "b"], weights=[1, 2], distribution="normal"), ["one of the two"]),
    (_household(values=["a", 1]), ["values[1]", "texts"]),
    (_household(values=[0.5], type="int"), ["values[0]", "int holds exactly"]),
    (_household(values=["2025-02-30"], type="date"), ["values[0]", "a day"]),
    (_household(minValue=1), ["maxValue", "nothing"]),
    (_household(minValue=5, maxValue=1), ["maxValue", "less than minValue"]),
    (_household(maxValue=5, step=0), ["step", "more than 0"]),
    (_household(maxValue="5"), ["maxValue", "without quotes"]),
    (_household(maxValue=2**40, type="int"), ["maxValue", "2,147,483,647"]),
    (_household(maxValue=0.001, step=0.001, type="decimal(10,2)"), ["decimal(10,2) holds exactly"]),
    (_household(maxValue=9, type="decimal(30,2)"), ["decimal(p,s) with p of 1 to 18"]),
    (_household(maxValue=9, prefix="a", type="int"), ["prefix", "type string"]),
    (_household(maxValue=2**40, distribution="normal"), ["step", "2,147,483,648"]),
    (_household(maxValue=9, distribution="poisson"), ["distribution", "exponential"]),
    (_household(maxValue=9, distribution={"gamma": {"shape": 0.1}}), ["shapes of 0.5 to 100"]),
    (_household(begin="2025-01-01"), ["end", "nothing"]),
    (_household(begin="2025-01-01", end="soon"), ["end", "'soon'", "2025-01-31"]),
    (_household(begin="2025-01-01", end="2025-02-01T00:00:00-05:00"), ["end", "in UTC"]),
    (_household(minValue=-(2**53), maxValue=2**53), ["step", "9,007,199,254,740,992 values"]),
    (_household(maxValue=1e14, step=0.001), ["maxValue", "double holds exactly"]),
    (_household(begin="2025-01-01", end="2025-02-01", interval="a while"), ["interval", "12 hours"]),
    (_household(begin="2025-01-01", end="2025-02-01", interval="1 hour"), ["type: timestamp"]),
    (_household(template=""), ["template", "1 to 500"]),
    (_household(template=r"\w"), ["template", "faker: word"]),
    (_household(template="ddd", type="int"), ["type", "string for such a column"]),
    (_household(faker="company name"), ["faker", "company"]),
    (_household(faker="company", locale="German"), ["locale", "de_DE"]),
    (_household(faker="company", uniqueValues=0), ["uniqueValues", "100,000"]),
    (_household(expr=""), ["expr", "4,000"]),
    (_household(expr="city", type="int"), ["type", "string for such a column"]),
    (_household(expr="rand()"), ["expr", "rand, which is another with each call", "hashes of the key"]),
    (_household(expr="staet = 'NY'"), ["the column staet", "Did you mean 'state'?"]),
    (_household(expr="state", baseColumn="city"), ["baseColumn", "Remove it"]),
    (_household(values=[1], baseColumn="town"), ["baseColumn", "'town'"]),
    (_household(values=[1], baseColumn=[]), ["baseColumn", "a list"]),
    (_household(values=[1], percentNulls=1), ["percentNulls", "less than 1"]),
    (_household(values=[1], description=7), ["description", "a text"]),
]


@pytest.mark.parametrize(("given", "words"), REFUSED, ids=lambda value: str(value)[:60])
def test_what_is_not_possible_is_refused_in_words(given, words):
    problems = GenerationConfig(extra_columns=[given]).validate()
    assert len(problems) == 1 and problems[0].path.startswith("extra_columns[0]")
    for word in words:
        assert word in problems[0].message, problems[0].message
    assert problems[0].message.endswith((".", "?"))


def test_names_are_taken_once_and_may_be_used_afterwards():
    first = _household(values=["a", "b"])
    again = GenerationConfig(extra_columns=[first, first]).validate()
    assert [problem.path for problem in again] == ["extra_columns[1].name"]
    assert GenerationConfig(
        extra_columns=[first, {**first, "name": "other", "expr": "own = 'a'", "values": None}]
    ).validate()
    later = {"name": "other", "table": "households", "expr": "own = 'a'"}
    assert GenerationConfig(extra_columns=[first, later]).validate() == []
    assert "the column own" in GenerationConfig(extra_columns=[later, first]).validate()[0].message


@pytest.mark.parametrize("value", ["a", {"name": "a"}, [1, 2], [None], 7])
def test_something_else_than_columns_is_refused(value):
    problems = GenerationConfig.from_dict({"extra_columns": value}, check=False).validate()
    assert problems and all(problem.path.startswith("extra_columns") for problem in problems)


def test_options_of_dbldatagen_are_known_or_told_what_is_instead():
    assert not OUTSIDE.keys() & set(ALL_OPTIONS)
    for option, hint in OUTSIDE.items():
        (problem,) = GenerationConfig(extra_columns=[_household(values=[1], **{option: 1})]).validate()
        assert problem.suggestion == hint


def test_the_json_schema_has_every_option():
    schema = column_schema()
    assert set(schema["properties"]) == set(ALL_OPTIONS)
    assert {name for names in OPTIONS.values() for name in names} | set(WAYS) <= set(schema["properties"])
    json.dumps(schema)


# --- Faker ----------------------------------------------------------------------------------------------------

FAKED = [
    ({"faker": "compnay"}, ["the provider compnay", "Did you mean 'company'?"]),
    ({"faker": "company", "locale": "de_XX"}, ["the locale de_XX"]),
    ({"faker": "date_of_birth"}, ["gives date", "begin and end"]),
    ({"faker": "date"}, ["depends on the day"]),
    ({"faker": "credit_card_expire"}, ["depends on the day"]),
    ({"faker": "pyint"}, ["gives int", "Write values or a range"]),
    ({"faker": "seed_instance"}, ["the provider seed_instance"]),
    ({"faker": "enum"}, ["the provider enum"]),
    ({"faker": "binary"}, ["gives bytes", "texts of up to 2,000"]),
]


@pytest.mark.parametrize(("options", "words"), FAKED, ids=str)
def test_what_faker_cannot_give_is_refused_in_words(options, words):
    with pytest.raises(ConfigError) as raised:
        prepare(GenerationConfig(extra_columns=[_household(**options)]))
    for word in words:
        assert word in str(raised.value)


def test_a_pool_is_that_of_the_seed_and_the_column():
    def pool(seed, **options):
        config = GenerationConfig(seed=seed, extra_columns=[_household(faker="company", **options)])
        return prepare(config)["households"][0].pool

    assert pool(1).words == pool(1).words and len(pool(1).codes) == 1_000
    assert pool(1).words != pool(2).words
    assert pool(1).words != pool(1, name="other").words
    assert len(pool(1, uniqueValues=20).codes) == 20


def test_an_append_is_compared_with_the_texts_that_are_really_used():
    """Another version of Faker may hold others: the digest of all names has these, too."""
    config = GenerationConfig(extra_columns=[_household(faker="company", uniqueValues=20)])
    pools = name_pools(Context.make(config, PREPARE))
    assert len(pools["households.own"]) == 20
    assert pools.keys() - name_pools(Context.make(GenerationConfig(), PREPARE)).keys() == {"households.own"}


def test_a_range_is_drawn_evenly_and_a_distribution_as_it_is_shaped():
    columns = [
        _household(name="even", minValue=1, maxValue=10),
        _household(name="bell", minValue=1, maxValue=10, distribution="normal"),
        _household(name="falling", minValue=1, maxValue=10, distribution="exponential"),
        _household(name="late", minValue=1, maxValue=10, distribution={"beta": {"alpha": 5, "beta": 1}}),
        _household(name="gamma", minValue=1, maxValue=10, distribution={"gamma": {"shape": 3}}),
        _household(name="heavy", values=["a", "b", "c"], weights=[1, 3, 0]),
        _household(name="gaps", values=["a", "b"], percentNulls=0.25),
    ]
    context = Context.make(GenerationConfig(extra_columns=columns), PREPARE)
    rows = extended(context, "households", Columns(household_id=np.arange(1, 40_001)))
    shares = {name: np.bincount(rows[name])[1:] / len(rows) for name in ("even", "bell", "falling", "late", "gamma")}
    assert np.abs(shares["even"] - 0.1).max() < 0.01
    # The normal distribution between its thousandths: ten equal parts of 6.18 standard deviations.
    cuts = np.linspace(-3.0902, 3.0902, 11)
    wanted = np.diff([NormalDist().cdf(cut) for cut in cuts]) / 0.998
    assert np.abs(shares["bell"] - wanted).max() < 0.01
    assert abs(shares["falling"][0] - (1 - 0.001**0.1) / 0.999) < 0.01 and np.all(np.diff(shares["falling"]) <= 0.002)
    assert abs(shares["late"][-1] - (1 - 0.9**5)) < 0.01
    gamma = scipy.stats.gamma(3)
    edges = np.linspace(gamma.ppf(0), gamma.ppf(0.999), 11)
    assert np.abs(shares["gamma"] - np.diff(gamma.cdf(edges)) / 0.999).max() < 0.01
    assert abs((rows["heavy"] == "b").mean() - 0.75) < 0.01 and not (rows["heavy"] == "c").any()
    assert abs(rows["gaps"].is_null().mean() - 0.25) < 0.01


# --- expressions ------------------------------------------------------------------------------------------------

KINDS = [
    ("age + 1", "whole"),
    ("age / 2", "real"),
    ("paid * 2", "real"),
    ("age div 2 % 3", "whole"),
    ("-2e3 - .5 + 1d", "real"),
    ('name || `name` || "it\'s"', "text"),
    ("CASE WHEN is_new THEN 1 ELSE 2.5 END", "real"),
    ("not is_new and age in (1, 2) or name is not null", "flag"),
    ("coalesce(null, born, date '2025-01-31')", "date"),
    ("if(is_new, seen_ts, null)", "time"),
    ("greatest(age, score)", "real"),
]


@pytest.mark.parametrize(("sql", "kind"), KINDS)
def test_an_expression_knows_what_it_gives(sql, kind):
    assert parse(sql, TYPES).kind == kind


IMPOSSIBLE = [
    ("age +", "the end of the text"),
    ("(age", "')'"),
    ("age age", "an operator or the end"),
    ("name + 1", "a text beside +"),
    ("born + 1", "date_add"),
    ("age = name", "a text and a whole number"),
    ("age and is_new", "beside and"),
    ("is_new = 1", "true or false"),
    ("paid % 2", "floor"),
    ("cast(score as string)", "a cast of a number to string"),
    ("cast(name as bigint)", "a cast of a text to bigint"),
    ("year(seen_ts)", "to_date"),
    ("substring(name, 0)", "1 or more"),
    ("substring(name, age)", "a position"),
    ("sum(age)", "looks at many rows"),
    ("row_number() over (order by age)", "looks at many rows"),
    ("current_date", "another with each call"),
    ("uuid()", "another with each call"),
    ("sqrt(age)", "the functions abs"),
    ("abs(age, 1)", "2 arguments"),
    ("select 1", "SQL over the columns"),
    ("(select max(age) from x)", "SQL over the columns"),
    ("name like age", "a pattern in quotes"),
    ("age in (age)", "values after in"),
    ("'it''s'", "a text in quotes"),
    ("9999999999999999999", "BIGINT"),
    ("date '2025-02-30'", "a day that exists"),
    ("null", "nothing but null"),
    ("age; drop table x", "';"),
    ("(" * 80 + "age" + ")" * 80, "nested too deeply"),
    ("age -- all", "'-- all'"),
]


@pytest.mark.parametrize(("sql", "words"), IMPOSSIBLE)
def test_an_expression_that_is_not_possible_is_refused_in_words(sql, words):
    with pytest.raises(ExpressionError) as raised:
        parse(sql, TYPES)
    assert words in str(raised.value)


def test_every_function_is_in_the_expressions_that_engines_compare():
    texts = " ".join(rendered(one.made.node) for one in extra_columns(extras_config()) if hasattr(one.made, "node"))
    written = " ".join(column["expr"] for column in COLUMNS if "expr" in column)
    for name in FUNCTIONS:
        assert f"{name}(" in texts or f"{name}(" in written, name
