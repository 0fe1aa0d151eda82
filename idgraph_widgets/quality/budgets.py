"""What campaigns could deliver would cost: what budgets are planned from."""

from __future__ import annotations

from idgraph_widgets.config.deliverable import daily_impressions
from idgraph_widgets.config.segments import enabled_segments
from idgraph_widgets.quality.checks import Context
from idgraph_widgets.quality.sql import cents, quoted
from idgraph_widgets.schema.campaigns import CHANNELS


def expected_cents(context: Context) -> str:
    """SQL: what the impressions that a campaign could deliver to 1000 households cost at its bid, in cents."""
    config, cfg = context.config, context.config.campaign_config
    of_channel = []
    for channel in CHANNELS:
        cases = " ".join(
            f"when {quoted(segment)} then {daily_impressions(config, channel, segment)!r}"
            for segment in sorted(enabled_segments(config))
        )
        daily = f"case target_segment_id {cases} else 0.0 end" if cases else "0.0"
        price = cfg.click_through_rates[channel] if channel in cfg.cpc_channels else 0.001
        of_channel.append(f"when {quoted(channel)} then {price!r} * {daily}")
    days, parts = "(unix_date(end_date) - unix_date(start_date))", cfg.ramp_up_days + 1
    growing = f"least({days}, {parts})"
    # On the first days delivery grows, from one part.
    in_parts = f"({growing} * ({growing} + 1) + 2 * ({days} - {growing}) * {parts})"
    bids = f"cast({cents('bid_price')} * {in_parts} as double) / {2 * parts}"
    return f"{bids} * case channel {' '.join(of_channel)} else 0.0 end"
