"""What a job's task is asked for beside its configuration: typed here, parameters of the command there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from idgraph_widgets.errors import ConfigError


@dataclass(frozen=True)
class TaskOptions:
    """Options of ``idgraph-task``, whoever submits it.

    Attributes
    ----------
    schema : str
    catalog : str, optional
        Default: the workspace's current one.
    append : bool
        Add to the dataset that is there: to `households` in all, by `days` or up to `end_date`.
    check : {"none", "sample", "full"}
    strict : bool
        Whether the task fails also where a statistic is off its target.
    reader : str
        Who gets the right to read the tables; "" for nobody.

    Raises
    ------
    ConfigError
        Nothing names a schema.

    Examples
    --------
    >>> TaskOptions("demo", catalog="main", append=True, days=7).parameters
    ['--schema', 'demo', '--catalog', 'main', '--mode', 'append', '--days', '7']
    """

    schema: str
    catalog: str | None = None
    append: bool = False
    households: int | None = None
    days: int | None = None
    end_date: date | None = None
    check: str = "sample"
    strict: bool = False
    reader: str = ""

    def __post_init__(self) -> None:
        if not self.schema:
            raise ConfigError("--schema: found nothing, but a job writes into a schema of the workspace. Name one.")

    @property
    def parameters(self) -> list[str]:
        """As the command line takes them; what is as by default is left out."""
        given = {
            "--schema": self.schema,
            "--catalog": self.catalog or None,
            "--mode": "append" if self.append else None,
            "--households": self.households,
            "--days": self.days,
            "--end-date": self.end_date,
            "--check": None if self.check == "sample" else self.check,
            "--reader": self.reader or None,
        }
        said = [text for name, value in given.items() if value is not None for text in (name, str(value))]
        return [*said, *(["--strict"] if self.strict else [])]
