"""The session in a file: saved shortly after every change, found again by the next kernel.

Several pages, each with a kernel of its own, may have one session open. What one of them saved is taken up by a page
where nothing was changed; where both were changed, nothing is overwritten until a person has chosen.
"""

from __future__ import annotations

import json
import os
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from idgraph_widgets.errors import IdgraphError, StorageError
from idgraph_widgets.storage.folder.lock import DatasetLock
from idgraph_widgets.storage.replacing import write_atomically
from idgraph_widgets.studio.observed import Change
from idgraph_widgets.studio.session import SessionState
from idgraph_widgets.studio.state import Other, StudioState
from idgraph_widgets.studio.target import Target

SESSION, TARGET, UNSAVED = "session.json", "target.json", "unsaved-*.yaml"
_QUIET = 0.4
"""Seconds without a change before the session is written."""
_PATIENCE = 5.0
"""Seconds to wait for another page that is writing."""


def restored(folder: Path) -> tuple[SessionState, Target | None, str]:
    """The session kept in `folder`, the target, and a notice about it for the user.

    A file that cannot be read is set aside, never overwritten.
    """
    path = folder / SESSION
    if not path.exists():
        return SessionState(), None, ""
    try:
        session = SessionState.load(path)
        target = Target(**json.loads((folder / TARGET).read_text(encoding="utf-8")))
    except (IdgraphError, OSError, TypeError, ValueError):
        aside = path.with_suffix(".unreadable.json")
        path.replace(aside)
        return SessionState(), None, f"The saved session could not be read; it was set aside as {aside.name}."
    notice = "Your last session is back. Presets start afresh."
    if unsaved := sorted(folder.glob(UNSAVED)):
        notice += f" A version that another page had left unsaved is kept in {unsaved[-1]}; Import… reads it."
    return session, target, notice


@dataclass(frozen=True)
class _Version:
    """What must not be lost: a configuration, as its file says it, and the target."""

    config: str
    target: Target

    @classmethod
    def of(cls, session: SessionState, target: Target) -> _Version:
        return cls(json.dumps(session.to_dict()["config"], sort_keys=True), target)


class Saver:
    """Writes the session of a state to `folder`, off the thread that changed it."""

    def __init__(self, folder: Path, state: StudioState):
        self._folder, self._state = folder, state
        # What the file said when this page last agreed with it, and what this page said then.
        self._base, self._here = self._saved()[0], self._version()
        self._known, self._offered = self._read(), self._base
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        self._unsaved = folder / UNSAVED.replace("*", f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}-{id(self)}")
        self._stop = state.subscribe(self._on_change)

    def _on_change(self, change: Change) -> None:
        if not change.topics & {"config", "step", "target", "settled"}:
            return
        with self._lock:
            if "settled" in change.topics:
                # The other page's version was seen, and may be written over.
                self._base = self._offered
            if self._timer is not None:
                self._timer.cancel()
            self._timer = threading.Timer(_QUIET, self.save)
            self._timer.daemon = True
            self._timer.start()

    def save(self) -> None:
        """Write now; where another page has saved something else meanwhile, ask which of the two it shall be."""
        other, take = None, False
        try:
            with self._lock, self._alone():
                self._timer = None
                (theirs, session), mine = self._saved(), self._version()
                if theirs is None or theirs in (self._base, mine):
                    self._write(mine)
                elif mine == self._here:
                    take = True
                else:
                    write_atomically(self._unsaved, self._state.peek(lambda config: config.to_yaml()))
                    self._offered, other = theirs, Other(session.config, theirs.target)
        except (OSError, IdgraphError) as error:
            self._state.say(f"The session could not be saved: {error}")
            return
        self._state.disagree(other)
        if take:
            self.catch_up(walk=False)

    def _write(self, version: _Version) -> None:
        self._state.session().save(self._folder / SESSION)
        write_atomically(self._folder / TARGET, json.dumps(vars(version.target)))
        self._known, (self._base, _), self._here = self._read(), self._saved(), version
        self._unsaved.unlink(missing_ok=True)

    @contextmanager
    def _alone(self):
        """While no other page compares and writes."""
        lock, end = DatasetLock(self._folder), time.monotonic() + _PATIENCE
        while True:
            try:
                lock.acquire()
                break
            except StorageError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.02)
        try:
            yield
        finally:
            lock.release()

    def catch_up(self, walk: bool = True) -> None:
        """Take up the session where another kernel has gone on with it, or removed it, and nothing was changed here.

        Parameters
        ----------
        walk : bool
            Go to the other's step as well.
        """
        with self._lock:
            found, (theirs, _) = self._read(), self._saved()
            changed_here = self._timer is not None or self._version() != self._here
            if found == self._known or changed_here or not (walk or theirs != self._base):
                return
            # Nothing that can be read: start afresh only if what is here was the file's, and the file is gone.
            if theirs is None and (found or not walk or self._base != self._here):
                return
            self._known, self._base, self._here = found, theirs, theirs
        session, target, notice = restored(self._folder)
        if not walk:
            here = self._state.session()
            session.step, session.history = here.step, here.history
            notice = (
                "Another page has gone on with this session: you see what it saved. Undo brings back what was here."
            )
        self._state.restore(session, target or Target(), notice)

    def _read(self) -> bytes:
        try:
            return (self._folder / SESSION).read_bytes() + (self._folder / TARGET).read_bytes()
        except OSError:
            return b""

    def _version(self) -> _Version:
        return _Version.of(self._state.session(), self._state.target)

    def _saved(self) -> tuple[_Version | None, SessionState | None]:
        """What is saved; None where nothing is that can be read."""
        try:
            session = SessionState.load(self._folder / SESSION)
            target = Target(**json.loads((self._folder / TARGET).read_text(encoding="utf-8")))
        except (IdgraphError, OSError, TypeError, ValueError):
            return None, None
        return _Version.of(session, target), session

    def close(self) -> None:
        """Save what is waiting and stop."""
        self._stop()
        with self._lock:
            waiting, self._timer = self._timer, None
        if waiting is not None:
            waiting.cancel()
            self.save()
