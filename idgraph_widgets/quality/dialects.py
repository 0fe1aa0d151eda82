"""Statements in the SQL of other engines, by way of sqlglot."""

from __future__ import annotations

from idgraph_widgets.errors import ConfigError, IdgraphError

SPARK = "spark"
"""What checks are written in; Databricks reads it as it is."""

TRANSLATED = ("duckdb",)
"""Dialects that the tests run every check in, beside Spark's own."""

DIALECTS = (SPARK, *TRANSLATED)


class SqlglotMissing(IdgraphError):
    """The package that translates SQL is not installed."""

    exit_code = 2


def translated(sql: str, dialect: str) -> str:
    r"""A SELECT of Spark's SQL in another dialect.

    Raises
    ------
    ConfigError
        There is no such dialect.
    SqlglotMissing
        It needs a package that is not installed.

    Examples
    --------
    >>> translated("select a <=> b from t where c rlike '^x'", "duckdb")
    "SELECT\n  a IS NOT DISTINCT FROM b\nFROM t\nWHERE\n  REGEXP_MATCHES(c, '^x')"
    """
    if dialect not in DIALECTS:
        raise ConfigError(f"found the dialect {dialect}; allowed: {', '.join(DIALECTS)}.")
    if dialect == SPARK:
        return sql
    try:
        import sqlglot
    except ImportError:
        raise SqlglotMissing(
            f'SQL for {dialect} needs sqlglot: python -m pip install "idgraph-widgets[sql]". Spark SQL needs nothing.'
        ) from None
    tree = sqlglot.parse_one(sql, read=SPARK).transform(_known_functions)
    return tree.sql(dialect=dialect, pretty=True)


def _known_functions(node):
    """Functions that only Spark has, by what is the same elsewhere."""
    from sqlglot import exp

    if isinstance(node, exp.DataType) and node.is_type("decimal(38, 0)"):
        # Whole numbers: elsewhere decimals are not divided as integers.
        return exp.DataType.build("int128")
    if not isinstance(node, exp.Anonymous):
        return node
    name, given = node.name.lower(), node.expressions
    if name == "pmod":
        value, by = given
        once = exp.Mod(this=exp.paren(value.copy()), expression=exp.paren(by.copy()))
        return exp.paren(exp.Mod(this=exp.paren(exp.Add(this=exp.paren(once), expression=by)), expression=by.copy()))
    if name == "xxhash64":
        # Hashes tell values apart and are never shown: which function makes them is all the same.
        return exp.Anonymous(this="hash", expressions=given)
    return node
