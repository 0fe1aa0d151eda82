"""People: homes, who lives in them, what they are called and where they are."""

from idgraph_widgets.generators import addresses

PREPARE = (addresses.prepare,)
"""What these kernels need of a configuration."""
