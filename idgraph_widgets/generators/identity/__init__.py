"""Identity: which identifiers people have, and the graph's claims about them."""

from idgraph_widgets.generators import devices
from idgraph_widgets.generators.identity import mailboxes

PREPARE = (devices.prepare, mailboxes.prepare)
"""What these kernels need of a configuration."""
