"""Wants: who is in the market for what, and what people do about it without looking at any ad."""

from idgraph_widgets.generators.wants import organic, spells

PREPARE = (spells.prepare, organic.prepare)

__all__ = ["PREPARE"]
