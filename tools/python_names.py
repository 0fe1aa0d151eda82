"""The public Python names by what they are for; the site's builder puts each one's documentation there."""

from __future__ import annotations

import idgraph_widgets

_GROUPS = {
    "Configure": (
        "GenerationConfig HouseholdConfig SizeDistribution DemographicsConfig IdentityConfig RecordsConfig "
        "EngagementConfig AudienceConfig CampaignConfig preset with_difficulty estimate extra_columns_of"
    ),
    "Generate": "start_engine Engine execute_full_pipeline run_pipeline CancelToken ProgressEvent",
    "Read and check": "Dataset CatalogDataset run_checks content_hash capabilities",
    "Catalogs": "CatalogTarget CatalogWriter verify_catalog_permissions probe",
    "Work against the truth": (
        "score_resolution holdout_lift placebo_lift exposed_lift true_lift score_lift households_needed score_attribution "
        "market_weeks fit_marketing_mix export_impression_logs"
    ),
    "In a notebook": "Studio HouseholdForm RunPanel DistributionChart ReportPanel SessionState WizardStep",
    "Errors": "IdgraphError ConfigError EngineError StorageError RunError RunCancelled",
}


def _home(name: str) -> str:
    """Where a name is defined, which is what the site's builder can read without running anything."""
    return f"{getattr(idgraph_widgets, name).__module__}.{name}"


def page() -> str:
    """The page as Markdown."""
    lines = [
        "# Python",
        "",
        "Everything here is imported from `idgraph_widgets`; other names may change in any version. The list is written by",
        "`python -m tools.pages`, the text comes from the docstrings.",
        "",
    ]
    listed = set()
    public = idgraph_widgets.__all__
    for title, names in _GROUPS.items():
        lines += [f"## {title}", ""]
        for name in names.split():
            listed.add(name)
            lines += [f"::: {_home(name)}", ""]
    tables = [name for name in public if name.startswith("generate_")]
    lines += [
        "## One table at a time",
        "",
        "Each is called as `generate_households(spark, config, first=1, last=None)` and returns, as a DataFrame of that",
        "session, the table's rows of the households `first` to `last` in the dataset that the configuration describes:",
        ", ".join(f"`{name}`" for name in tables) + ".",
        "",
    ]
    missing = set(public) - listed - set(tables) - {"__version__"}
    if missing:
        raise ValueError(f"no place on the page for {', '.join(sorted(missing))}: put them into a group")
    return "\n".join(lines).rstrip() + "\n"
