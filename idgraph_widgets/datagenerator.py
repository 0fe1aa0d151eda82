"""From a specification of dbldatagen to columns of one's own: the only module that knows that library.

Nothing is taken from it but what its column specifications say: no row is drawn by it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from idgraph_widgets.config import ConfigError, GenerationConfig
from idgraph_widgets.config.extra_values import plain_option
from idgraph_widgets.config.problems import Problem, config_error

_AS_THEY_ARE = ("values", "weights", "minValue", "maxValue", "begin", "end", "prefix", "suffix", "textSeparator",
                "template", "escapeSpecialChars", "expr", "percentNulls", "description")  # fmt: skip

_REFUSED = ("format", "numColumns", "numFeatures", "structType", "continuous")
"""Options that change what comes out, and that `GenerationConfig` refuses with what is instead."""

_TYPES = {"tinyint": "int", "smallint": "int", "float": "double"}


def extra_columns_of(spec: Any, table: str, columns: Iterable[str] | None = None) -> list[dict[str, Any]]:
    """The columns of a `dbldatagen.DataGenerator` as ``extra_columns`` of a table.

    Values are drawn by hashes of the table's key, and not by dbldatagen, whose random streams depend on the partitions:
    ``random``, seeds and ``baseColumnType`` are left out, and a column that dbldatagen would count through is drawn,
    too.

    Parameters
    ----------
    spec : dbldatagen.DataGenerator
        Its rows do not matter, and neither do columns that it omits.
    table : str
        The table that gets the columns.
    columns : iterable of str, optional
        Which of them. Default: all that it would output, except for an ``id`` that it adds by itself.

    Returns
    -------
    list of dict
        For ``GenerationConfig(extra_columns=...)``.

    Raises
    ------
    ConfigError
        dbldatagen is not installed, this is no `DataGenerator`, or a column asks for what is not possible here; with
        every such column and what is instead.

    Examples
    --------
    >>> spec = dbldatagen.DataGenerator(spark).withColumn("tier", "string", values=["basic", "gold"])  # doctest: +SKIP
    >>> config.extra_columns += extra_columns_of(spec, "individuals")  # doctest: +SKIP
    """
    try:
        import dbldatagen
    except ImportError:
        raise ConfigError(
            'A DataGenerator needs dbldatagen: python -m pip install "idgraph-widgets[databricks]". Its licence '
            "ties its use to Databricks services; the same options can be written into extra_columns without it."
        ) from None
    if not isinstance(spec, dbldatagen.DataGenerator):
        raise ConfigError(
            f"spec: found {type(spec).__name__}; allowed: a dbldatagen.DataGenerator. Give the one you have."
        )
    there = [name for name in spec.getOutputColumnNames() if not spec.getColumnSpec(name).implicit]
    wanted = there if columns is None else list(columns)
    unknown = [name for name in wanted if not spec.hasColumnSpec(name)]
    if unknown:
        found = f"the column {', '.join(unknown)}"
        raise config_error(
            [Problem("columns", found, f"columns of the DataGenerator: {', '.join(there)}", "Change it.")]
        )
    problems: list[Problem] = []
    made = [_column(spec.getColumnSpec(name), table, spec.seedColumnName, problems) for name in wanted]
    found = [one for one in made if one is not None]
    places = [f"the column {one['name']}" for one in found]
    for problem in GenerationConfig(extra_columns=found).validate():
        match = re.match(r"extra_columns\[(\d+)\](.*)", problem.path)
        path = f"{places[int(match[1])]}{match[2]}" if match else problem.path
        problems.append(Problem(path, problem.found, problem.allowed, problem.suggestion))
    if problems:
        raise config_error(problems, "the DataGenerator")
    return [plain_option(one) for one in found]


class _Impossible(Exception):
    """Found, allowed, suggestion."""


def _column(spec: Any, table: str, seed_column: str, problems: list[Problem]) -> dict[str, Any] | None:
    """One column's options; None, and a problem more, where there are none for it."""
    try:
        return _options(spec, table, seed_column)
    except _Impossible as error:
        problems.append(Problem(f"the column {spec.name}", *error.args))
        return None


def _options(spec: Any, table: str, seed_column: str) -> dict[str, Any]:
    type_ = spec.datatype.simpleString()
    column: dict[str, Any] = {"name": spec.name, "table": table, "type": _TYPES.get(type_, type_)}
    for option in (*_AS_THEY_ARE, *_REFUSED):
        value = spec[option]
        if value is not None and value is not False and value != "":
            column[option] = _plain(value, column["type"] if option == "values" else "")
    column |= _range(spec)
    if "begin" in column:
        column["interval"] = _interval(spec["interval"] or column.get("interval") or "1 day")
    if spec["distribution"] is not None:
        column["distribution"] = _distribution(spec["distribution"])
    base = spec["baseColumns"] or spec["baseColumn"]
    if base is not None and base != seed_column and "expr" not in column:
        column["baseColumn"] = base
    if spec["text"] is not None:
        hint = "Write the column into extra_columns with faker: the provider's name, or with a template."
        raise _Impossible("text=…, whose texts only dbldatagen knows", "values, template, a range or expr", hint)
    return column


def _plain(value: Any, type_: str) -> Any:
    """A value of Python in place of one of numpy or pandas."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return [str(one) if type_ == "string" else _plain(one, "") for one in value]
    return value


def _range(spec: Any) -> dict[str, Any]:
    """What is stated by a range object, a step or a number of values."""
    given = spec["dataRange"]
    if given is not None and hasattr(given, "interval"):
        return {"begin": given.begin, "end": given.end, "interval": given.interval}
    if given is not None:
        return {"minValue": given.minValue or 0, "maxValue": given.maxValue, "step": given.step or 1}
    unique, low, step = spec["uniqueValues"], spec["minValue"], spec["step"] or 1
    if unique is not None and spec["values"] is None and spec["begin"] is None and spec["maxValue"] is None:
        first = 1 if low is None else low
        return {"minValue": first, "maxValue": first + (unique - 1) * step, "step": step}
    if unique is not None:
        raise _Impossible(
            "uniqueValues beside a range or values", "one of the two", "Write a larger step, or fewer values."
        )
    return {"step": step} if spec["maxValue"] is not None and step != 1 else {}


def _interval(value: Any) -> str:
    """A length in words."""
    if isinstance(value, timedelta):
        seconds = round(value.total_seconds())
        return f"{seconds} seconds" if seconds % 86_400 else f"{seconds // 86_400} days"
    # dbldatagen takes days=1, hours=2 as well as 1 day, 2 hours.
    return re.sub(r"(\w+)\s*=\s*(\d+)", r"\2 \1", str(value))


def _distribution(value: Any) -> Any:
    """A distribution by its name. What only moves or stretches it has no effect: it spans the range in any case."""
    from dbldatagen import distributions

    if value == "normal" or isinstance(value, distributions.Normal):
        return "normal"
    if isinstance(value, distributions.Exponential):
        return "exponential"
    if isinstance(value, distributions.Gamma):
        return {"gamma": {"shape": float(value.shape)}}
    if isinstance(value, distributions.Beta):
        return {"beta": {"alpha": float(value.alpha), "beta": float(value.beta)}}
    raise _Impossible(
        f"the distribution {type(value).__name__}", "Normal, Exponential, Gamma or Beta", "Choose one of these."
    )
