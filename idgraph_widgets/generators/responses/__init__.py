"""Responses: clicks, visits, purchases, what caused them, and what campaigns achieved by them."""

from idgraph_widgets.generators.responses import chains, organic, response_events, steps

PREPARE = (organic.prepare, chains.prepare, steps.prepare, response_events.prepare)

__all__ = ["PREPARE"]
