"""The queue of a shared dashboard in a file: kernels put runs in and take them out, the server starts them.

A database of SQLite, so that kernels and server see one state, and that nothing of it is lost with any of them.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from idgraph_widgets.workspaces.line import Ticket, foreseen, next_of

WAITING, WORKING, ENDED = "waiting", "working", "ended"

_TABLES = """
create table if not exists runs (
    run text primary key, kind text not null, who text not null, seconds real not null, submitted real not null,
    state text not null, begun real
);
create table if not exists facts (name text primary key, value real not null);
"""


class Queue:
    """Runs that wait for a slot, and those at work.

    Parameters
    ----------
    path : Path
        The file; made if it is not there.
    clock : callable
        Gives the seconds since 1970.
    """

    def __init__(self, path: Path, clock: Callable[[], float] = time.time):
        self.path, self._clock = Path(path), clock
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._open() as db:
            db.executescript(_TABLES)

    # In kernels

    def submit(self, run: Path, kind: str, who: str, seconds: float) -> None:
        """Put a run at the end of the line of its kind."""
        with self._open() as db:
            row = (str(run), kind, who, seconds, self._clock(), WAITING)
            db.execute("insert or replace into runs values (?, ?, ?, ?, ?, ?, null)", row)

    def withdraw(self, run: Path) -> bool:
        """Take a run out; False if it does not wait any more."""
        with self._open() as db:
            changed = db.execute("update runs set state = ? where run = ? and state = ?", (ENDED, str(run), WAITING))
            return changed.rowcount == 1

    def state(self, run: Path) -> str:
        """Whether a run waits, is at work, or has ended; so has one that was never put in."""
        with self._open() as db:
            found = db.execute("select state from runs where run = ?", (str(run),)).fetchone()
            return found[0] if found else ENDED

    def position(self, run: Path) -> tuple[int, float] | None:
        """A run's position in the queue, and seconds until its turn; None if it does not wait."""
        with self._open() as db:
            found = db.execute("select kind from runs where run = ? and state = ?", (str(run), WAITING)).fetchone()
            if found is None:
                return None
            foreseen_from = (*self._line(db, found[0]), self._slots(db, found[0]), self._clock())
        return foreseen(*foreseen_from).get(str(run))

    # In the server

    def offer(self, slots: dict[str, int]) -> None:
        """Say how many runs of each kind work at once."""
        for kind, count in slots.items():
            self.note(f"slots {kind}", count)

    def take(self, kind: str) -> Path | None:
        """The next run, which is at work from now on; None where nothing waits or no slot is free."""
        with self._open() as db:
            db.execute("begin immediate")
            waiting, working, last = self._line(db, kind)
            if not waiting or len(working) >= self._slots(db, kind):
                return None
            ticket = next_of(waiting, working, last)
            db.execute("update runs set state = ?, begun = ? where run = ?", (WORKING, self._clock(), ticket.run))
            return Path(ticket.run)

    def give_back(self, run: Path) -> None:
        """Let a run that was taken wait again, where it has waited before."""
        with self._open() as db:
            db.execute("update runs set state = ?, begun = null where run = ?", (WAITING, str(run)))

    def end(self, run: Path) -> None:
        """Note that a run has ended."""
        with self._open() as db:
            db.execute("update runs set state = ? where run = ?", (ENDED, str(run)))

    def working(self) -> list[Path]:
        """The runs at work."""
        with self._open() as db:
            return [Path(run) for (run,) in db.execute("select run from runs where state = ?", (WORKING,))]

    def forget(self, before: float) -> None:
        """Drop what ended and was submitted before a time."""
        with self._open() as db:
            db.execute("delete from runs where state = ? and submitted < ?", (ENDED, before))

    # Figures that the server measures, for kernels

    def note(self, name: str, value: float) -> None:
        """Keep a figure."""
        with self._open() as db:
            db.execute("insert or replace into facts values (?, ?)", (name, value))

    def fact(self, name: str) -> float | None:
        """A figure that was kept."""
        with self._open() as db:
            return self._fact(db, name)

    def counts(self) -> dict[str, int]:
        """How many wait and are at work."""
        with self._open() as db:
            found = dict(db.execute("select state, count(*) from runs group by 1"))
        return {state: found.get(state, 0) for state in (WAITING, WORKING)}

    @staticmethod
    def _fact(db: sqlite3.Connection, name: str) -> float | None:
        found = db.execute("select value from facts where name = ?", (name,)).fetchone()
        return found[0] if found else None

    def _slots(self, db: sqlite3.Connection, kind: str) -> int:
        found = self._fact(db, f"slots {kind}")
        return 1 if found is None else int(found)

    @staticmethod
    def _line(db: sqlite3.Connection, kind: str) -> tuple[list[Ticket], list[Ticket], dict[str, float]]:
        query = "select run, who, seconds, submitted, begun, state from runs where kind = ? and state <> ?"
        found: dict[str, list[Ticket]] = {WAITING: [], WORKING: []}
        for *values, state in db.execute(query, (kind, ENDED)):
            found[state].append(Ticket(*values))
        last = "select who, max(begun) from runs where kind = ? and begun is not null group by 1"
        return found[WAITING], found[WORKING], dict(db.execute(last, (kind,)))

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        db = sqlite3.connect(self.path, timeout=30)
        try:
            with db:
                yield db
        finally:
            db.close()
