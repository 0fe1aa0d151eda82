"""Synthetic household identity graphs: ten linked Delta tables, the same rows on every engine.

The names below are imported when they are first used, so that ``import idgraph_widgets`` loads
neither Spark nor pandas.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_PUBLIC = {
    "AudienceConfig": "idgraph_widgets.config",
    "CampaignConfig": "idgraph_widgets.config",
    "CancelToken": "idgraph_widgets.pipeline",
    "CatalogDataset": "idgraph_widgets.dataset",
    "CatalogTarget": "idgraph_widgets.unity",
    "CatalogWriter": "idgraph_widgets.storage",
    "ConfigError": "idgraph_widgets.errors",
    "Dataset": "idgraph_widgets.dataset",
    "DemographicsConfig": "idgraph_widgets.config",
    "DistributionChart": "idgraph_widgets.studio",
    "Engine": "idgraph_widgets.engines",
    "EngineError": "idgraph_widgets.errors",
    "EngagementConfig": "idgraph_widgets.config",
    "GenerationConfig": "idgraph_widgets.config",
    "HouseholdConfig": "idgraph_widgets.config",
    "HouseholdForm": "idgraph_widgets.studio",
    "IdentityConfig": "idgraph_widgets.config",
    "IdgraphError": "idgraph_widgets.errors",
    "ProgressEvent": "idgraph_widgets.pipeline",
    "RecordsConfig": "idgraph_widgets.config",
    "ReportPanel": "idgraph_widgets.widgets",
    "RunCancelled": "idgraph_widgets.errors",
    "RunError": "idgraph_widgets.errors",
    "RunPanel": "idgraph_widgets.studio",
    "SessionState": "idgraph_widgets.studio.session",
    "SizeDistribution": "idgraph_widgets.config",
    "StorageError": "idgraph_widgets.errors",
    "Studio": "idgraph_widgets.studio",
    "WizardStep": "idgraph_widgets.studio.session",
    "capabilities": "idgraph_widgets.storage",
    "content_hash": "idgraph_widgets.storage",
    "estimate": "idgraph_widgets.forecast",
    "execute_full_pipeline": "idgraph_widgets.pipeline",
    "export_impression_logs": "idgraph_widgets.impression_logs",
    "exposed_lift": "idgraph_widgets.measurement",
    "extra_columns_of": "idgraph_widgets.datagenerator",
    "fit_marketing_mix": "idgraph_widgets.measurement",
    "holdout_lift": "idgraph_widgets.measurement",
    "households_needed": "idgraph_widgets.measurement",
    "market_weeks": "idgraph_widgets.measurement",
    "placebo_lift": "idgraph_widgets.measurement",
    "preset": "idgraph_widgets.config",
    "probe": "idgraph_widgets.probing",
    "run_checks": "idgraph_widgets.quality",
    "run_pipeline": "idgraph_widgets.pipeline",
    "score_attribution": "idgraph_widgets.measurement",
    "score_lift": "idgraph_widgets.measurement",
    "score_resolution": "idgraph_widgets.resolution",
    "start_engine": "idgraph_widgets.engines",
    "true_lift": "idgraph_widgets.measurement",
    "verify_catalog_permissions": "idgraph_widgets.unity",
    "with_difficulty": "idgraph_widgets.config",
}

TABLES = (
    "households",
    "individuals",
    "identity_mappings",
    "content_engagements",
    "viewership_patterns",
    "audience_attributes",
    "campaigns",
    "campaign_exposures",
    "response_events",
    "outcome_metrics",
)
"""The ten tables in order. As in `schema`, which is not loaded for it."""

_PUBLIC |= {f"generate_{name}": "idgraph_widgets.pipeline.frames" for name in TABLES}

__all__ = sorted([*_PUBLIC, "__version__"])  # noqa: PLE0605 - names, as `dir` gives them


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_PUBLIC[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
