"""What campaigns will fill: days of their flights, and exposures that people have room for."""

from __future__ import annotations

from functools import lru_cache

from idgraph_widgets.config.deliverable import daily_impressions, typical_share
from idgraph_widgets.config.generation import GenerationConfig
from idgraph_widgets.config.segments import enabled_segments


def mean_flight(config: GenerationConfig) -> float:
    """Days of a flight that lie in the window, on average: starts are even over it, lengths between their bounds."""
    flight = config.campaign_config.flight_days
    return mean_days_inside(flight["min"], flight["max"], config.window_days)


@lru_cache(maxsize=64)
def mean_days_inside(shortest: int, longest: int, days: int) -> float:
    """As `mean_flight`, for flights of these lengths in a window of so many days."""
    lengths = range(shortest, longest + 1)
    inside = sum(min(length, days - start) for length in lengths for start in range(days))
    return inside / (len(lengths) * days)


def deliverable_per_household(config: GenerationConfig) -> float:
    """Exposures of a household, were there no budgets: over segments as campaigns aim at them; not calibrated."""
    campaign = config.campaign_config
    campaigns = campaign.campaigns_per_period * config.window_days / 30
    segments = {segment: typical_share(segment) for segment in enabled_segments(config)}
    days = campaigns * mean_flight(config) / max(1, sum(segments.values())) / 1_000
    total = 0.0
    for channel, share in campaign.channel_mix.items():
        most = campaign.frequency_caps[channel]["weekly"] / 7 * 1_000
        daily = sum(n * min(most, daily_impressions(config, channel, segment)) for segment, n in segments.items())
        total += share * daily * days
    return total
