"""Ads: campaigns, whom they reach, what they keep from a holdout, and what their budgets pay for."""

from idgraph_widgets.generators.ads import advertising, campaigns, clicks, frequency, inventory, reach

PREPARE = (advertising.prepare, clicks.prepare, frequency.prepare, inventory.prepare, campaigns.prepare, reach.prepare)
"""What these kernels need of a configuration, besides `people.PREPARE`."""
