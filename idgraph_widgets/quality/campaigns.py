"""Promises of campaigns and of their holdouts."""

from __future__ import annotations

from idgraph_widgets.quality.audience import valid_day
from idgraph_widgets.quality.budgets import expected_cents
from idgraph_widgets.quality.checks import Check, Context, Scan
from idgraph_widgets.quality.sql import cents, one_of, quoted

KEY = ("campaign_id",)

_CAMPAIGNS = """
select c.*, r.segment_id as known_segment
from {campaigns} c left join {segment_rules} r on c.target_segment_id = r.segment_id
"""

_ADVERTISERS = """
select advertiser_id, min(advertiser) as advertiser, max(advertiser) as other_advertiser
from {campaigns} group by advertiser_id
"""

_HOLDOUTS = """
select x.*, c.campaign_id as known_campaign, h.household_id as known_household,
  e.household as eligible_household
from {campaign_holdouts} x
left join {campaigns} c on x.campaign_id = c.campaign_id
left join {households} h on x.household_id = h.household_id
left join (
  select i.household_id as household, a.segment_id as segment
  from {audience_attributes} a join {individuals} i on a.individual_id = i.individual_id
  join (select distinct target_segment_id from {campaigns}) t on a.segment_id = t.target_segment_id
  group by i.household_id, a.segment_id
) e on x.household_id = e.household and c.target_segment_id = e.segment
"""


def queries(context: Context) -> list[Scan]:
    """One pass over campaigns with their segment, one over advertisers, one over holdouts."""
    return [
        Scan(_CAMPAIGNS, (*_flights(context), *_prices(context)), "whole", rows_of="campaigns"),
        Scan(_ADVERTISERS, (_advertiser(),), "whole"),
        Scan(_HOLDOUTS, tuple(_holdouts()), rows_of="campaign_holdouts"),
    ]


def _flights(context: Context) -> list[Check]:
    flight = context.config.campaign_config.flight_days
    return [
        Check(
            "structure.campaigns.segment_fk",
            "Every campaign's target segment is one of segment_rules.",
            (*KEY, "target_segment_id"),
            holds="known_segment is not null",
            group="structure",
        ),
        Check(
            "campaigns.starts_when_valid",
            "A flight never starts before its target segment is valid, and always before the window ends.",
            (*KEY, "start_date", "target_segment_id"),
            holds=f"unix_date(start_date) >= {valid_day(context, 'target_segment_id')}"
            f" and unix_date(start_date) < {context.end_day}",
            given="known_segment is not null",
        ),
        Check(
            "campaigns.flight_length",
            "A flight is as long as configured, end_date excluded.",
            (*KEY, "start_date", "end_date"),
            holds=f"unix_date(end_date) - unix_date(start_date) between {int(flight['min'])} and {int(flight['max'])}",
        ),
    ]


def _prices(context: Context) -> list[Check]:
    config = context.config.campaign_config
    cpc = list(config.cpc_channels)
    households = int(context.config.household_config.num_households)
    low, high = (config.budget_factor[k] for k in ("min", "max"))
    expected = expected_cents(context)
    caps = " ".join(
        f"when {quoted(channel)} then frequency_cap_daily = {int(cap['daily'])}"
        f" and frequency_cap_weekly = {int(cap['weekly'])} and frequency_cap_scope = {quoted(cap['scope'])}"
        for channel, cap in config.frequency_caps.items()
    )
    return [
        Check(
            "campaigns.channel_configured",
            "channel and objective are configured ones.",
            (*KEY, "channel", "objective"),
            holds=f"{one_of('channel', [c for c, share in config.channel_mix.items() if share > 0])}"
            f" and {one_of('objective', [o for o, share in config.objective_mix.items() if share > 0])}",
        ),
        Check(
            "campaigns.pricing_model",
            "pricing_model is cpc exactly for the channels configured so.",
            (*KEY, "channel", "pricing_model"),
            holds=f"(pricing_model = 'cpc') = ({one_of('channel', cpc)})",
        ),
        Check("campaigns.bid_price", "bid_price is positive.", (*KEY, "bid_price"), holds="bid_price > 0"),
        Check(
            "campaigns.budget",
            "budget_per_1000_households is what can be delivered, about, times budget_factor, and budget scales it to"
            " all households.",
            (*KEY, "budget", "budget_per_1000_households"),
            # What is planned with is rounded: by a hundredth, and by a cent before and after the factor.
            holds=f"{cents('budget_per_1000_households')} between {0.99 * low!r} * ({expected}) - {low + 2!r}"
            f" and {1.01 * high!r} * ({expected}) + 2"
            f" and abs({cents('budget')} * 1000 - {cents('budget_per_1000_households')} *"
            f" {households}) < 1000",
        ),
        Check(
            "campaigns.caps",
            "Frequency caps and their scope are those configured for the channel.",
            (*KEY, "channel", "frequency_cap_daily", "frequency_cap_weekly", "frequency_cap_scope"),
            holds=f"case channel {caps} end",
            given=one_of("channel", list(config.frequency_caps)),
        ),
        Check(
            "campaigns.holdout_and_window",
            "holdout_share and attribution_window_days are those configured.",
            (*KEY, "holdout_share", "attribution_window_days"),
            holds=f"abs(holdout_share - {float(config.holdout_share)!r}) < 0.00005"
            f" and attribution_window_days = {int(config.attribution_window_days)}",
        ),
    ]


def _advertiser() -> Check:
    return Check(
        "campaigns.advertiser_name",
        "advertiser_id determines advertiser.",
        ("advertiser_id", "advertiser", "other_advertiser"),
        holds="advertiser = other_advertiser",
    )


def _holdouts() -> list[Check]:
    keys = ("campaign_id", "household_id")
    return [
        Check(
            "structure.campaign_holdouts.fk",
            "Every holdout's campaign and household exist.",
            keys,
            holds="known_campaign is not null and known_household is not null",
            group="structure",
        ),
        Check(
            "campaigns.holdout_eligible",
            "Only households with at least one member in the target segment are held out.",
            keys,
            holds="eligible_household is not null",
            given="known_campaign is not null and known_household is not null",
        ),
    ]
