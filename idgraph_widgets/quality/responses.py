"""Promises of response_events: chains, what carries an exposure, and the truth about causes."""

from __future__ import annotations

from idgraph_widgets.quality.checks import DAY_US, Check, Context, Scan
from idgraph_widgets.quality.sql import one_of

KEY = ("response_id",)

_LONGEST_CHAIN_US = 31 * DAY_US
"""From a visit to the last step of its chain, at most: published lags end after 30 days."""

_ROWS = """
select r.*, unix_micros(r.response_ts) as at_us, c.campaign_id as known_campaign, c.channel,
  c.attribution_window_days, c.advertiser_id as campaign_advertiser,
  i.individual_id as known_person, h.household_id as holdout_household,
  x.exposure_id as known_exposure, x.individual_id as exposure_person, x.campaign_id as exposure_campaign,
  unix_micros(x.exposure_ts) as exposure_us,
  p.response_id as known_parent, p.response_type as parent_type, unix_micros(p.response_ts) as parent_us,
  p.individual_id as parent_person, p.advertiser_id as parent_advertiser, p.campaign_id as parent_campaign,
  p.exposure_id as parent_exposure, p.conversion_path as parent_path
from {response_events} r
left join {campaigns} c on r.campaign_id = c.campaign_id
left join {individuals} i on r.individual_id = i.individual_id
left join {campaign_holdouts} h on r.campaign_id = h.campaign_id and i.household_id = h.household_id
left join {campaign_exposures} x on r.exposure_id = x.exposure_id
left join {response_events} p on r.parent_response_id = p.response_id
"""

_SIBLINGS = """
select parent_response_id, response_type, count(*) as children from {response_events}
where parent_response_id is not null group by parent_response_id, response_type having count(*) > 1
"""

# The latest exposure in reach that really met the person: equal times go to the lower key, so the key counts
# negatively. A chain takes its label only where all its steps lie in that exposure's window; steps after the end of the
# dataset's window are not written.
_FIRST_RESPONSES = """
select f.response_id, f.exposure_id, f.at_us, -t.reach.minus_exposure_id as expected_exposure,
  t.reach.us + t.reach.window_us as reach_ends_us, l.last_us from (
  select response_id, exposure_id, unix_micros(response_ts) as at_us
  from {response_events} where parent_response_id is null and response_type <> 'click'
) f left join (
  select s.response_id,
    max(struct(unix_micros(x.exposure_ts) as us, -x.exposure_id as minus_exposure_id,
      cast(c.attribution_window_days as bigint) * DAY_US as window_us)) as reach
  from {campaign_exposures} x
  join {campaigns} c on x.campaign_id = c.campaign_id
  join {response_events} s on x.individual_id = s.individual_id and c.advertiser_id = s.advertiser_id
  join {truth_identity} i on x.mapping_id = i.mapping_id and x.individual_id = i.true_individual_id
  where s.parent_response_id is null and s.response_type <> 'click'
    and unix_micros(x.exposure_ts) < unix_micros(s.response_ts)
    and unix_micros(s.response_ts) - unix_micros(x.exposure_ts) <= c.attribution_window_days * DAY_US
  group by s.response_id
) t on f.response_id = t.response_id
left join (
  select r.response_id,
    greatest(max(unix_micros(k.response_ts)), coalesce(max(unix_micros(g.response_ts)), 0)) as last_us
  from {response_events} r
  join {response_events} k on k.parent_response_id = r.response_id
  left join {response_events} g on g.parent_response_id = k.response_id
  where r.parent_response_id is null group by r.response_id
) l on f.response_id = l.response_id
""".replace("DAY_US", str(DAY_US))

_CAUSES = """
select r.response_id, r.conversion_path, t.response_id as truth_row, t.causing_exposure_id, t.origin,
  i.true_individual_id as really_met,
  r.individual_id, r.advertiser_id, unix_micros(r.response_ts) as at_us,
  x.exposure_id as known_exposure, x.individual_id as exposure_person,
  unix_micros(x.exposure_ts) as exposure_us, c.advertiser_id as exposure_advertiser, c.attribution_window_days
from (select * from {response_events} where response_type = 'purchase') r
left join {truth_conversion} t on r.response_id = t.response_id
left join {campaign_exposures} x on t.causing_exposure_id = x.exposure_id
left join {campaigns} c on x.campaign_id = c.campaign_id
left join {truth_identity} i on x.mapping_id = i.mapping_id
"""

_TRUTH = """
select t.response_id, r.response_type from {truth_conversion} t
left join {response_events} r on t.response_id = r.response_id
"""


def queries(context: Context) -> list[Scan]:
    """Rows with exposure and parent, siblings, first responses against the latest exposure, causes."""
    rows = (*_links(context), *_carried(), *_chain(), *_values(context))
    return [
        Scan(_ROWS, rows, rows_of="response_events"),
        Scan(_SIBLINGS, (_siblings(),)),
        Scan(_FIRST_RESPONSES, (_latest(context),)),
        Scan(_CAUSES, tuple(_causes())),
        Scan(_TRUTH, (_truth(),), "whole"),
    ]


def _links(context: Context) -> list[Check]:
    return [
        Check(
            "structure.response_events.fks",
            "Every response's person exists, and so do its campaign, exposure and parent, if any.",
            (*KEY, "individual_id", "campaign_id", "exposure_id", "parent_response_id"),
            holds="known_person is not null"
            " and (campaign_id is null or known_campaign is not null)"
            " and (exposure_id is null or known_exposure is not null)"
            " and (parent_response_id is null or known_parent is not null)",
            group="structure",
        ),
        Check(
            "responses.advertiser",
            "advertiser_id is one of the configured number of advertisers.",
            (*KEY, "advertiser_id"),
            holds=f"advertiser_id between 1 and {int(context.config.campaign_config.num_advertisers)}",
        ),
    ]


def _carried() -> list[Check]:
    return [
        Check(
            "responses.organic_exactly",
            "A response is organic exactly when it has no exposure, no campaign and no lag.",
            (*KEY, "conversion_path", "exposure_id", "campaign_id", "lag_seconds"),
            holds="(conversion_path = 'organic') = (exposure_id is null)"
            " and (exposure_id is null) = (campaign_id is null) and (exposure_id is null) ="
            " (lag_seconds is null)",
        ),
        Check(
            "responses.exposure_of_person",
            "A carried exposure is one of the same person, campaign and advertiser.",
            (*KEY, "exposure_id"),
            holds="individual_id = exposure_person and campaign_id = exposure_campaign"
            " and advertiser_id = campaign_advertiser",
            given="known_exposure is not null and known_campaign is not null",
        ),
        Check(
            "responses.within_attribution_window",
            "Every response that carries an exposure lies after it, within its campaign's attribution window.",
            (*KEY, "exposure_id", "response_ts"),
            holds=f"at_us > exposure_us and at_us - exposure_us <= attribution_window_days * {DAY_US}",
            given="known_exposure is not null and known_campaign is not null",
        ),
        Check(
            "responses.lag",
            "lag_seconds is exactly the whole seconds from exposure to response.",
            (*KEY, "lag_seconds"),
            holds="lag_seconds = (at_us - exposure_us) div 1000000",
            given="known_exposure is not null",
        ),
        Check(
            "responses.never_of_holdout",
            "Nobody in a campaign's holdout responds to it.",
            (*KEY, "campaign_id", "individual_id"),
            holds="holdout_household is null",
        ),
    ]


def _chain() -> list[Check]:
    return [
        Check(
            "responses.parent_types",
            "A click has no parent, a site_visit a click or none, sign_up and add_to_cart a site_visit,"
            " a purchase an add_to_cart.",
            (*KEY, "response_type", "parent_type"),
            holds="case response_type when 'click' then parent_response_id is null"
            " when 'site_visit' then parent_response_id is null or parent_type = 'click'"
            " when 'sign_up' then parent_type = 'site_visit' when 'add_to_cart' then"
            " parent_type = 'site_visit'"
            " when 'purchase' then parent_type = 'add_to_cart' end",
            given="parent_response_id is null or known_parent is not null",
        ),
        Check(
            "responses.parent_before",
            "A parent always comes before its child.",
            (*KEY, "parent_response_id"),
            holds="parent_us < at_us",
            given="known_parent is not null",
        ),
        Check(
            "responses.equal_along_chain",
            "Person, advertiser, campaign, exposure and path are equal along a chain.",
            (*KEY, "parent_response_id"),
            holds="individual_id = parent_person and advertiser_id = parent_advertiser"
            " and campaign_id <=> parent_campaign and exposure_id <=> parent_exposure"
            " and conversion_path = parent_path",
            given="known_parent is not null",
        ),
        Check(
            "responses.path_of_first",
            "A chain that begins with a click is click_through; without a click it is view_through or organic.",
            (*KEY, "response_type", "conversion_path"),
            holds="(response_type = 'click') = (conversion_path = 'click_through')",
            given="parent_response_id is null",
        ),
    ]


def _values(context: Context) -> list[Check]:
    rates = context.config.campaign_config.click_through_rates
    clickable = [channel for channel, rate in rates.items() if rate > 0]
    return [
        Check(
            "responses.click_day",
            "A click happens on the UTC date of its exposure.",
            (*KEY, "exposure_id", "response_ts"),
            holds=f"at_us div {DAY_US} = exposure_us div {DAY_US}",
            given="response_type = 'click' and known_exposure is not null",
        ),
        Check(
            "responses.clickable",
            "Clicks happen only on clickable channels.",
            (*KEY, "channel"),
            holds=one_of("channel", clickable),
            given="response_type = 'click' and known_campaign is not null",
        ),
        Check(
            "responses.within_window",
            "Every response lies within the window.",
            (*KEY, "response_ts"),
            holds=context.in_window("response_ts"),
        ),
        Check(
            "responses.revenue",
            "revenue is set for purchases only, and positive.",
            (*KEY, "response_type", "revenue"),
            holds="case when response_type = 'purchase' then revenue > 0 else revenue is null end",
        ),
    ]


def _siblings() -> Check:
    return Check(
        "responses.one_child_per_type",
        "A parent has at most one child per type.",
        ("parent_response_id", "response_type"),
        holds="children = 1",
    )


def _latest(context: Context) -> Check:
    return Check(
        "responses.latest_exposure",
        "A first response without click carries the latest exposure of its advertiser to that person in reach, and is"
        " organic only where there is none or its chain goes on after that exposure's window.",
        ("response_id", "exposure_id", "expected_exposure"),
        holds="exposure_id <=> expected_exposure or (exposure_id is null"
        f" and (coalesce(last_us, 0) > reach_ends_us or at_us >= {context.end_us - _LONGEST_CHAIN_US}))",
    )


def _causes() -> list[Check]:
    return [
        Check(
            "responses.truth_every_purchase",
            "Every purchase has a row in truth_conversion.",
            KEY,
            holds="truth_row is not null",
        ),
        Check(
            "responses.cause_reaches",
            "An ad acts only on the asserted person of the exposure, for its advertiser and within its window.",
            (*KEY, "causing_exposure_id"),
            holds="individual_id = exposure_person and advertiser_id = exposure_advertiser"
            " and at_us > exposure_us"
            f" and at_us - exposure_us <= attribution_window_days * {DAY_US}",
            given="causing_exposure_id is not null",
        ),
        Check(
            "responses.cause_meets",
            "An ad that a false link shows creates nothing: it met somebody else.",
            (*KEY, "causing_exposure_id"),
            holds="really_met = individual_id",
            given="known_exposure is not null",
        ),
        Check(
            "responses.origin",
            "origin is created exactly where an exposure is named as the cause, and otherwise organic exactly for"
            " purchases without a campaign.",
            (*KEY, "origin", "causing_exposure_id", "conversion_path"),
            holds="(origin = 'created') = (causing_exposure_id is not null)"
            " and (origin = 'organic') = (conversion_path = 'organic')",
            given="truth_row is not null",
        ),
    ]


def _truth() -> Check:
    return Check(
        "structure.truth_conversion.response_fk",
        "Every row of truth_conversion speaks of a purchase that exists.",
        KEY,
        holds="response_type = 'purchase'",
        group="structure",
    )
