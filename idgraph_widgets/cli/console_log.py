"""What commands log to the terminal: nothing, or with ``-v`` each step and where an error came from."""

from __future__ import annotations

import logging
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from idgraph_widgets.pipeline.run_log import LOGGER

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def console_log(verbose: int) -> Iterator[None]:
    """Show log records on standard error while the block runs.

    Parameters
    ----------
    verbose : int
        0: none, since engines log what they also raise; 1: what this library reports of its steps; 2: every
        detail, and warnings of the engines.
    """
    root, before = logging.getLogger(), LOGGER.level
    shown = logging.StreamHandler(sys.stderr)
    shown.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
    # A handler that shows nothing keeps Python from printing warnings where there is none.
    handlers = [(root, logging.NullHandler())]
    if verbose:
        handlers.append((LOGGER if verbose == 1 else root, shown))
        LOGGER.setLevel(logging.INFO if verbose == 1 else logging.DEBUG)
    for logger, handler in handlers:
        logger.addHandler(handler)
    try:
        yield
    finally:
        for logger, handler in handlers:
            logger.removeHandler(handler)
        LOGGER.setLevel(before)
