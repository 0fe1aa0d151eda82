"""Where a user is in the studio, as a value that can be kept in a file."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

from idgraph_widgets.errors import ConfigError
from idgraph_widgets.storage.replacing import write_atomically


class WizardStep(Enum):
    """The steps from a configuration to a report, in order."""

    HOUSEHOLDS = "households"
    DEMOGRAPHICS = "demographics"
    IDENTITY_GRAPH = "identity graph"
    ENGAGEMENT = "engagement"
    AUDIENCE = "audience"
    CAMPAIGNS = "campaigns"
    OUTPUT = "output"
    RUN = "run"
    REPORT = "report"

    @property
    def number(self) -> int:
        """Position, from 1."""
        return list(WizardStep).index(self) + 1

    @property
    def next(self) -> WizardStep | None:
        """The step after this one; None after the last."""
        return _neighbour(self, 1)

    @property
    def previous(self) -> WizardStep | None:
        """The step before this one; None before the first."""
        return _neighbour(self, -1)


def _neighbour(step: WizardStep, distance: int) -> WizardStep | None:
    position = step.number - 1 + distance
    steps = list(WizardStep)
    return steps[position] if 0 <= position < len(steps) else None


@dataclass
class SessionState:
    """A configuration in the making, the current step, and the steps seen so far.

    Parameters
    ----------
    config : GenerationConfig
        Need not be valid yet.
    step : WizardStep
    history : list of WizardStep
        Steps visited before the current one, oldest first.
    """

    config: Any = field(default_factory=lambda: _config_class()())  # noqa: PLW0108 - defined below
    step: WizardStep = WizardStep.HOUSEHOLDS
    history: list[WizardStep] = field(default_factory=list)

    def go_to(self, step: WizardStep) -> None:
        """Move to `step` and remember where the user came from."""
        if step is not self.step:
            self.history.append(self.step)
            self.step = step

    def back(self) -> WizardStep:
        """Return to the step visited before; stays where it is at the beginning."""
        if self.history:
            self.step = self.history.pop()
        return self.step

    def to_dict(self) -> dict[str, Any]:
        return {
            "step": self.step.value,
            "history": [step.value for step in self.history],
            "config": json.loads(self.config.to_json()),
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> SessionState:
        """The state that `to_dict` described.

        Raises
        ------
        ConfigError
            Something is missing, or a step or a configuration key is unknown.
        """
        try:
            return cls(
                _config_class().from_dict(data["config"], check=False),
                WizardStep(data["step"]),
                [WizardStep(step) for step in data["history"]],
            )
        except (KeyError, TypeError, ValueError) as error:
            allowed = ", ".join(step.value for step in WizardStep)
            raise ConfigError(
                f"Not a saved session ({error}): it needs config, step and history; steps are {allowed}."
            ) from error

    def save(self, path) -> None:
        """Write the state to a JSON file, replacing it in one step."""
        write_atomically(Path(path), json.dumps(self.to_dict(), indent=2) + "\n")

    @classmethod
    def load(cls, path) -> SessionState:
        """Read what `save` wrote.

        Raises
        ------
        ConfigError
            There is no such file, or it holds something else.
        """
        try:
            data = json.loads(Path(path).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ConfigError(f"{path} cannot be read as a saved session: {error}") from error
        if not isinstance(data, dict):
            raise ConfigError(f"{path} is not a saved session: it holds no JSON object.")
        return cls.from_dict(data)


def _config_class():
    from idgraph_widgets.config import GenerationConfig

    return GenerationConfig
