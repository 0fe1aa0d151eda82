"""Engagement: what people do with content, added up, and the segments they belong to."""

from idgraph_widgets.generators import clocks
from idgraph_widgets.generators.engagement import (
    content_catalog,
    endings,
    engagements,
    hours,
    interest,
    segment_rules,
    sessions,
    taste,
)

PREPARE = (
    clocks.prepare,
    hours.prepare,
    content_catalog.prepare,
    interest.prepare,
    taste.prepare,
    sessions.prepare,
    endings.prepare,
    engagements.prepare,
    segment_rules.prepare,
)
"""What these kernels need of a configuration."""

__all__ = ["PREPARE"]
