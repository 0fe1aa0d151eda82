"""The latest run of each kind as it stands, and everybody who is told when it changes; safe to use from any thread."""

from __future__ import annotations

import threading
from collections.abc import Callable

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.forecast.run_time import RunTime, time_of
from idgraph_widgets.studio.job import TRIAL_HOUSEHOLDS
from idgraph_widgets.studio.run_record import StudioRun, applied


class LatestRuns:
    """The runs that views show."""

    def __init__(self):
        self._lock = threading.RLock()
        self._runs: dict[str, StudioRun] = {}
        self._times: dict[str, RunTime] = {}
        self._observers: list[Callable[[StudioRun], None]] = []

    def of(self, kind: str) -> StudioRun | None:
        """The latest run of a kind, active or ended."""
        with self._lock:
            return self._runs.get(kind)

    def expected(self, id: str) -> RunTime:
        """How long a run that is followed should take, part by part."""
        return self._times[id]

    def begin(self, run: StudioRun) -> None:
        """Take up a new run, of which nobody is told yet.

        Raises
        ------
        RuntimeError
            One of its kind is still going on.
        """
        with self._lock:
            if (latest := self._runs.get(run.kind)) and latest.active:
                raise RuntimeError(f"a {run.kind} is still going on; cancel it first")
            self.time(run)
            self._runs[run.kind] = run

    def time(self, run: StudioRun) -> RunTime:
        """Work out what to expect of a run that is to be followed."""
        config = GenerationConfig.from_dict(run.config, check=False)
        if run.kind == "trial":
            config.household_config.num_households = TRIAL_HOUSEHOLDS
        self._times[run.id] = found = time_of(config, checked=run.checks != "")
        return found

    def put(self, run: StudioRun) -> None:
        """Show a run as the latest of its kind."""
        with self._lock:
            self._runs[run.kind] = run

    def apply(self, id: str, event: dict) -> None:
        """Change a run by an event; nothing happens where it is not the latest any more."""
        self.update(id, lambda run: applied(run, event, self._times.get(id, RunTime())))

    def update(self, id: str, change: Callable[[StudioRun], StudioRun]) -> None:
        """Change a run, and tell."""
        with self._lock:
            run = self.known(id)
            if run is None:
                return
            run = change(run)
            self._runs[run.kind] = run
        self.tell(run)

    def known(self, id: str) -> StudioRun | None:
        """The run of that name; None where it is not the latest of its kind."""
        with self._lock:
            return next((run for run in self._runs.values() if run.id == id), None)

    def tell(self, run: StudioRun) -> None:
        """Show a run to everybody who asked for it."""
        with self._lock:
            observers = list(self._observers)
        for observer in observers:
            observer(run)

    def subscribe(self, observer: Callable[[StudioRun], None]) -> Callable[[], None]:
        """Call `observer` with every new state of a run; what is returned ends it."""
        with self._lock:
            self._observers.append(observer)

        def unsubscribe() -> None:
            with self._lock:
                if observer in self._observers:
                    self._observers.remove(observer)

        return unsubscribe
