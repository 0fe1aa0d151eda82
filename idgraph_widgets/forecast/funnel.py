"""The expected funnel: from impressions to purchases that an ad has the credit for."""

from __future__ import annotations

from idgraph_widgets.config.generation import GenerationConfig
from idgraph_widgets.forecast.estimate import latest_estimate
from idgraph_widgets.forecast.purchases import expected_purchases


def funnel(config: GenerationConfig) -> dict[str, float]:
    """Expected counts from impressions to purchases with an ad behind them.

    Clicks of curiosity lead to a visit at most; who buys would have come anyway, or comes because of the ad.
    """
    campaign = config.campaign_config
    impressions = latest_estimate(config).tables["campaign_exposures"].rows
    rate = sum(share * campaign.click_through_rates[name] for name, share in campaign.channel_mix.items())
    seen = sum(share * campaign.viewability[name] for name, share in campaign.channel_mix.items())
    clicks = impressions * rate
    found = expected_purchases(config)
    bought = found.captured + found.created
    # Some carts are left.
    carts = bought / max(campaign.cart_to_purchase, 1e-9)
    return {
        "Impressions": impressions,
        "Viewable": impressions * seen,
        "Clicks": clicks,
        "Site visits": clicks * campaign.click_to_visit + carts / max(campaign.visit_to_cart, 1e-9),
        "Carts": carts,
        "Purchases": bought,
    }
