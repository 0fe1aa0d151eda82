"""Where the studio is shown, and what can be shown there."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec


@dataclass(frozen=True)
class Host:
    """A host of notebooks and what it can do.

    Attributes
    ----------
    name : str
        "voila", "databricks", "vscode", "colab", "jupyter" or "terminal".
    custom_widgets : bool
        Whether widgets with code of their own run; elsewhere forms are core widgets and plots are SVG.
    """

    name: str
    custom_widgets: bool


def detect(environment=None) -> Host:
    """The host of this process.

    ``IDGRAPH_PLOTS=svg`` turns custom widgets off where a host says it has them and has not.

    Parameters
    ----------
    environment : mapping, optional
        Instead of ``os.environ``.
    """
    env = os.environ if environment is None else environment
    if env.get("VOILA_KERNEL_ID") or env.get("SERVER_SOFTWARE", "").startswith("voila"):
        name = "voila"
    elif "DATABRICKS_RUNTIME_VERSION" in env:
        name = "databricks"
    elif "VSCODE_PID" in env or "VSCODE_CWD" in env:
        name = "vscode"
    elif "COLAB_RELEASE_TAG" in env:
        name = "colab"
    else:
        name = "jupyter" if "ipykernel" in sys.modules else "terminal"
    possible = find_spec("anywidget") is not None and find_spec("plotly") is not None
    return Host(name, possible and env.get("IDGRAPH_PLOTS", "").lower() != "svg")


@dataclass(frozen=True)
class Parts:
    """What a studio is made of in a host; each is called as the class of the same use.

    Attributes
    ----------
    bar, steps, form, plots, rows, run : callable
        As `StudioBar`, `StudioSteps`, `SectionForm`, `PlotBoard`, `RowsPanel` and `RunPanel`.
    """

    bar: Callable
    steps: Callable
    form: Callable
    plots: Callable
    rows: Callable
    run: Callable


def parts() -> Parts:
    """The parts in the best form that this host can show."""
    if detect().custom_widgets:
        from idgraph_widgets.studio import bar, chart, form, rows, run_panel

        return Parts(
            bar.StudioBar,
            bar.StudioSteps,
            lambda step, state: form.FORMS[step](state),
            chart.PlotBoard,
            rows.RowsPanel,
            run_panel.RunPanel,
        )
    from idgraph_widgets.studio import plain
    from idgraph_widgets.studio.svg_board import SvgBoard

    return Parts(
        plain.PlainBar, plain.PlainSteps, plain.PlainForm, SvgBoard, plain.PlainRows, plain.PlainRunPanel
    )
