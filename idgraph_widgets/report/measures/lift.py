"""Treated against holdout, and other comparisons that are made in its place: what campaigns added, with an interval."""

from __future__ import annotations

import math

import pandas as pd

from idgraph_widgets.report.measures.intervals import Z95
from idgraph_widgets.report.measures.query import ask, once_per_dataset

OUTCOMES = ("site_visit", "sign_up", "add_to_cart", "purchase")


COMPARISONS = {
    "treated": "treated, against held out",
    "reached": "reached, against held out but within reach",
    "exposed": "exposed, against not exposed",
}
"""Ways to estimate what campaigns added; the first two are fair."""

_ELIGIBLE = """select distinct c.campaign_id, a.individual_id div 16 as household_id
          from audience_attributes a join campaigns c on a.segment_id = c.target_segment_id"""

_ARMS = {
    "treated": f"""select e.campaign_id, e.household_id, h.household_id is not null as is_held from ({_ELIGIBLE}) e
        left join campaign_holdouts h on e.campaign_id = h.campaign_id and e.household_id = h.household_id""",
    "reached": """select o.campaign_id, o.household_id, h.household_id is not null as is_held
        from campaign_opportunities o
        left join campaign_holdouts h on o.campaign_id = h.campaign_id and o.household_id = h.household_id""",
    "exposed": f"""select e.campaign_id, e.household_id, x.household_id is null as is_held from ({_ELIGIBLE}) e
        left anti join campaign_holdouts h on e.campaign_id = h.campaign_id and e.household_id = h.household_id
        left join (select distinct campaign_id, household_id from campaign_exposures) x
          on e.campaign_id = x.campaign_id and e.household_id = x.household_id""",
}
"""By comparison: the households of each campaign, and which of them are the control."""


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
    return _responding(dataset, "treated")


def _responding(dataset, comparison: str) -> pd.DataFrame:
    flags = ", ".join(f"max(case when r.response_type = '{o}' then 1 else 0 end) as {o}" for o in OUTCOMES)
    sums = ", ".join(f"sum(coalesce(r.{o}, 0)) as {o}" for o in OUTCOMES)
    return ask(
        dataset,
        f"""select e.campaign_id, c.channel, c.objective, e.is_held, count(*) as households, {sums}
        from ({_ARMS[comparison]}) e
        join campaigns c on e.campaign_id = c.campaign_id
        left join (
          select c.campaign_id, r.individual_id div 16 as household_id, {flags}
          from response_events r join campaigns c on r.advertiser_id = c.advertiser_id
          where unix_micros(r.response_ts) div 86400000000 >= unix_date(c.start_date)
            and unix_micros(r.response_ts) div 86400000000 < unix_date(c.end_date) + c.attribution_window_days
          group by c.campaign_id, r.individual_id div 16
        ) r on e.campaign_id = r.campaign_id and e.household_id = r.household_id
        group by e.campaign_id, c.channel, c.objective, e.is_held
        order by e.campaign_id, e.is_held""",
    )


@once_per_dataset
def comparisons(dataset) -> pd.DataFrame:
    """Buying households, estimated in several ways, beside the truth.

    Returns
    -------
    DataFrame
        As `treated_against_holdout` for purchases, a row for each of `COMPARISONS`, and ``truth``: households per
        household of the first arm with a purchase that the campaign created.
    """
    created = ask(
        dataset,
        """select count(*) as n from (
          select distinct x.campaign_id, r.individual_id div 16 as household_id
          from truth_conversion t join campaign_exposures x on t.causing_exposure_id = x.exposure_id
          join response_events r on t.response_id = r.response_id)""",
    ).n[0]
    rows = []
    for comparison, name in COMPARISONS.items():
        found = arms(dataset) if comparison == "treated" else _responding(dataset, comparison)
        pooled = _pooled(found, "purchase")
        rows.append((name, "purchase", *pooled, float(created) / pooled[0] if pooled[0] else None))
    return pd.DataFrame(rows, columns=[*_POOLED, "truth"])


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
    return pd.DataFrame(rows, columns=_POOLED)


_POOLED = [
    "group", "outcome", "treated", "held_out", "treated_rate", "held_out_rate", "difference", "low", "high"
]  # fmt: skip


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
