"""Wants: what is sold, and who is in the market for it. They know nothing of content and ads."""

from idgraph_widgets.generators.wants import spells

PREPARE = (spells.prepare,)
"""What these kernels need of a configuration."""

__all__ = ["PREPARE"]
