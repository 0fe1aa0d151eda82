"""Campaigns and what they lead to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from idgraph_widgets.config.problems import Problem
from idgraph_widgets.config.rules.registry import Rule, rule


def _min_not_above_max(name: str) -> Rule:
    @rule("CampaignConfig", name)
    def bounds_are_in_order(campaign: Any) -> Iterator[Problem]:
        bounds = getattr(campaign, name)
        if bounds["min"] > bounds["max"]:
            found = f"min {bounds['min']:g} above max {bounds['max']:g}"
            yield Problem(name, found, "min not above max", "Swap the two.")

    return bounds_are_in_order


_min_not_above_max("flight_days")
_min_not_above_max("budget_factor")


@rule("CampaignConfig", "cpc_channels", "click_through_rates")
def _priced_clicks_happen(campaign: Any) -> Iterator[Problem]:
    for i, channel in enumerate(campaign.cpc_channels):
        if campaign.click_through_rates[channel] == 0:
            yield Problem(
                f"cpc_channels[{i}]",
                f"{channel} priced per click with a click-through rate of 0",
                "channels that are clicked",
                f"Remove {channel} from cpc_channels or raise its click-through rate.",
            )


_WIDEST = 3
"""Sigma of a logarithm beyond which a mean says nothing: a hundred times the median."""


@rule("CampaignConfig", "basket_value")
def _basket_has_a_value(campaign: Any) -> Iterator[Problem]:
    median, sigma = campaign.basket_value["median"], campaign.basket_value["sigma"]
    if median < 0.01:
        found, allowed = f"median {median:g}", "0.01 USD or more"
        yield Problem("basket_value.median", found, allowed, "Raise it to at least 0.01.")
    if sigma > _WIDEST:
        yield _too_wide("basket_value.sigma", sigma)


@rule("CampaignConfig", "intent_days")
def _wants_are_of_a_length(campaign: Any) -> Iterator[Problem]:
    if (sigma := campaign.intent_days["sigma"]) > _WIDEST:
        yield _too_wide("intent_days.sigma", sigma)


def _too_wide(path: str, sigma: float) -> Problem:
    return Problem(path, f"{sigma:g}", f"at most {_WIDEST}", f"Lower it to at most {_WIDEST}.")
