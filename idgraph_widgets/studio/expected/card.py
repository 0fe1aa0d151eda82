"""A plot of what to expect, and what is drawn on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Plot:
    """What a card's function returns.

    Attributes
    ----------
    figure : dict
        As `idgraph_widgets.charts.figures` makes it.
    text : str
        The figure in a sentence, for people who do not see it.
    """

    figure: dict
    text: str


@dataclass(frozen=True)
class PlotCard:
    """One plot of a tab.

    Attributes
    ----------
    key, title, note : str
    draw : callable
        ``(config, sample) -> Plot``; `sample` maps names of distributions to shares, and may be empty.
    reads : tuple of str
        Prefixes of the paths that the plot depends on.
    wide : bool
        Whether it takes the whole width.
    height : int
        Pixels.
    """

    key: str
    title: str
    note: str
    draw: Callable[[object, Mapping], Plot]
    reads: tuple[str, ...]
    wide: bool = False
    height: int = 220

    def depends_on(self, paths) -> bool:
        """Whether a change of these paths can change the plot."""
        return any(path == "*" or path.startswith(prefix) for path in paths for prefix in self.reads)
