"""What one person did and saw, identifier by identifier, and which ads came before a purchase."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from idgraph_widgets.errors import StorageError
from idgraph_widgets.report.measures.campaigns import campaign_credit
from idgraph_widgets.report.measures.query import ask

EVENTS = 2_000
"""Events of one kind that are shown, at most: the first."""


@dataclass
class Journey:
    """One person's time in the window.

    Parameters
    ----------
    individual_id : int
    summary : str
    lanes : DataFrame
        An identifier per row: ``mapping_id``, ``label``, ``first``, ``last``, ``is_true``, ``confidence``.
    events : DataFrame
        ``mapping_id`` (null for responses without an exposure), ``when``, ``kind`` (engagement, exposure,
        response), ``what`` (its type), ``about``, ``key``.
    ads : DataFrame
        Per purchase and ad that may be credited for it; see `person_ads`.
    credit : DataFrame
        What these ads' campaigns are credited with; see `campaign_credit`.
    cut : bool
        Whether there were more events than are shown.
    """

    individual_id: int
    summary: str
    lanes: pd.DataFrame
    events: pd.DataFrame
    ads: pd.DataFrame
    credit: pd.DataFrame
    cut: bool = False


def known_person(dataset, key: int) -> pd.DataFrame:
    """The row of a person, with the place where they live.

    Raises
    ------
    StorageError
        The dataset has no such person.
    """
    person = ask(
        dataset,
        f"""select i.*, h.state, h.city
        from individuals i join households h on i.household_id = h.household_id
        where i.individual_id = {key}""",
    )
    if person.empty:
        raise StorageError(
            f"There is no person {key}. A person's number is household number x 16 + 1, 2, … (1 is the householder)."
        )
    return person


def person_journey(dataset, individual_id: int) -> Journey:
    """A lane per identifier with engagements and exposures, the responses, and the ads before purchases.

    Raises
    ------
    StorageError
        The dataset has no such person.
    """
    key = int(individual_id)
    person = known_person(dataset, key)
    lanes = _lanes(dataset, key)
    parts = [_engagements(dataset, key), _exposures(dataset, key), _responses(dataset, key)]
    cut = any(len(part) >= EVENTS for part in parts)
    # A column of nothing but nulls has no type that could be joined to another.
    parts = [part.astype({"mapping_id": "Int64"}) for part in parts]
    filled = [part for part in parts if len(part)]
    events = pd.concat(filled, ignore_index=True) if filled else parts[0]
    ads = person_ads(dataset, key)
    credit = campaign_credit(dataset, ads.campaign_id.unique())
    return Journey(key, _summary(person.iloc[0]), lanes, events, ads, credit, cut)


def _summary(row) -> str:
    work = "" if row.employment_status == "none" else f", {row.employment_status.replace('_', ' ')}"
    person = f"{row.first_name} {row.last_name}, {row.age}, {row.gender}, {row.role}{work}"
    return f"{person}; {row.city}, {row.state}"


def _lanes(dataset, key: int) -> pd.DataFrame:
    found = ask(
        dataset,
        f"""select m.mapping_id, m.identifier_type, m.device_type, m.platform, m.browser, m.identifier_value,
          m.first_seen_ts as first, least(m.last_seen_ts, coalesce(m.opted_out_ts, m.last_seen_ts)) as last,
          t.relation in ('owner', 'co_user') as is_true, m.confidence, m.is_shared
        from identity_mappings m join truth_identity t on m.mapping_id = t.mapping_id
        where m.individual_id = {key} order by m.identifier_type, m.first_seen_ts, m.mapping_id""",
    )
    found["label"] = [_label(row) for row in found.itertuples()]
    names = ["mapping_id", "label", "first", "last", "is_true", "confidence", "is_shared"]
    return found[names]


def _label(row) -> str:
    place = row.browser if pd.notna(row.browser) else row.platform
    where = f" · {place}" if pd.notna(place) else ""
    value = row.identifier_value
    short = value if len(value) <= 14 else f"{value[:6]}…{value[-6:]}"
    return f"{row.identifier_type}{where}".replace("_", " ") + f" · {short}"


def _engagements(dataset, key: int) -> pd.DataFrame:
    return ask(
        dataset,
        f"""select mapping_id, engagement_ts as when, 'engagement' as kind, engagement_type as what,
          concat(content_category, ', ', content_type, ' at ', publisher) as about, engagement_id as key
        from content_engagements where individual_id = {key}
        order by engagement_ts, engagement_id limit {EVENTS}""",
    )


def _exposures(dataset, key: int) -> pd.DataFrame:
    return ask(
        dataset,
        f"""select x.mapping_id, x.exposure_ts as when, 'exposure' as kind, c.channel as what,
          concat(c.campaign_name, case when x.is_viewable then '' else ' (not viewable)' end) as about,
          x.exposure_id as key
        from campaign_exposures x join campaigns c on x.campaign_id = c.campaign_id
        where x.individual_id = {key} order by x.exposure_ts, x.exposure_id limit {EVENTS}""",
    )


def _responses(dataset, key: int) -> pd.DataFrame:
    return ask(
        dataset,
        f"""select x.mapping_id, r.response_ts as when, 'response' as kind, r.response_type as what,
          concat(r.conversion_path,
            case when r.revenue is null then '' else concat(', ', cast(r.revenue as string), ' USD') end
          ) as about, r.response_id as key
        from response_events r left join (
          select exposure_id, mapping_id from campaign_exposures where individual_id = {key}
        ) x on r.exposure_id = x.exposure_id
        where r.individual_id = {key} order by r.response_ts, r.response_id limit {EVENTS}""",
    )


def person_ads(dataset, individual_id: int) -> pd.DataFrame:
    """The ads that may be credited for a person's purchases: of the same advertiser, within the attribution window.

    Returns
    -------
    DataFrame
        ``response_id``, ``exposure_id``, ``campaign_id``, ``seen`` and ``bought`` (microseconds), ``revenue`` (USD),
        ``caused`` (whether that ad caused the purchase, from the truth).
    """
    return ask(
        dataset,
        f"""select r.response_id, x.exposure_id, x.campaign_id, unix_micros(x.exposure_ts) as seen,
          unix_micros(r.response_ts) as bought, r.revenue,
          coalesce(t.causing_exposure_id = x.exposure_id, false) as caused
        from response_events r
        join campaigns c on r.advertiser_id = c.advertiser_id
        join campaign_exposures x on x.campaign_id = c.campaign_id and x.individual_id = r.individual_id
        left join truth_conversion t on r.response_id = t.response_id
        where r.individual_id = {int(individual_id)} and r.response_type = 'purchase'
          and r.conversion_path <> 'organic' and x.exposure_ts < r.response_ts
          and unix_micros(r.response_ts) - unix_micros(x.exposure_ts)
            <= cast(c.attribution_window_days as bigint) * 86400000000
        order by r.response_ts, r.response_id, x.exposure_ts, x.exposure_id""",
    )


def notable_people(dataset, limit: int = 12) -> pd.DataFrame:
    """People whose journey shows most: purchases that many ads are credited for, then other responses.

    Returns
    -------
    DataFrame
        ``individual_id``, ``name``, ``age``, ``ads`` (seen before a purchase that they may be credited for),
        ``purchases``, ``responses``.
    """
    return ask(
        dataset,
        f"""select r.individual_id, concat(i.first_name, ' ', i.last_name) as name, i.age, r.ads, r.purchases,
          r.responses
        from (
          select a.individual_id, coalesce(t.ads, 0) as ads, a.purchases, a.responses
          from (
            select individual_id, count(*) as responses,
              sum(case when response_type = 'purchase' then 1 else 0 end) as purchases
            from response_events group by individual_id
          ) a left join (
            select r.individual_id, count(*) as ads
            from response_events r join campaigns c on r.advertiser_id = c.advertiser_id
            join campaign_exposures x on x.campaign_id = c.campaign_id and x.individual_id = r.individual_id
            where r.response_type = 'purchase' and r.conversion_path <> 'organic'
              and x.exposure_ts < r.response_ts
            group by r.individual_id
          ) t on a.individual_id = t.individual_id
          order by ads desc, purchases desc, responses desc, individual_id limit {int(limit)}
        ) r join individuals i on r.individual_id = i.individual_id
        order by r.ads desc, r.purchases desc, r.responses desc, r.individual_id""",
    )
