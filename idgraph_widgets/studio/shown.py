"""The studio and its parts as static HTML: the plots as pictures, the expected rows as a table."""

from __future__ import annotations

from idgraph_widgets.charts.html import figures_html
from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.config.shown import section_html
from idgraph_widgets.forecast.estimate import latest_estimate
from idgraph_widgets.notation import in_bytes
from idgraph_widgets.static_html import section, sentence, table
from idgraph_widgets.studio.expected import cards
from idgraph_widgets.studio.paths import FORM_STEPS
from idgraph_widgets.studio.session import WizardStep
from idgraph_widgets.studio.state import StudioState


def studio_html(state: StudioState) -> str:
    """The configuration, what it will give, and the plots of the tab that is open, or of the first."""
    step = state.step if state.step in FORM_STEPS else FORM_STEPS[0]
    return section(
        "Identity graph studio",
        sentence("A picture of the studio; run the notebook to work with it."),
        state.peek(section_html),
        "" if state.estimate is None else state.peek(estimate_html),
        section(step.value.capitalize(), plots_html(state, step)),
    )


def plots_html(state: StudioState, step: WizardStep) -> str:
    """The expected distributions of a tab; those that can be drawn."""
    drawn = []
    for card in cards(step):
        try:
            plot = state.peek(lambda config, card=card: card.draw(config, state.sample))
        except Exception:  # noqa: S112 - stated by the problems
            # Half a number or a sum that is not 1 yet: the problems say what is wrong.
            continue
        drawn.append((card.title, plot.figure, plot.text, card.height))
    return figures_html(drawn)


def estimate_html(config: GenerationConfig) -> str:
    """Rows and bytes to expect."""
    expected = latest_estimate(config)
    rows = [(name, f"{one.rows:,}", in_bytes(one.bytes)) for name, one in expected.tables.items()]
    rows.append(("all", f"{expected.rows:,}", in_bytes(expected.bytes)))
    return section("Expected rows", table(("table", "rows", "size"), rows, right=(1, 2)))
