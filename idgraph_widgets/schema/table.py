"""What a table is: its columns, its key, what it refers to, how it is cut, how it grows and how it is clustered."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING, Literal

from idgraph_widgets.schema.ids import persons_between

if TYPE_CHECKING:
    from pyspark.sql import DataFrame
    from pyspark.sql.types import DataType, StructType

Kind = Literal["table", "meta", "truth"]
"""One of the ten tables, or a companion and in which companion folder or schema it lives."""

Growth = Literal["fixed", "lasting", "dated", "window"]
"""What a later end of the window does to the rows of a known household; see `Table`."""


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
    references : str
        The table whose key the column holds (or null), if it points to one.
    """

    name: str
    type: str
    comment: str
    nullable: bool = False
    vocabulary: tuple[str, ...] = ()
    references: str = ""


@dataclass(frozen=True)
class Cut:
    """How one finds to which household a row belongs.

    Parameters
    ----------
    column : str
        A column of the table.
    keys_of : str
        The table whose keys stand there: ``"households"``, ``"individuals"``, or another table that is itself cut,
        in which the household is to be looked up.
    """

    column: str
    keys_of: str


BY_HOUSEHOLD = Cut("household_id", "households")
BY_PERSON = Cut("individual_id", "individuals")


@dataclass(frozen=True)
class Reference:
    """A column of one table that holds keys of another, or null."""

    table: str
    column: str
    parent: str
    parent_column: str


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
    cut : Cut, optional
        None: the rows are about all households at once.
    grows : {"fixed", "lasting", "dated", "window"}
        What a later end of the window does. ``"fixed"``: nothing, nor do more households. ``"lasting"``: a known
        household keeps its rows. ``"dated"``: rows are added, and `dated_by` says when each happened.
        ``"window"``: the rows speak of the whole window and come out anew.
    dated_by : str
        The column with the time of a row, of a table that is dated.
    cluster_by : tuple of str
        Columns by which rows lie close together: the keys that joins use and the times that queries filter by.
        Empty for small tables.

    Raises
    ------
    ValueError
        A column is declared twice, or one that is named elsewhere in the declaration is not declared.
    """

    name: str
    comment: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    kind: Kind = "table"
    _: KW_ONLY
    cut: Cut | None = None
    grows: Growth = "window"
    dated_by: str = ""
    cluster_by: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        names = self.column_names
        if len(set(names)) < len(names):
            raise ValueError(f"table {self.name} declares a column twice: {', '.join(names)}")
        named = [*self.key, *self.cluster_by, *([self.dated_by] if self.dated_by else [])]
        for name in [*named, *([self.cut.column] if self.cut else [])]:
            if name not in names:
                raise ValueError(f"table {self.name} has no column {name}; it has {', '.join(names)}")
        if (self.grows == "dated") != bool(self.dated_by):
            raise ValueError(f"table {self.name}: exactly a table that grows 'dated' names the column dated_by")

    @property
    def path(self) -> str:
        """Where the table lives below the dataset's folder, with forward slashes."""
        return self.name if self.kind == "table" else f"{self.kind}/{self.name}"

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        return tuple(column.name for column in self.columns)

    @property
    def is_of_all(self) -> bool:
        """Whether rows are about all households at once and change with their number: budgets, sums."""
        return self.cut is None and self.grows != "fixed"

    def column(self, name: str) -> Column:
        """The column of that name; KeyError names the table and the column."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"table {self.name} has no column {name}")

    def range_of(self, first: int, last: int) -> tuple[str, int, int] | None:
        """The column and its lowest and highest value in the rows of households `first` to `last`.

        None where rows have to be looked up in another table, or are about all households.
        """
        if self.cut is None or self.cut.keys_of not in ("households", "individuals"):
            return None
        low, high = (first, last) if self.cut.keys_of == "households" else persons_between(first, last)
        return self.cut.column, low, high

    def struct_type(self) -> StructType:
        """The schema as a ``pyspark.sql.types.StructType``, comments in the fields' metadata.

        Every field is nullable there: engines disagree on what they can prove, and Delta would
        refuse an append for it. That keys are not null is a check of the quality report.
        """
        from pyspark.sql.types import StructField, StructType

        return StructType(
            [StructField(c.name, _spark_type(c.type), True, {"comment": c.comment}) for c in self.columns]
        )

    def select(self, df: DataFrame) -> DataFrame:
        """Project `df` to exactly the declared columns, in order and cast to the declared types."""
        from pyspark.sql import functions as F

        return df.select([F.col(quoted(c.name)).cast(_spark_type(c.type)).alias(c.name) for c in self.columns])


def quoted(*parts: str | None) -> str:
    """A name of one or more parts in backticks, so that no part can end it; None and "" are left out.

    Examples
    --------
    >>> quoted("main", "it's; DROP", "a`b")
    "`main`.`it's; DROP`.`a``b`"
    """
    return ".".join("`" + part.replace("`", "``") + "`" for part in parts if part)


def literal(text: str) -> str:
    r"""A text as a SQL string literal of Spark's dialect.

    Examples
    --------
    >>> literal("it's")
    "'it\\'s'"
    """
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _spark_type(name: str) -> DataType:
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
