"""What a table is: its name, key and columns, each with a type and a sentence for people.

A generator module declares its table with these classes; storage, checks, documentation and the
studio read the same declaration. Pure Python until a Spark schema is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """One column.

    Parameters
    ----------
    name : str
    type : str
        Spark SQL type name, for example ``"bigint"`` or ``"decimal(18,2)"``.
    comment : str
        What the column means; ends up in the Delta schema.
    nullable : bool
    vocabulary : tuple of str
        The closed set of values, if there is one that does not depend on the configuration.
    """

    name: str
    type: str
    comment: str
    nullable: bool = False
    vocabulary: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """One table of a dataset.

    Parameters
    ----------
    name : str
    comment : str
    key : tuple of str
        The columns that identify a row.
    columns : tuple of Column
    kind : {"table", "meta", "truth"}
        One of the ten tables, or a companion and in which companion folder or schema it lives.
    """

    name: str
    comment: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    kind: str = "table"

    @property
    def path(self) -> str:
        """Where the table lives below the dataset's folder, with forward slashes."""
        return self.name if self.kind == "table" else f"{self.kind}/{self.name}"

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """The column of that name; KeyError names the table and the column."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"table {self.name} has no column {name}")

    def struct_type(self):
        """The schema as a ``pyspark.sql.types.StructType``, comments in the fields' metadata.

        Every field is nullable there: engines disagree on what they can prove, and Delta would
        refuse an append for it. That keys are not null is a check of the quality report.
        """
        from pyspark.sql.types import StructField, StructType

        return StructType([StructField(c.name, _data_type(c.type), True, {"comment": c.comment}) for c in self.columns])

    def select(self, df):
        """Project `df` to exactly the declared columns, in order and cast to the declared types."""
        from pyspark.sql import functions as F

        return df.select([F.col(quoted(c.name)).cast(_data_type(c.type)).alias(c.name) for c in self.columns])


def quoted(*parts: str | None) -> str:
    """A name of one or more parts in backticks, so that no part can end it; None and "" are left out.

    Examples
    --------
    >>> quoted("main", "it's; DROP", "a`b")
    "`main`.`it's; DROP`.`a``b`"
    """
    return ".".join("`" + part.replace("`", "``") + "`" for part in parts if part)


def _data_type(name: str):
    """The Spark type of a name, without asking any engine to parse it."""
    from pyspark.sql import types as T

    simple = {
        "bigint": T.LongType,
        "int": T.IntegerType,
        "double": T.DoubleType,
        "string": T.StringType,
        "boolean": T.BooleanType,
        "date": T.DateType,
        "timestamp": T.TimestampType,
    }
    if name in simple:
        return simple[name]()
    if name.startswith("decimal(") and name.endswith(")"):
        precision, scale = name[len("decimal(") : -1].split(",")
        return T.DecimalType(int(precision), int(scale))
    raise ValueError(f"no Spark type for {name!r}")
