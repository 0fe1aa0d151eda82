"""Values of columns of one's own beside their form: those of the first rows, made by the kernels without an engine."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.errors import ConfigError, RunError
from idgraph_widgets.studio.own_columns import PATH
from idgraph_widgets.studio.own_texts import placed

if TYPE_CHECKING:
    from idgraph_widgets.arrays import Columns
    from idgraph_widgets.generators.context import Context

SHOWN = 8
"""Values of each column."""

_HOMES = 64
_QUIET = 0.3
"""Seconds without a change after which values are drawn."""

_ELSEWHERE = "Values are shown when the problems of other settings are solved."


class OwnValues:
    """First values of every column of one's own, for one configuration after the other.

    The rows that a table has without them are kept: they change with other settings only.

    Examples
    --------
    >>> columns = [{"name": "tier", "table": "households", "values": ["a", "b"], "weights": [0, 1]}]
    >>> OwnValues().of(GenerationConfig(extra_columns=columns))[0]["values"][:3]
    ['b', 'b', 'b']
    """

    def __init__(self) -> None:
        self._fingerprint = ""
        self._rows: dict[str, Columns] = {}
        self._context: Context | None = None

    def of(self, config: GenerationConfig) -> list[dict[str, Any]]:
        """For each column ``type`` and ``values`` (texts, None where a row has none), or the ``reason`` for none.

        What the form shows about a column anyway is not repeated.
        """
        problems = config.validate()
        wrong = {placed(problem.path)[0] for problem in problems}
        given = config.extra_columns if isinstance(config.extra_columns, list) else []
        if any(not problem.path.startswith(PATH) for problem in problems):
            return [{"reason": _ELSEWHERE} for _ in given]
        plain = copy.deepcopy(config)
        plain.extra_columns = []
        plain.household_config.num_households = _HOMES
        if plain.fingerprint() != self._fingerprint:
            self._fingerprint, self._rows, self._context = plain.fingerprint(), {}, None
        found: list[dict[str, Any]] = []
        sound: list[dict[str, Any]] = []
        for number, one in enumerate(given):
            if number in wrong:
                found.append({})
                continue
            beside = [other for other in sound if other["table"] == one["table"]]
            try:
                found.append(self._values(plain, [*beside, one]))
                sound.append(one)
            except ConfigError as error:
                found.append({"reason": " ".join(f"Found {one.found}. {one.suggestion}" for one in error.problems)})
            except RunError as error:
                found.append({"reason": str(error)})
        return found

    def _values(self, plain: GenerationConfig, columns: list[dict[str, Any]]) -> dict[str, Any]:
        """First values of the last of some columns of one table."""
        from idgraph_widgets.arrays import record_batch
        from idgraph_widgets.config.extra_columns import tables_of
        from idgraph_widgets.generators.context import Context
        from idgraph_widgets.generators.extras import extended, prepare
        from idgraph_widgets.studio.sample import as_text

        config = copy.deepcopy(plain)
        config.extra_columns = columns
        table, name = tables_of(config)[columns[-1]["table"]], columns[-1]["name"]
        rows = self._first_rows(plain, table.name)
        if rows is None:
            return {"reason": f"The first {_HOMES} homes have no rows in {table.name}."}
        batch = record_batch(table, extended(Context.make(config, (prepare,)), table.name, rows))
        kind = next(column.type for column in table.columns if column.name == name)
        return {"type": kind, "values": [as_text(value) for value in batch.column(name).slice(0, SHOWN).to_pylist()]}

    def _first_rows(self, plain: GenerationConfig, table: str) -> Columns | None:
        from idgraph_widgets.arrays import Columns
        from idgraph_widgets.generators import whole
        from idgraph_widgets.generators.block import PREPARE, SUMMED, block_tables
        from idgraph_widgets.generators.context import Context

        if table not in self._rows:
            context = self._context = self._context or Context.make(plain, PREPARE)
            if table in whole.WHOLE_TABLES:
                self._rows[table] = whole.tables(context)[table]
            else:
                made = block_tables(context, 1, _HOMES, frozenset([table]))
                parts = [one.columns for one in made if one.table == table]
                found = Columns.concat(parts) if parts else None
                if table in SUMMED:
                    found = whole.total(context, table, found)
                if found is None:
                    return None
                self._rows[table] = found
        return self._rows[table]


class OwnValuesAhead:
    """Draws values in a thread of its own, so that a form does not wait; of several configurations the latest.

    Parameters
    ----------
    show : callable
        Gets what `OwnValues.of` gives, in that thread.
    """

    def __init__(self, show: Callable[[list[dict[str, Any]]], None]):
        self._show, self._values = show, OwnValues()
        self._lock, self._asked = threading.Condition(), threading.Event()
        self._wanted: GenerationConfig | None = None
        self._thread: threading.Thread | None = None

    def ask(self, config: GenerationConfig) -> None:
        """Show the values of a configuration soon."""
        with self._lock:
            self._wanted = config
            self._asked.set()
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, daemon=True)
                self._thread.start()

    def wait(self, timeout: float = 60) -> None:
        """Until everything that was asked for is shown."""
        with self._lock:
            self._lock.wait_for(lambda: self._thread is None, timeout)

    def _work(self) -> None:
        while True:
            # A person who types is left the processor.
            while self._asked.is_set():
                self._asked.clear()
                self._asked.wait(_QUIET)
            with self._lock:
                config, self._wanted = self._wanted, None
                if config is None:
                    self._thread = None
                    self._lock.notify_all()
                    return
            try:
                found = self._values.of(config)
            except Exception as error:
                # A preview is no promise: the run itself reports what is wrong.
                found = [{"reason": f"The values cannot be shown: {error}"} for _ in config.extra_columns]
            if not self._asked.is_set():
                self._show(found)
