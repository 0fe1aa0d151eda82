"""The studio: forms with live plots, the run and the report, in a notebook or in the browser.

`Studio` is the whole; its parts can be used alone. All of them show one `StudioState`, which knows no
widget.
"""

from importlib import import_module

_PUBLIC = {
    "AudienceForm": "form",
    "CampaignForm": "form",
    "DemographicsForm": "form",
    "DistributionChart": "chart",
    "EngagementForm": "form",
    "HouseholdForm": "form",
    "IdentityForm": "form",
    "OutputForm": "form",
    "PlainBar": "plain",
    "PlainForm": "plain",
    "PlainRows": "plain",
    "PlainRunPanel": "plain",
    "PlainSteps": "plain",
    "PlotBoard": "chart",
    "RowsPanel": "rows",
    "RunPanel": "run_panel",
    "Runs": "runs",
    "Studio": "studio",
    "StudioBar": "bar",
    "StudioState": "state",
    "StudioSteps": "bar",
    "SvgBoard": "svg_board",
}

__all__ = sorted(_PUBLIC)  # noqa: PLE0605 - names, as `dir` gives them


def __getattr__(name: str):
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        value = getattr(import_module(f"{__name__}.{_PUBLIC[name]}"), name)
    except ImportError as error:
        raise explained(name, error) from error
    globals()[name] = value
    return value


def explained(name: str, error: ImportError) -> ImportError:
    """An import error for people where a library is missing that widgets need; else `error` itself."""
    from idgraph_widgets.studio.host import hindrance, refusal

    reason = hindrance()
    if error.name not in ("anywidget", "ipywidgets", "plotly") or error.name not in reason:
        return error
    if error.name == "ipywidgets":
        return ImportError(f"{name} is a widget, and {reason}.", name=error.name)
    return ImportError(refusal(name, reason), name=error.name)


def __dir__():
    return __all__
