"""The small dataset as pandas frames, to compute again what the report measures."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="session")
def frames(dataset_1k):
    """The tables as pandas frames."""
    return {name: dataset_1k.to_pandas(name) for name in dataset_1k.table_names()}


@pytest.fixture(scope="session")
def links(frames):
    """identity_mappings with the truth beside."""
    return frames["identity_mappings"].merge(frames["truth_identity"], on="mapping_id")
