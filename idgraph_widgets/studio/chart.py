"""Plots in the page: a single chart, and the board of a tab that follows the state."""

from __future__ import annotations

import traitlets
from ipywidgets import Widget, widget_serialization

from idgraph_widgets.charts.html import figures_html
from idgraph_widgets.static_html import section, sentence
from idgraph_widgets.studio.expected import cards
from idgraph_widgets.studio.expected.card import PlotCard
from idgraph_widgets.studio.observed import Change
from idgraph_widgets.studio.session import WizardStep
from idgraph_widgets.studio.state import StudioState
from idgraph_widgets.widgets.view import View, plotly_source

_MOST = 8


_plots = {f"f{i}": traitlets.Dict().tag(sync=True) for i in range(_MOST)}


class _Board(type("_Plots", (View,), _plots)):
    """Cards with a plot each; every plot is a trait of its own, so that only what changed travels."""

    kind = traitlets.Unicode("board").tag(sync=True)
    source = traitlets.Instance(Widget).tag(sync=True, **widget_serialization)
    cards = traitlets.List().tag(sync=True)

    def __init__(self, board_cards: list[dict], figures: list[dict]):
        if len(board_cards) > _MOST:
            raise ValueError(f"a board holds at most {_MOST} plots")
        plots = {f"f{i}": figure for i, figure in enumerate(figures)}
        super().__init__(source=plotly_source(), cards=board_cards, **plots)

    def _repr_html_(self) -> str:
        """Pictures for where no widget runs."""
        plots = [(card, getattr(self, f"f{index}")) for index, card in enumerate(self.cards)]
        return "".join(map(_static, *zip(*plots, strict=True)))


class DistributionChart(_Board):
    """One plot that can be replaced at any time, from any thread.

    Parameters
    ----------
    figure : dict or plotly.graph_objects.Figure
        Data and layout as Plotly knows them. A colour that starts with ``@`` names one of the theme.
    title, note : str
        Above the plot.
    text : str
        The plot in a sentence, for people who do not see it.
    height : int
        Pixels.

    Examples
    --------
    >>> chart = DistributionChart({"data": [{"type": "bar", "x": [1, 2], "y": [3, 4]}]}, title="Two bars")
    >>> chart.show_figure({"data": [{"type": "bar", "x": [1, 2], "y": [4, 3]}]})
    """

    def __init__(self, figure, title: str = "", note: str = "", text: str = "", height: int = 260):
        card = {"key": "chart", "title": title, "note": note, "wide": True, "height": height}
        super().__init__([card], [_plain(figure, text)])

    def show_figure(self, figure, text: str = "") -> None:
        """Put another figure in the place of the present one."""
        self.f0 = _plain(figure, text)


class PlotBoard(_Board):
    """The expected distributions of a tab, repainted with every change of the state.

    A configuration that a plot cannot be drawn from leaves the last good one, paled.

    Parameters
    ----------
    state : StudioState
    step : WizardStep
    """

    def __init__(self, state: StudioState, step: WizardStep):
        self._state, self._step = state, step
        self._drawn: tuple[PlotCard, ...] = cards(step)
        self._waiting: set[str] = set()
        figures = [self._draw(card, {}) for card in self._drawn]
        board = [
            {"key": card.key, "title": card.title, "note": card.note, "wide": card.wide, "height": card.height}
            for card in self._drawn
        ]
        super().__init__(board, figures)
        self._stop = state.subscribe(self._on_change, first=True)

    def _on_change(self, change: Change) -> None:
        if change.topics & {"config", "preview"}:
            paths = change.paths if "preview" not in change.topics else {"*"}
            self._waiting |= set(paths)
        if self._waiting and self._state.step is self._step:
            self.refresh()

    def refresh(self) -> None:
        """Draw again what changed since the tab was last seen."""
        paths, self._waiting = self._waiting, set()
        with self.hold_sync():
            for i, card in enumerate(self._drawn):
                if card.depends_on(paths):
                    setattr(self, f"f{i}", self._draw(card, getattr(self, f"f{i}")))

    def _draw(self, card: PlotCard, last: dict) -> dict:
        sample = self._state.sample
        try:
            plot = self._state.peek(lambda config: card.draw(config, sample))
        except Exception:
            # Half a number or a sum that is not 1 yet: the form says what is wrong.
            return {"figure": None, "text": "", **last, "stale": True}
        return {"figure": plot.figure, "text": plot.text, "stale": False}


def _plain(figure, text: str) -> dict:
    plain = figure if isinstance(figure, dict) else figure.to_plotly_json()
    return {"figure": {"data": [], "layout": {}, **plain}, "text": text, "stale": False}


def _static(card: dict, plot: dict) -> str:
    if not plot["figure"]:
        return ""
    try:
        return figures_html([(card["title"], plot["figure"], plot["text"], card["height"])])
    except Exception:
        # Plotly knows more kinds of figures than are drawn here.
        return section(card["title"], sentence(plot["text"] or "This plot is drawn where the notebook runs."))
