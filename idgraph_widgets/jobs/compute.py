"""What a job's task runs on, as the jobs API describes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

ENVIRONMENT = "4"
"""Version of the serverless environment if nobody says; 2 and later have pyarrow 14 or newer, which is needed."""

SPARK_VERSION = "17.3.x-scala2.13"
"""Runtime of a job cluster if nobody says."""


@dataclass(frozen=True)
class Serverless:
    """Serverless compute.

    Parameters
    ----------
    environment_version : str
    """

    environment_version: str = ENVIRONMENT

    def of_run(self, wheel: str) -> dict[str, Any]:
        """What a submitted run says about it, beside its tasks."""
        spec = {"environment_version": self.environment_version, "dependencies": [wheel]}
        return {"environments": [{"environment_key": "default", "spec": spec}]}

    def of_task(self, _wheel: str) -> dict[str, Any]:
        """What the task says about it."""
        return {"environment_key": "default"}


@dataclass(frozen=True)
class Cluster:
    """A cluster that is made for the run and ends with it.

    Parameters
    ----------
    node_type : str
        As the cloud names its machines.
    workers : int
        0 is one machine for everything.
    spark_version : str
    """

    node_type: str
    workers: int = 2
    spark_version: str = SPARK_VERSION

    def of_run(self, _wheel: str) -> dict[str, Any]:
        """Nothing beside its tasks."""
        return {}

    def of_task(self, wheel: str) -> dict[str, Any]:
        """What the task says about it."""
        made: dict[str, Any] = {
            "spark_version": self.spark_version,
            "node_type_id": self.node_type,
            "num_workers": self.workers,
            # Unity Catalog needs an access mode; this one is for the user who submits.
            "data_security_mode": "SINGLE_USER",
        }
        if not self.workers:
            made["spark_conf"] = {"spark.databricks.cluster.profile": "singleNode", "spark.master": "local[*]"}
            made["custom_tags"] = {"ResourceClass": "SingleNode"}
        return {"new_cluster": made, "libraries": [{"whl": wheel}]}


@dataclass(frozen=True)
class ExistingCluster:
    """A cluster that is there.

    Parameters
    ----------
    cluster_id : str
    """

    cluster_id: str

    def of_run(self, _wheel: str) -> dict[str, Any]:
        """Nothing beside its tasks."""
        return {}

    def of_task(self, wheel: str) -> dict[str, Any]:
        """What the task says about it."""
        return {"existing_cluster_id": self.cluster_id, "libraries": [{"whl": wheel}]}
