"""Where the studio is shown, and what can be shown there."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from importlib.util import find_spec

_FORM = "PlainForm(WizardStep.…) from idgraph_widgets.studio"
_REPORT = "panel_for(dataset) from idgraph_widgets.widgets"
_INSTEAD = {
    "DistributionChart": "to_svg(figure, width, height) from idgraph_widgets.charts.svg",
    "Part": _REPORT,
    "PlotBoard": "SvgBoard from idgraph_widgets.studio",
    "ReportPanel": _REPORT,
    "RowsPanel": "PlainRows from idgraph_widgets.studio",
    "RunPanel": "PlainRunPanel from idgraph_widgets.studio",
    "SectionForm": _FORM,
    "StudioBar": "PlainBar from idgraph_widgets.studio",
    "StudioSteps": "PlainSteps from idgraph_widgets.studio",
}
"""What does the work of a custom widget where none runs; core widgets and SVG."""


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
    return Host(name, not why_no_widgets(env))


def why_no_widgets(environment=None) -> str:
    """Why no custom widget runs here, and what to do about that; "" where they run."""
    env = os.environ if environment is None else environment
    missing = [name for name in ("ipywidgets", "anywidget", "plotly") if not _installed(name)]
    if missing:
        return (
            f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} not installed "
            '(python -m pip install "idgraph-widgets[dashboard]")'
        )
    if env.get("IDGRAPH_PLOTS", "").lower() == "svg":
        return "IDGRAPH_PLOTS=svg says that none runs here (unset it where they do)"
    return ""


def refusal(name: str, reason: str, *bases: str) -> str:
    """What to tell somebody who asks for a custom widget where none runs.

    Parameters
    ----------
    name : str
        Of the widget's class.
    reason : str
        As `why_no_widgets` says.
    *bases : str
        Names of the classes it is made from.
    """
    known = next((one for one in (name, *bases) if one in _INSTEAD), None)
    instead = _INSTEAD[known] if known else _FORM if name.endswith("Form") else ""
    use = f"Use {instead}, or Studio(), which chooses by itself" if instead else "Use Studio(), which needs none"
    return f"{name} is a custom widget, and {reason}. {use}."


def explained(name: str, error: ImportError) -> ImportError:
    """An import error for people where a library is missing that widgets need; else `error` itself."""
    reason = why_no_widgets()
    if error.name not in ("anywidget", "ipywidgets", "plotly") or error.name not in reason:
        return error
    if error.name == "ipywidgets":
        return ImportError(f"{name} is a widget, and {reason}.", name=error.name)
    return ImportError(refusal(name, reason), name=error.name)


def _installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ValueError:
        return False


NOT_SHOWN = (
    "This page has not answered: it seems to load no custom widgets. So this is the plain form, which can do the same. "
    "For the full one, let the page's server have anywidget (and the network let its module through), reload the page "
    "and run the cell again."
)
"""What to say where a page does not show what the kernel displays."""
