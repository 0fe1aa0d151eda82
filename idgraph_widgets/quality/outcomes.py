"""outcome_metrics and campaign_daily, recomputed from exposures and responses to the last unit."""

from __future__ import annotations

from idgraph_widgets.quality.checks import DAY_US, Check, Context, Partial, Scan
from idgraph_widgets.quality.sql import cents, half_up, inline_table, micros

MODELS = ("last_touch", "first_touch", "linear", "time_decay", "position_based")

_EXPOSURE_DAYS = f"""
select campaign_id, unix_micros(exposure_ts) div {DAY_US} as day, count(*) as impressions,
  sum(case when is_viewable then 1 else 0 end) as viewable, sum({micros("cost")}) as spend
from {{campaign_exposures}} group by campaign_id, unix_micros(exposure_ts) div {DAY_US}
"""

_RESPONSE_DAYS = f"""
select campaign_id, unix_micros(response_ts) div {DAY_US} as day,
  sum(case when response_type = 'click' then 1 else 0 end) as clicks,
  sum(case when response_type = 'site_visit' then 1 else 0 end) as site_visits,
  sum(case when response_type = 'sign_up' then 1 else 0 end) as sign_ups,
  sum(case when response_type = 'purchase' then 1 else 0 end) as purchases,
  coalesce(sum({cents("revenue")}), 0) as revenue
from {{response_events}} where campaign_id is not null
group by campaign_id, unix_micros(response_ts) div {DAY_US}
"""

# Households never span two slices, so distinct people, households and identifiers add up.
_REACH = """
with seen as (
  select campaign_id, household_id, individual_id, mapping_id from {campaign_exposures}
  group by campaign_id, household_id, individual_id, mapping_id
)
select campaign_id, sum(people) as people, sum(homes) as homes, sum(identifiers) as identifiers from (
  select campaign_id, sum(people) as people, count(*) as homes, 0 as identifiers from (
    select campaign_id, household_id, count(*) as people from (
      select campaign_id, household_id, individual_id from seen group by campaign_id, household_id, individual_id
    ) p group by campaign_id, household_id
  ) h group by campaign_id
  union all
  select campaign_id, 0, 0, count(*) from (
    select s.campaign_id, xxhash64(s.household_id, m.identifier_type, m.identifier_value) as identifier
    from seen s join {identity_mappings} m on s.mapping_id = m.mapping_id
    group by s.campaign_id, xxhash64(s.household_id, m.identifier_type, m.identifier_value)
  ) i group by campaign_id
) reached group by campaign_id
"""


def queries(context: Context) -> list[Scan | Partial]:
    """Totals per campaign and day, reach and credit of every slice; then the two tables against them."""
    return [
        Partial("exposure_days", _EXPOSURE_DAYS),
        Partial("response_days", _RESPONSE_DAYS),
        Partial("reach_of_slices", _REACH),
        Partial("credit_of_slices", _credit_source(context)),
        Scan(_METRICS, (*_complete(), *_counts(), *_credit(), *_ratios()), "whole"),
        Scan(_TOTALS, tuple(_totals()), "whole"),
        Scan(_DAILY, tuple(_daily()), "whole"),
    ]


def decay_weights(days: int) -> list[int]:
    """Weight of an exposure that is d whole days old, d = 0..days: round(2^(-d/7) * 10^6)."""
    return [round(2 ** (-d / 7) * 1_000_000) for d in range(days + 1)]


def _credit_source(context: Context) -> str:
    """Credit per campaign, by model: millionths of a purchase, and of revenue the cents."""
    longest = int(context.config.campaign_config.attribution_window_days)
    weights = inline_table(list(enumerate(decay_weights(longest))), ("age_days", "decay_weight"))
    shares = {
        "last_touch": "case when from_last = 1 then 1000000 else 0 end",
        "first_touch": "case when from_first = 1 then 1000000 else 0 end",
        "linear": "1000000 div touches",
        "time_decay": "(cast(decay_weight as bigint) * 1000000) div all_decay",
        "position_based": "case when touches = 1 then 1000000 when touches = 2 then 500000"
        " when from_first = 1 or from_last = 1 then 400000 else 200000 div greatest(touches - 2, 1) end",
    }
    cut = ", ".join(f"cast({share} as bigint) as {model}" for model, share in shares.items())
    others = ", ".join(
        f"sum(case when from_last > 1 then {m} else 0 end) over (partition by response_id) as {m}_others,"
        f" sum(case when from_last > 1 then (revenue * {m}) div 1000000 else 0 end)"
        f" over (partition by response_id) as {m}_money"
        for m in MODELS
    )
    credit = ", ".join(
        f"sum(case when from_last = 1 then 1000000 - {m}_others else {m} end) as {m}_conversions,"
        f" sum(case when from_last = 1 then revenue - {m}_money else (revenue * {m}) div 1000000 end) as {m}_money"
        for m in MODELS
    )
    return f"""
with touches as (
  select r.response_id, {cents("r.revenue")} as revenue, x.campaign_id, x.exposure_id,
    unix_micros(x.exposure_ts) as exposure_us,
    (unix_micros(r.response_ts) - unix_micros(x.exposure_ts)) div {DAY_US} as age
  from {{campaign_exposures}} x
  join {{campaigns}} c on x.campaign_id = c.campaign_id
  join {{response_events}} r on x.individual_id = r.individual_id and c.advertiser_id = r.advertiser_id
  where r.response_type = 'purchase' and r.conversion_path <> 'organic'
    and unix_micros(x.exposure_ts) < unix_micros(r.response_ts)
    and unix_micros(r.response_ts) - unix_micros(x.exposure_ts) <= c.attribution_window_days * {DAY_US}
),
placed as (
  select t.*, w.decay_weight,
    row_number() over (partition by response_id order by exposure_us, exposure_id desc) as from_first,
    row_number() over (partition by response_id order by exposure_us desc, exposure_id) as from_last,
    count(*) over (partition by response_id) as touches,
    sum(w.decay_weight) over (partition by response_id) as all_decay
  from touches t left join {weights} w on t.age = w.age_days
),
cut as (select response_id, campaign_id, revenue, from_last, {cut} from placed),
shared as (select *, {others} from cut)
select campaign_id, {credit} from shared group by campaign_id
"""


_CREDIT = " union all ".join(
    f"select campaign_id as credited_campaign, '{m}' as credit_model, {m}_conversions as conversions,"
    f" {m}_money as money from {{credit_of_slices}}"
    for m in MODELS
)

_METRICS = f"""
select o.*, c.campaign_id as campaign, g.model,
  coalesce(e.impressions, 0) as e_impressions, coalesce(e.viewable, 0) as e_viewable,
  coalesce(e.spend, 0) as e_spend,
  coalesce(r.people, 0) as e_people, coalesce(r.homes, 0) as e_homes,
  coalesce(r.identifiers, 0) as e_identifiers,
  coalesce(d.clicks, 0) as e_clicks, coalesce(d.site_visits, 0) as e_site_visits,
  coalesce(d.sign_ups, 0) as e_sign_ups, coalesce(d.purchases, 0) as e_purchases,
  coalesce(k.conversions, 0) as e_credit, coalesce(k.money, 0) as e_money
from (
  select campaign_id, model from {{campaigns}}
  cross join {inline_table([(m,) for m in MODELS], ("model",))} m
) g
full outer join {{outcome_metrics}} o on g.campaign_id = o.campaign_id and g.model = o.attribution_model
left join {{campaigns}} c on coalesce(g.campaign_id, o.campaign_id) = c.campaign_id
left join (
  select campaign_id, sum(impressions) as impressions, sum(viewable) as viewable, sum(spend) as spend
  from {{exposure_days}} group by campaign_id
) e on c.campaign_id = e.campaign_id
left join (
  select campaign_id, sum(people) as people, sum(homes) as homes, sum(identifiers) as identifiers
  from {{reach_of_slices}} group by campaign_id
) r on c.campaign_id = r.campaign_id
left join (
  select campaign_id, sum(clicks) as clicks, sum(site_visits) as site_visits, sum(sign_ups) as sign_ups,
    sum(purchases) as purchases
  from {{response_days}} group by campaign_id
) d on c.campaign_id = d.campaign_id
left join (
  select credited_campaign, credit_model, sum(conversions) as conversions, sum(money) as money from ({_CREDIT}) m
  group by credited_campaign, credit_model
) k on c.campaign_id = k.credited_campaign and o.attribution_model = k.credit_model
"""

_KEYS = ("campaign_id", "attribution_model")
_GIVEN = "campaign is not null and attribution_model is not null"


def _check(name: str, sentence: str, keys, holds: str, given: str = _GIVEN) -> Check:
    return Check(f"outcomes.{name}", sentence, keys, holds, given, group="reconciliation")


def _complete() -> list[Check]:
    return [
        _check(
            "five_rows",
            "Every campaign has its five rows, one per attribution model, with or without exposures.",
            ("campaign", "model"),
            "attribution_model is not null",
            given="model is not null",
        ),
        Check(
            "structure.outcome_metrics.campaign_fk",
            "Every row's campaign exists.",
            _KEYS,
            holds="campaign is not null",
            given="attribution_model is not null",
            group="structure",
        ),
    ]


def _counts() -> list[Check]:
    pairs = (
        ("impressions", "impressions", "e_impressions"),
        ("viewable_impressions", "viewable_impressions", "e_viewable"),
        ("reach", "reach (distinct people)", "e_people"),
        ("household_reach", "household_reach (distinct households)", "e_homes"),
        ("identifier_reach", "identifier_reach (distinct household, type and value)", "e_identifiers"),
        ("clicks", "clicks", "e_clicks"),
        ("site_visits", "site_visits", "e_site_visits"),
        ("sign_ups", "sign_ups", "e_sign_ups"),
        ("conversions", "conversions (purchases of the campaign)", "e_purchases"),
    )
    checks = [
        _check(name, f"{words} equals the event tables.", (*_KEYS, name, expected), f"{name} = {expected}")
        for name, words, expected in pairs
    ]
    spend = _check(
        "spend", "spend equals the sum of cost.", (*_KEYS, "spend", "e_spend"), f"{micros('spend')} = e_spend"
    )
    return [*checks, spend]


def _credit() -> list[Check]:
    return [
        _check(
            "attributed_conversions",
            "attributed_conversions is the credit of the model, shares cut to 6 decimals, the"
            " latest exposure taking the rest; of two at one moment the lower key is the later.",
            (*_KEYS, "attributed_conversions", "e_credit"),
            f"{micros('attributed_conversions')} = e_credit",
        ),
        _check(
            "attributed_revenue",
            "attributed_revenue is the revenue by the same shares, cut to cents, the latest exposure taking the rest.",
            (*_KEYS, "attributed_revenue", "e_money"),
            f"{cents('attributed_revenue')} = e_money",
        ),
    ]


def _ratios() -> list[Check]:
    spend, credit = micros("spend"), micros("attributed_conversions")
    money = cents("attributed_revenue")
    doubles = (("ctr", "clicks", "impressions"), ("conversion_rate", "conversions", "clicks"))
    decimals = (
        ("cpm", "1000 spend / impressions", f"1000 * {spend}", "impressions"),
        ("cpc", "spend / clicks", spend, "clicks"),
        ("cpa", "spend / attributed_conversions", f"cast({spend} as decimal(38,0)) * 1000000", credit),
        ("roas", "attributed_revenue / spend", f"cast({money} as decimal(38,0)) * 10000000000", spend),
    )
    checks = [
        _check(
            name,
            f"{name} is {top} / {bottom}, null where {bottom} is 0.",
            (*_KEYS, name, top, bottom),
            f"{name} <=> case when {bottom} > 0 then cast({top} as double) / cast({bottom} as double) end",
        )
        for name, top, bottom in doubles
    ]
    checks += [
        _check(
            name,
            f"{name} is {words}, rounded half up, null where the denominator is 0.",
            (*_KEYS, name),
            f"{micros(name)} <=> {half_up(top, bottom)}",
        )
        for name, words, top, bottom in decimals
    ]
    frequency = _check(
        "avg_frequency",
        "avg_frequency is impressions / reach, null where reach is 0.",
        (*_KEYS, "avg_frequency"),
        "avg_frequency <=> case when reach > 0 then cast(impressions as double) / cast(reach as double) end",
    )
    return [*checks, frequency]


_TOTALS = f"""
select m.attribution_model, m.credit, m.money, p.purchases, p.revenue from (
  select attribution_model, sum({micros("attributed_conversions")}) as credit,
    sum({cents("attributed_revenue")}) as money
  from {{outcome_metrics}} group by attribution_model
) m cross join (select coalesce(sum(purchases), 0) as purchases, coalesce(sum(revenue), 0) as revenue
  from {{response_days}}) p
"""


def _totals() -> list[Check]:
    keys = ("attribution_model",)
    return [
        _check(
            "all_conversions_credited",
            "Per model, attributed_conversions sum to exactly the purchases that are not organic.",
            (*keys, "credit", "purchases"),
            "credit = purchases * 1000000",
            given="attribution_model is not null",
        ),
        _check(
            "all_revenue_credited",
            "Per model, attributed_revenue sums to exactly the revenue of purchases that are not organic.",
            (*keys, "money", "revenue"),
            "money = revenue",
            given="attribution_model is not null",
        ),
    ]


_DAILY = """
select d.*, coalesce(d.campaign_id, s.campaign) as campaign, coalesce(unix_date(d.metric_date), s.day) as day,
  d.campaign_id is not null as written, c.campaign_id as known_campaign,
  coalesce(s.impressions, 0) as e_impressions, coalesce(s.clicks, 0) as e_clicks,
  coalesce(s.purchases, 0) as e_purchases, coalesce(s.revenue, 0) as e_revenue,
  coalesce(s.spend, 0) as e_spend
from {campaign_daily} d
full outer join (
  select campaign_id as campaign, day, sum(impressions) as impressions, sum(clicks) as clicks,
    sum(purchases) as purchases, sum(revenue) as revenue, sum(spend) as spend
  from (
    select campaign_id, day, impressions, 0 as clicks, 0 as purchases, 0 as revenue, spend
    from {exposure_days}
    union all
    select campaign_id, day, 0, clicks, purchases, revenue, 0 from {response_days}
  ) events group by campaign_id, day
) s on d.campaign_id = s.campaign and unix_date(d.metric_date) = s.day
left join {campaigns} c on coalesce(d.campaign_id, s.campaign) = c.campaign_id
"""


def _daily() -> list[Check]:
    keys = ("campaign", "day")
    return [
        Check(
            "structure.campaign_daily.campaign_fk",
            "Every row's campaign exists.",
            keys,
            holds="known_campaign is not null",
            given="written",
            group="structure",
        ),
        Check(
            "campaign_daily.no_day_missing",
            "Every campaign and UTC date with exposures, clicks or purchases has a row.",
            keys,
            holds="written",
            given="e_impressions + e_clicks + e_purchases > 0",
            group="reconciliation",
        ),
        Check(
            "campaign_daily.sums",
            "impressions, clicks, conversions, revenue and spend equal the event tables of that UTC date.",
            (*keys, "impressions", "e_impressions", "clicks", "e_clicks", "conversions", "e_purchases"),
            holds="impressions = e_impressions and clicks = e_clicks and conversions = e_purchases"
            f" and {cents('revenue')} = e_revenue and {micros('spend')} = e_spend",
            given="written",
            group="reconciliation",
        ),
    ]
