"""Periods of 30 days from the start of the window: wants and campaigns are drawn period by period."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idgraph_widgets.schema import ids

if TYPE_CHECKING:
    from idgraph_widgets.config import GenerationConfig


def periods(config: GenerationConfig) -> int:
    """Periods that start inside the window."""
    days = (config.end_date - config.start_date).days
    return -(-days // ids.PERIOD_DAYS)
