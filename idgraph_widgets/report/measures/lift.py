"""Treated against holdout: what campaigns added, with an interval."""

from __future__ import annotations

import math

import pandas as pd

from idgraph_widgets.measurement import households_needed
from idgraph_widgets.report.measures.intervals import Z95
from idgraph_widgets.report.measures.query import ask, once_per_dataset

OUTCOMES = ("site_visit", "sign_up", "add_to_cart", "purchase")


@once_per_dataset
def arms(dataset) -> pd.DataFrame:
    """Households of each campaign's two arms and how many of them responded.

    Eligible are households with a member in the target segment; those in ``campaign_holdouts`` are the
    control. A household responds when one of its members visits, signs up, fills a cart or buys from the
    campaign's advertiser, with or without an ad, from the first day of the flight until the attribution
    window after its last.

    Returns
    -------
    DataFrame
        ``campaign_id``, ``channel``, ``objective``, ``is_held``, ``households``, and a column per outcome
        with the households that responded so.
    """
    return _groups(dataset, "is_held")


@once_per_dataset
def exposed_arms(dataset) -> pd.DataFrame:
    """The same of treated households with an exposure (``is_exposed``) and of those without; see `arms`."""
    return _groups(dataset, "is_exposed")


def _groups(dataset, by: str) -> pd.DataFrame:
    """Households of the target segments and responses, by one of two conditions.

    ``is_exposed`` leaves out those held out.
    """
    flags = ", ".join(f"max(case when r.response_type = '{o}' then 1 else 0 end) as {o}" for o in OUTCOMES)
    sums = ", ".join(f"sum(coalesce(r.{o}, 0)) as {o}" for o in OUTCOMES)
    condition = {"is_held": "h.household_id is not null", "is_exposed": "x.household_id is not null"}[by]
    return ask(
        dataset,
        f"""select e.campaign_id, c.channel, c.objective, {condition} as {by},
          count(*) as households, {sums}
        from (
          select distinct c.campaign_id, a.individual_id div 16 as household_id
          from audience_attributes a join campaigns c on a.segment_id = c.target_segment_id
        ) e
        join campaigns c on e.campaign_id = c.campaign_id
        left join campaign_holdouts h on e.campaign_id = h.campaign_id and e.household_id = h.household_id
        left join (select distinct campaign_id, household_id from campaign_exposures) x
          on e.campaign_id = x.campaign_id and e.household_id = x.household_id
        left join (
          select c.campaign_id, r.individual_id div 16 as household_id, {flags}
          from response_events r join campaigns c on r.advertiser_id = c.advertiser_id
          where unix_micros(r.response_ts) div 86400000000 >= unix_date(c.start_date)
            and unix_micros(r.response_ts) div 86400000000 < unix_date(c.end_date) + c.attribution_window_days
          group by c.campaign_id, r.individual_id div 16
        ) r on e.campaign_id = r.campaign_id and e.household_id = r.household_id
        {"where h.household_id is null" if by == "is_exposed" else ""}
        group by e.campaign_id, c.channel, c.objective, {condition}
        order by e.campaign_id, {by}""",
    )


def treated_against_holdout(dataset, by: str | None = None) -> pd.DataFrame:
    """Response rates of treated and held-out households, pooled over campaigns.

    The difference is the mean of the campaigns' own differences, weighted as Mantel and Haenszel do, so that
    a campaign with many buyers does not pass for lift.

    Parameters
    ----------
    dataset : Dataset
    by : {"channel", "objective"}, optional
        Pool within each of these.

    Returns
    -------
    DataFrame
        ``group`` (``all``, or a value of `by`), ``outcome``, ``treated``, ``held_out`` (households),
        ``treated_rate``, ``held_out_rate``, ``difference`` (share of households), ``low``, ``high`` (95 %
        interval). Rates and interval are null where an arm is empty.
    """
    found = arms(dataset)
    groups = [("all", found)] if by is None else sorted(found.groupby(by), key=lambda item: item[0])
    rows = [(name, outcome, *_pooled(part, outcome)) for name, part in groups for outcome in OUTCOMES]
    names = ["treated", "held_out", "treated_rate", "held_out_rate", "difference", "low", "high"]
    return pd.DataFrame(rows, columns=["group", "outcome", *names])


def holdout_and_exposed(dataset) -> pd.DataFrame:
    """Households that buy: treated less held out, and exposed less unexposed, which takes activity for an effect.

    Returns
    -------
    DataFrame
        As `treated_against_holdout`, for purchases; ``group`` is ``holdout`` or ``exposed``.
    """
    found = treated_against_holdout(dataset)
    fair = found[found.outcome == "purchase"].assign(group="holdout")
    exposed = exposed_arms(dataset)
    biased = ("exposed", "purchase", *_pooled(exposed.assign(is_held=~exposed.is_exposed.astype(bool)), "purchase"))
    return pd.concat([fair, pd.DataFrame([biased], columns=list(fair.columns))], ignore_index=True)


def households_for_lift(dataset, half_width: float) -> int | None:
    """Households it would take to tell the lift of a usual campaign, by its holdout, to within `half_width`.

    From households that bought, as many in the median campaign as in this dataset; None where that is nobody, or nobody
    was held out.
    """
    found = arms(dataset)
    bought = found.groupby("campaign_id").purchase.sum().median() if len(found) else 0
    share = found.households[found.is_held.astype(bool)].sum() / max(1, found.households.sum())
    if not bought or not 0 < share < 1:
        return None
    homes = dataset.config.household_config.num_households
    return households_needed(float(bought) / homes, half_width, share, clustering=1.0)


def _pooled(part: pd.DataFrame, outcome: str):
    held = part.is_held.astype(bool)
    treated, control = part[~held].set_index("campaign_id"), part[held].set_index("campaign_id")
    n1, n0 = int(treated.households.sum()), int(control.households.sum())
    if not n1 or not n0:
        return n1, n0, None, None, None, None, None
    difference = variance = weight = 0.0
    for campaign in treated.index.intersection(control.index):
        a, n = float(treated.at[campaign, outcome]), float(treated.at[campaign, "households"])
        b, m = float(control.at[campaign, outcome]), float(control.at[campaign, "households"])
        w = n * m / (n + m)
        difference += w * (a / n - b / m)
        # Half a response more in each arm keeps a small arm without responses from looking certain.
        p, q = (a + 0.5) / (n + 1), (b + 0.5) / (m + 1)
        variance += w * w * (p * (1 - p) / n + q * (1 - q) / m)
        weight += w
    if not weight:
        return n1, n0, None, None, None, None, None
    difference, half = difference / weight, Z95 * math.sqrt(variance) / weight
    rates = treated[outcome].sum() / n1, control[outcome].sum() / n0
    return n1, n0, float(rates[0]), float(rates[1]), difference, difference - half, difference + half
