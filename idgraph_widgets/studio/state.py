"""What the studio shows, as one observable object without any widget in it.

Views subscribe, show what they are notified of, and hand every input back to the state. The truth is here: a
view may be closed and made again at any time, in any thread.
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from idgraph_widgets.config import GenerationConfig, Problem
from idgraph_widgets.forecast import Estimate
from idgraph_widgets.storage.places import Capabilities
from idgraph_widgets.studio.history import History
from idgraph_widgets.studio.judgement import Judgement
from idgraph_widgets.studio.observed import Observed
from idgraph_widgets.studio.paths import differs, plain, read, step_of, write
from idgraph_widgets.studio.session import SessionState, WizardStep
from idgraph_widgets.studio.target import Target, offered, supported
from idgraph_widgets.workspaces import Workspace
from idgraph_widgets.workspaces.workspace import PLACES

LEVELS = ("basic", "advanced")


@dataclass(frozen=True)
class Other:
    """A version of the session that another page has saved, while this page was changed too."""

    config: GenerationConfig
    target: Target


class StudioState(Observed):
    """Configuration, position, target and their problems; safe to use from any thread.

    Parameters
    ----------
    session : SessionState, optional
        Where to start from; a fresh one if absent.
    target : Target, optional
    catalog : str, optional
        What kind of place the session's catalogs are (`idgraph_widgets.storage.place_of`); None while
        there is no Spark session, and so no catalog to write to.
    workspace : Workspace, optional
        What may be written to; without one, anything.

    Examples
    --------
    >>> state = StudioState()
    >>> state.set("household_config.num_households", 5)
    >>> [problem.path for problem in state.problems]
    ['household_config.num_households']
    >>> state.reset("household_config.num_households")
    >>> state.problems
    ()
    """

    def __init__(
        self,
        session: SessionState | None = None,
        target: Target | None = None,
        catalog: str | None = None,
        workspace: Workspace | None = None,
    ):
        super().__init__()
        session = session or SessionState()
        self._workspace = workspace
        self._config: GenerationConfig = copy.deepcopy(session.config)
        self._step, self._visited = session.step, list(session.history)
        self._level, self._target, self._notice = "basic", offered(target or Target(), workspace), ""
        self._catalog = catalog
        self._history = History()
        self._defaults = GenerationConfig()
        self._judgement = Judgement(catalog, workspace)
        self._other: Other | None = None

    # Reading

    @property
    def config(self) -> GenerationConfig:
        """A copy of the configuration as it stands, valid or not."""
        with self._lock:
            return copy.deepcopy(self._config)

    def peek(self, function: Callable[[GenerationConfig], Any]) -> Any:
        """The result of `function` on the configuration itself, which it must not change or keep."""
        with self._lock:
            return function(self._config)

    def value(self, path: str) -> Any:
        """A field's value as plain lists, dicts, numbers, texts and dates."""
        with self._lock:
            return plain(self._config, path)

    def default(self, path: str) -> Any:
        """The plain default of a field."""
        return plain(self._defaults, path)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that is wrong with the configuration, and with the target."""
        with self._lock:
            return self._judgement.problems(self._config, self._target)

    def judge_anew(self) -> None:
        """Something has changed beside the configuration: what lies in the workspace."""
        with self._lock:
            if self._workspace is not None:
                self._workspace.measure_anew()
            self._changed({"target"})
        self._tell()

    @property
    def estimate(self) -> Estimate | None:
        """Rows and bytes to expect; None while the configuration is not valid."""
        with self._lock:
            return self._judgement.estimate(self._config, self._target)

    def problems_at(self, step: WizardStep) -> list[Problem]:
        """The problems of one tab's fields."""
        return [problem for problem in self.problems if step_of(problem.path) is step]

    @property
    def step(self) -> WizardStep:
        return self._step

    @property
    def level(self) -> str:
        """Which settings are shown: "basic" or "advanced"."""
        return self._level

    @property
    def target(self) -> Target:
        return self._target

    @property
    def places(self) -> tuple[str, ...]:
        """The kinds of targets that are offered."""
        return PLACES if self._workspace is None else self._workspace.places

    @property
    def engines(self) -> tuple[str, ...]:
        """What runs on this machine may work on."""
        return () if self._workspace is None else self._workspace.engines

    @property
    def has_catalog(self) -> bool:
        """Whether there is a Spark session whose catalogs could be written to."""
        return self._catalog is not None

    @property
    def can(self) -> Capabilities:
        """What the place that runs write to supports; a catalog without a session, as one without Delta."""
        return supported(self._target, self._catalog)

    @property
    def notice(self) -> str:
        """A sentence for the user about what just happened, or nothing."""
        return self._notice

    @property
    def other(self) -> Other | None:
        """What another page has saved instead of this; None while there is no such thing."""
        return self._other

    @property
    def sample(self) -> dict:
        """Shares of the first 1,000 households, as long as they belong to this configuration."""
        with self._lock:
            return self._judgement.sample(self._config)

    @property
    def can_undo(self) -> bool:
        return self._history.can_undo

    @property
    def can_redo(self) -> bool:
        return self._history.can_redo

    def session(self) -> SessionState:
        """The part of the state that is kept in a file."""
        with self._lock:
            return SessionState(copy.deepcopy(self._config), self._step, list(self._visited))

    # Changing

    def set(self, path: str, value: Any) -> None:
        """Set one field; a value that is not allowed is kept and named among the problems.

        Raises
        ------
        KeyError
            There is no such field.
        """
        self.set_many({path: value})

    def set_many(self, values: Mapping[str, Any]) -> None:
        """Set several fields as one change."""
        with self._lock:
            changed = {path for path, value in values.items() if differs(self._config, path, value)}
            if not changed:
                return
            self._history.remember(",".join(sorted(changed)), self._config)
            for path in changed:
                write(self._config, path, values[path])
            self._changed({"config"}, changed)
        self._tell()

    def reset(self, path: str) -> None:
        """Give a field its default."""
        self.set(path, copy.deepcopy(read(self._defaults, path)))

    def replace(self, config: GenerationConfig, notice: str = "") -> None:
        """Put a whole configuration in the place of the current one; can be undone."""
        with self._lock:
            self._history.remember("*", self._config)
            self._config = copy.deepcopy(config)
            self._notice = notice
            self._changed({"config", "notice"}, {"*"})
        self._tell()

    def restore(self, session: SessionState, target: Target | None, notice: str = "") -> None:
        """Go on with another session; the configuration before it can be had back by `undo`."""
        with self._lock:
            if session.config != self._config:
                self._history.remember("*", self._config)
            self._config = copy.deepcopy(session.config)
            self._step, self._visited = session.step, list(session.history)
            self._target, self._notice = offered(target or self._target, self._workspace), notice
            self._changed({"config", "step", "target", "notice"}, {"*"})
        self._tell()

    def undo(self) -> None:
        """Take the last change back."""
        with self._lock:
            if self._history.can_undo:
                self._config = self._history.undo(self._config)
                self._changed({"config"}, {"*"})
        self._tell()

    def redo(self) -> None:
        """Make the change again that `undo` took back."""
        with self._lock:
            if self._history.can_redo:
                self._config = self._history.redo(self._config)
                self._changed({"config"}, {"*"})
        self._tell()

    def go_to(self, step: WizardStep) -> None:
        """Show another tab."""
        with self._lock:
            if step is self._step:
                return
            self._visited.append(self._step)
            del self._visited[:-50]
            self._step = step
            self._changed({"step"})
        self._tell()

    def set_level(self, level: str) -> None:
        """Show the basic fields only, or all."""
        if level not in LEVELS:
            raise ValueError(f"level: found {level!r}, allowed is one of {', '.join(LEVELS)}")
        with self._lock:
            self._level = level
            self._changed({"level"})
        self._tell()

    def set_target(self, kind: str | None = None, folder: str | None = None, engine: str | None = None) -> None:
        """Choose where runs write, and what they work on there."""
        with self._lock:
            given = {"kind": kind, "folder": folder, "engine": engine}
            given = {name: value for name, value in given.items() if value is not None}
            self._target = dataclasses.replace(self._target, **given)
            self._changed({"target"})
        self._tell()

    def say(self, notice: str) -> None:
        """Tell the user something; an empty text takes it away."""
        with self._lock:
            self._notice = notice
            self._changed({"notice"})
        self._tell()

    def disagree(self, other: Other | None) -> None:
        """Another page has saved another version, and a person has to choose; None if that is over."""
        with self._lock:
            if other == self._other:
                return
            self._other = other
            self._changed({"other"})
        self._tell()

    def settle(self, take: bool) -> None:
        """Take the other page's version, which can be undone, or keep this one; does nothing if there is no other."""
        with self._lock:
            other, self._other = self._other, None
            if other is None:
                return
            if take:
                self._history.remember("*", self._config)
                self._config = copy.deepcopy(other.config)
                self._target = offered(other.target, self._workspace)
                self._changed({"config", "target"}, {"*"})
            self._changed({"other", "settled"})
        self._tell()

    def set_sample(self, config: GenerationConfig, shares: dict) -> None:
        """Put the shares of the first 1,000 households of `config` beside what is expected."""
        with self._lock:
            self._judgement.keep_sample(config, shares)
            self._changed({"preview"})
        self._tell()

    # What follows from a change

    def _changed(self, topics: Iterable[str], paths: Iterable[str] = ()) -> None:
        topics = set(topics)
        if topics & {"config", "target", "preview"}:
            self._judgement.forget()
        super()._changed(topics, paths)
