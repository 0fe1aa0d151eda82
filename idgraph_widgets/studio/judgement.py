"""What is to be said about a configuration and its target: worked out when first asked for, again after a change."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from idgraph_widgets.forecast.estimate import latest_estimate
from idgraph_widgets.studio.target import target_problems

if TYPE_CHECKING:
    from idgraph_widgets.config import GenerationConfig, Problem
    from idgraph_widgets.forecast import Estimate
    from idgraph_widgets.studio.target import Target
    from idgraph_widgets.workspaces import Workspace


class Judgement:
    """Problems, what to expect, and what a sample has shown; whoever asks holds the state's lock.

    Parameters
    ----------
    catalog : str or None
        What kind of place the session's catalogs are; None while there is no session.
    workspace : Workspace or None
        What may be written to; None for anything.
    """

    def __init__(self, catalog: str | None, workspace: Workspace | None):
        self._catalog, self._workspace = catalog, workspace
        self._problems: tuple[Problem, ...] | None = None
        self._estimate: Estimate | None = None
        self._sample: tuple[str, dict] | None = None
        self._is_sampled: bool | None = None

    def forget(self) -> None:
        """Something has changed that it depends on."""
        self._problems = self._is_sampled = None

    def problems(self, config: GenerationConfig, target: Target) -> tuple[Problem, ...]:
        """Everything that is wrong with the configuration, and with the target."""
        if self._problems is None:
            of_target = target_problems(target, config, self._catalog, self._workspace)
            self._problems = (*config.validate(), *of_target)
            self._problems += self._beyond(config, self._problems)
        return self._problems

    def _beyond(self, config: GenerationConfig, found: tuple[Problem, ...]) -> tuple[Problem, ...]:
        """What is more than this workspace may ask for; what is wrong anyway cannot be estimated."""
        valid = all(problem.path.startswith("target.") for problem in found)
        self._estimate = latest_estimate(config) if valid else None
        if self._workspace is None or self._estimate is None:
            return ()
        return tuple(self._workspace.problems(config, self._estimate.bytes))

    def estimate(self, config: GenerationConfig, target: Target) -> Estimate | None:
        """Rows and bytes to expect; None while the configuration is not valid."""
        self.problems(config, target)
        return self._estimate

    def keep_sample(self, config: GenerationConfig, shares: dict) -> None:
        """Keep the shares of the first 1,000 households of a configuration."""
        self._sample = (_fingerprint(config), shares)

    def sample(self, config: GenerationConfig) -> dict:
        """The shares that were kept, as long as they belong to the configuration; else none."""
        if self._sample is None:
            return {}
        if self._is_sampled is None:
            self._is_sampled = self._sample[0] == _fingerprint(config)
        return self._sample[1] if self._is_sampled else {}


def _fingerprint(config: GenerationConfig) -> str:
    """Equal for configurations whose first households are equal."""
    first = copy.deepcopy(config)
    first.household_config.num_households = 1_000
    return first.fingerprint()
