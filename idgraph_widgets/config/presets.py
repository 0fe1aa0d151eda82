"""Ready-made sizes of dataset, and segments that do not exist."""

from __future__ import annotations

from collections.abc import Iterable

from idgraph_widgets.config.generation import GenerationConfig
from idgraph_widgets.config.household import HouseholdConfig
from idgraph_widgets.config.problems import Problem, config_error, did_you_mean, shown

PRESETS = {"tiny": 1_000, "small": 10_000, "medium": 100_000, "large": 1_000_000}
"""Name to number of households."""


def preset(name: str) -> GenerationConfig:
    """The defaults with the number of households of a preset.

    Parameters
    ----------
    name : {"tiny", "small", "medium", "large"}
        1 000, 10 000, 100 000 or 1 000 000 households.

    Raises
    ------
    ConfigError
        If there is no such preset.

    Examples
    --------
    >>> preset("tiny").household_config.num_households
    1000
    """
    if name not in PRESETS:
        hint = did_you_mean(name, PRESETS, "Choose one of these")
        problem = Problem("preset", shown(name), ", ".join(PRESETS), hint)
        raise config_error([problem], "the choice of a preset")
    return GenerationConfig(household_config=HouseholdConfig(num_households=PRESETS[name]))


def unknown_segments(config: GenerationConfig, known: Iterable[str]) -> list[Problem]:
    """Problems for segments switched in `config` that are not among the `known` segment ids.

    Which segments exist is told by the published rules, which this package does not know.
    """
    known = tuple(known)
    return [
        Problem(
            f"audience_config.segments.{segment}",
            f"the segment {shown(segment)}",
            "ids of published segment rules",
            did_you_mean(segment, known),
        )
        for segment in config.audience_config.segments
        if segment not in known
    ]
