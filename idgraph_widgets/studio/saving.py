"""The session in a file: saved shortly after every change, found again by the next kernel."""

from __future__ import annotations

import json
import threading
from pathlib import Path

from idgraph_widgets.errors import IdgraphError
from idgraph_widgets.pipeline.session import SessionState
from idgraph_widgets.storage.manifest import write_atomically
from idgraph_widgets.studio.state import Change, StudioState
from idgraph_widgets.studio.target import Target

SESSION, TARGET = "session.json", "target.json"
_QUIET = 0.4
"""Seconds without a change before the session is written."""


def restored(folder: Path) -> tuple[SessionState, Target | None, str]:
    """The session kept in `folder`, the target, and what to tell the user about it.

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
    return session, target, "Your last session is back. Presets start afresh."


class Saver:
    """Writes the session of a state to `folder`, off the thread that changed it."""

    def __init__(self, folder: Path, state: StudioState):
        self._folder, self._state = folder, state
        self._known = self._read()
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        self._stop = state.subscribe(self._on_change)

    def _on_change(self, change: Change) -> None:
        if not change.topics & {"config", "step", "target"}:
            return
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
            self._timer = threading.Timer(_QUIET, self.save)
            self._timer.daemon = True
            self._timer.start()

    def save(self) -> None:
        """Write now."""
        try:
            with self._lock:
                self._timer = None
                self._state.session().save(self._folder / SESSION)
                write_atomically(self._folder / TARGET, json.dumps(vars(self._state.target)))
                self._known = self._read()
        except (OSError, IdgraphError) as error:
            self._state.say(f"The session could not be saved: {error}")

    def catch_up(self) -> None:
        """Take up the session where another kernel has gone on with it since this one looked."""
        with self._lock:
            found = self._read()
            if self._timer is not None or found == self._known:
                return
            self._known = found
        session, target, told = restored(self._folder)
        self._state.restore(session, target, told)

    def _read(self) -> bytes:
        try:
            return (self._folder / SESSION).read_bytes() + (self._folder / TARGET).read_bytes()
        except OSError:
            return b""

    def close(self) -> None:
        """Save what is waiting and stop."""
        self._stop()
        with self._lock:
            waiting, self._timer = self._timer, None
        if waiting is not None:
            waiting.cancel()
            self.save()
