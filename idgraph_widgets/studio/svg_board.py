"""The plots of a tab as SVG in plain HTML widgets, for hosts that run no custom widgets."""

from __future__ import annotations

from html import escape

import ipywidgets as widgets

from idgraph_widgets.charts.svg import to_svg
from idgraph_widgets.charts.theme import theme_css
from idgraph_widgets.studio.expected import cards
from idgraph_widgets.studio.expected.card import PlotCard
from idgraph_widgets.studio.observed import Change
from idgraph_widgets.studio.session import WizardStep
from idgraph_widgets.studio.state import StudioState


class SvgBoard(widgets.VBox):
    """The same cards as `PlotBoard`, without any script.

    Parameters
    ----------
    state : StudioState
    step : WizardStep
    """

    def __init__(self, state: StudioState, step: WizardStep):
        self._state, self._step = state, step
        self._drawn = cards(step)
        self._waiting: set[str] = set()
        self._cells = [widgets.HTML(self._html(card)) for card in self._drawn]
        style = widgets.HTML(f"<style>{theme_css()}</style>")
        super().__init__([style, *self._cells])
        self._stop = state.subscribe(self._on_change)

    def _on_change(self, change: Change) -> None:
        if change.topics & {"config", "preview"}:
            self._waiting |= change.paths if "preview" not in change.topics else {"*"}
        if self._waiting and self._state.step is self._step:
            self.refresh()

    def refresh(self) -> None:
        """Draw again what changed since the tab was last seen."""
        paths, self._waiting = self._waiting, set()
        for card, cell in zip(self._drawn, self._cells):
            if card.depends_on(paths):
                cell.value = self._html(card) or cell.value

    def close(self) -> None:
        """Leave the state's observers and the page."""
        self._stop()
        super().close()

    def _html(self, card: PlotCard) -> str:
        sample = self._state.sample
        try:
            plot = self._state.peek(lambda config: card.draw(config, sample))
        except Exception:
            # The form says what is wrong; the last good plot stays.
            return ""
        svg = to_svg(plot.figure, 760 if card.wide else 560, card.height, plot.text)
        head = f"<h4>{escape(card.title)}</h4><p class='idg-quiet'>{escape(card.note)}</p>"
        return f"<div class='idg'><figure class='idg-card'>{head}{svg}</figure></div>"
