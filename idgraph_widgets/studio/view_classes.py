"""The views that a studio is made of, in the best form that its host can show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from idgraph_widgets.widgets.host import detect


@dataclass(frozen=True)
class ViewClasses:
    """Classes of the views of a studio in a host; each is called as the class of the same use.

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


def view_classes(plain: bool = False) -> ViewClasses:
    """The views in the best form that this host can show; with `plain`, in core widgets anywhere."""
    if not plain and detect().custom_widgets:
        from idgraph_widgets.studio import bar, chart, form, rows, run_panel

        return ViewClasses(
            bar.StudioBar,
            bar.StudioSteps,
            lambda step, state: form.FORMS[step](state),
            chart.PlotBoard,
            rows.RowsPanel,
            run_panel.RunPanel,
        )
    from idgraph_widgets.studio import plain
    from idgraph_widgets.studio.svg_board import SvgBoard

    return ViewClasses(
        plain.PlainBar, plain.PlainSteps, plain.PlainForm, SvgBoard, plain.PlainRows, plain.PlainRunPanel
    )
