"""Unity Catalog and Databricks as services: who may do what, and a dataset's tables in them."""

from idgraph_widgets.unity.connection import Connection, find_connection
from idgraph_widgets.unity.permissions import PermissionReport, Requirement, Verdict
from idgraph_widgets.unity.registration import Registration, register, registered, unregister
from idgraph_widgets.unity.service import connect
from idgraph_widgets.unity.target import CatalogTarget, run_to_catalog
from idgraph_widgets.unity.unity_catalog import UnityCatalog
from idgraph_widgets.unity.verify import permission_report, verify_catalog_permissions

__all__ = [
    "CatalogTarget",
    "Connection",
    "PermissionReport",
    "Registration",
    "Requirement",
    "UnityCatalog",
    "Verdict",
    "connect",
    "find_connection",
    "permission_report",
    "register",
    "registered",
    "run_to_catalog",
    "unregister",
    "verify_catalog_permissions",
]
