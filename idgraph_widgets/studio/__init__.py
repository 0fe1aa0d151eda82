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
        from idgraph_widgets.widgets.host import explained

        raise explained(name, error) from error
    globals()[name] = value
    return value


def __dir__():
    return __all__
