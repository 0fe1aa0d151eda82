"""Ads: campaigns, whom they reach, what they keep from a holdout, and what their budgets pay for."""

from idgraph_widgets.generators.ads import advertising, campaigns, clicks, inventory, markets, prices

PREPARE = (advertising.prepare, clicks.prepare, inventory.prepare, markets.prepare, prices.prepare, campaigns.prepare)
"""What these kernels need of a configuration, besides `people.PREPARE`."""
