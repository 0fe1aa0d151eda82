"""Identity: which identifiers people have, and the graph's claims about them."""

from idgraph_widgets.generators.identity import confidence, cookies, mailboxes, sightings

PREPARE = (mailboxes.prepare, confidence.prepare, cookies.prepare, sightings.prepare)
"""What these kernels need of a configuration, besides that of `people`."""
