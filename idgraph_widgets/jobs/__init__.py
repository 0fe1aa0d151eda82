"""Runs as jobs of a Databricks workspace: submitted, followed, cancelled, found again by their number."""

from idgraph_widgets.jobs.compute import Cluster, ExistingCluster, Serverless
from idgraph_widgets.jobs.job import Jobs, JobStatus
from idgraph_widgets.jobs.task_options import TaskOptions
from idgraph_widgets.jobs.workspace import Workspace, open_workspace

__all__ = [
    "Cluster",
    "ExistingCluster",
    "JobStatus",
    "Jobs",
    "Serverless",
    "TaskOptions",
    "Workspace",
    "open_workspace",
]
