"""plotly.js, from the installed Plotly; nothing is fetched from anywhere."""

from __future__ import annotations

import gzip
import os
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path


def plotly_file() -> Path:
    """Path of ``plotly.min.js``.

    Raises
    ------
    ImportError
        Plotly is not installed.
    """
    spec = find_spec("plotly")
    if spec is None or spec.origin is None:
        raise ImportError('plots need Plotly: python -m pip install "idgraph-widgets[dashboard]"')
    return Path(spec.origin).with_name("package_data") / "plotly.min.js"


@lru_cache(maxsize=1)
def plotly_code() -> bytes:
    """plotly.js, gzip-compressed; empty where the page has it from its server already."""
    if os.environ.get("IDGRAPH_PLOTLY") == "served":
        return b""
    return gzip.compress(plotly_file().read_bytes(), 9, mtime=0)
