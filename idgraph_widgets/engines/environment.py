"""Environment variables that an engine reads once, when it starts."""

from __future__ import annotations

import os
from contextlib import contextmanager


@contextmanager
def environment(**variables: str):
    """Variables that are read once; what the user has set stays, and nothing is left behind."""
    ours = [name for name in variables if name not in os.environ]
    os.environ.update({name: variables[name] for name in ours})
    try:
        yield
    finally:
        for name in ours:
            del os.environ[name]
