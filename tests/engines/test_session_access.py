"""Of a session that is not ours, only what every kind of it allows is used: no RDD, JVM, cache or configuration."""

import ast
import re
from pathlib import Path

import pytest

import idgraph_widgets

pytestmark = pytest.mark.quick

PACKAGE = Path(idgraph_widgets.__file__).parent

FORBIDDEN = {
    *("rdd", "sparkContext", "conf", "_client", "_sc", "_jvm", "_jsc", "_jdf", "_jsparkSession"),
    *("cache", "persist", "unpersist", "checkpoint", "localCheckpoint", "cacheTable", "uncacheTable", "clearCache"),
}
"""Attributes of sessions and frames that Connect, serverless compute or shared clusters refuse, or that change a
session for its owner."""

IMPORTS = re.compile(r"py4j|pyspark\.(core|sql\.connect|sql\.classic|context|conf)\b|pyspark\.Spark(Context|Conf)")
STATEMENT = re.compile(r"\s*((UN)?CACHE\s+(LAZY\s+)?TABLE\b|(RE)?SET\s+spark\.)", re.IGNORECASE)
LOOKUPS = {"getattr", "setattr", "hasattr", "attrgetter"}

ALLOWED = {
    ("pipeline/cancel.py", "sparkContext"),  # jobs of a classic session are tagged there
    ("storage/places.py", "conf"),
    ("storage/places.py", "conf.get"),  # with an answer where the session refuses
    ("unity/databricks.py", "_client"),  # of HTTP
}


def access_in(source: str) -> set[str]:
    """What a module does that is forbidden: attributes, also looked up by name, imports, SQL."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute):
            found |= {node.attr} & FORBIDDEN
            if isinstance(node.value, ast.Attribute) and node.value.attr == "conf":
                found.add(f"conf.{node.attr}")
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in LOOKUPS:
            found |= {arg.value for arg in node.args if isinstance(arg, ast.Constant)} & FORBIDDEN
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if IMPORTS.match(alias.name)}
        elif isinstance(node, ast.ImportFrom):
            names = (f"{node.module}.{alias.name}" for alias in node.names)
            found |= {name for name in names if IMPORTS.match(name)}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and STATEMENT.match(node.value):
            found.add(node.value.strip())
    return found


def test_a_given_session_is_used_as_every_kind_of_it_allows():
    found = {
        (path.relative_to(PACKAGE).as_posix(), name)
        for path in PACKAGE.rglob("*.py")
        if path.relative_to(PACKAGE).parts[0] != "engines"  # where sessions of our own are started
        for name in access_in(path.read_text(encoding="utf-8"))
    }
    assert found == ALLOWED


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("df.rdd.map(f)", {"rdd"}),
        ("spark.conf.set('spark.sql.ansi.enabled', 'true')", {"conf", "conf.set"}),
        ("sc = getattr(spark, 'sparkContext')", {"sparkContext"}),
        ("df = spark.table(name).persist()", {"persist"}),
        ("from pyspark import SparkContext", {"pyspark.SparkContext"}),
        ("from pyspark.sql.connect.session import SparkSession", {"pyspark.sql.connect.session.SparkSession"}),
        ("spark.sql(f'cache lazy table {name}')", {"cache lazy table"}),
        ("spark.sql('SET spark.sql.ansi.enabled = true')", {"SET spark.sql.ansi.enabled = true"}),
        ("from functools import cache\n\n@cache\ndef conf(): return {'rdd': 'Set Spark aside'}", set()),
    ],
)
def test_the_guard_sees_what_is_forbidden(source, expected):
    assert access_in(source) == expected
