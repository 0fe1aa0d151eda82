"""What statistical checks of homes and people share: when published facts are their target, bands, and shares."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.quality.statistics import Judgement, NotJudged, Rows, Statistic, added, compare_shares

CROSS = 0.05
"""Total variation allowed to a cross table of published facts."""


def shares_statistic(
    check: str, sentence: str, tally: str, label: Callable, target: dict, source="configuration", **options
) -> Statistic:
    """A statistic that compares the shares of a tally's rows by label with a target; see `compare_shares`."""

    def judge(rows: Rows) -> Judgement | NotJudged:
        return compare_shares(added(rows, label), target, **options)

    return Statistic(f"statistics.{check}", sentence, tally, judge, source)


def band_of(age: int, bands) -> str | None:
    """Label of the band an age falls in."""
    return next((label for low, label in sorted(bands, reverse=True) if age >= low), None)


def default_sizes(config: GenerationConfig) -> bool:
    """Whether sizes of homes and ages are the default ones, which types of homes depend on."""
    return is_default(config, "household_config.size_distribution", "demographics_config.age_range")


def is_default(config: GenerationConfig, *paths: str) -> bool:
    """Whether these settings have their defaults, so that the published facts are their target."""
    plain = GenerationConfig()
    return all(attrgetter(path)(config) == attrgetter(path)(plain) for path in paths)
