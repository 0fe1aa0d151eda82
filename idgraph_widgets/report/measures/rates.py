"""Configured rates beside the shares the tables show, with the interval chance allows."""

from __future__ import annotations

from idgraph_widgets.report.measures import cubes
from idgraph_widgets.report.measures.comparison import Rate
from idgraph_widgets.report.measures.query import ask, once_per_dataset


def rates(dataset) -> list[Rate]:
    """Every configured rate that can be read from the tables.

    Returns
    -------
    list of Rate
    """
    return [*_identity(dataset), *_engagement(dataset), *_delivery(dataset), *_response(dataset)]


def _identity(dataset) -> list[Rate]:
    config = dataset.config.demographics_config
    identity, ages = config.identity_mappings, cubes.people_by_age(dataset)
    adults = ages[ages.age >= 18]
    return [
        Rate(
            "email_opt_in", "identifiers", "People who agree to e-mail advertising", "adults",
            identity.email_opt_in_share, int(adults.opted_in.sum()), int(adults.people.sum()),
        ),
        Rate(
            "probabilistic", "identifiers", "Links found without a log-in",
            "unshared cookie and mobile identifiers alive at the start", identity.probabilistic_share,
            *_guessed(dataset),
            "A false link has the life of the row it repeats.",
        ),
        Rate(
            "holdout", "campaigns", "Holdout", "eligible households over all campaigns",
            dataset.config.campaign_config.holdout_share, *_holdout(dataset),
        ),
    ]  # fmt: skip


@once_per_dataset
def _guessed(dataset) -> tuple[int, int]:
    """Probabilistic rows, and all rows, among the unshared identifiers that were there at the start."""
    found = ask(
        dataset,
        """select sum(case when match_type = 'probabilistic' then 1 else 0 end) as guessed, count(*) as links
        from identity_mappings
        where identifier_type in ('cookie', 'idfa', 'gaid') and not is_shared
          and unix_micros(first_seen_ts) = (select min(unix_micros(first_seen_ts)) from identity_mappings)""",
    ).iloc[0]
    return int(found.guessed or 0), int(found.links or 0)


@once_per_dataset
def _holdout(dataset) -> tuple[int, int]:
    """Held-out and eligible households, summed over campaigns."""
    found = ask(
        dataset,
        """select sum(case when h.household_id is not null then 1 else 0 end) as held, count(*) as eligible
        from (
          select distinct c.campaign_id, a.individual_id div 16 as household_id
          from audience_attributes a join campaigns c on a.segment_id = c.target_segment_id
        ) e left join campaign_holdouts h
          on e.campaign_id = h.campaign_id and e.household_id = h.household_id""",
    ).iloc[0]
    return int(found.held or 0), int(found.eligible or 0)


def _engagement(dataset) -> list[Rate]:
    config, kinds = dataset.config.engagement_config, cubes.engagements_by_kind(dataset)
    by = kinds.groupby("engagement_type")["events"].sum()
    click, share, view, complete = (int(by.get(k, 0)) for k in ("click", "share", "view", "complete"))
    every = click + share + view + complete
    of = "engagements"
    cut = "A click or share needs an earlier view in its session, and sessions are cut where an identifier's life ends."
    return [
        Rate("click_share", "engagement", "Clicks", of, config.click_share, click, every, cut),
        Rate("share_share", "engagement", "Shares", of, config.share_share, share, every, cut),
        Rate(
            "completion_share",
            "engagement",
            "Views that reach the end",
            "views",
            config.completion_share,
            complete,
            view + complete,
        ),
    ]


def _delivery(dataset) -> list[Rate]:
    config, found = dataset.config.campaign_config, []
    for row in cubes.exposures_by_channel(dataset).itertuples():
        found.append(
            Rate(
                f"viewability_{row.channel}",
                "delivery",
                f"Viewable impressions, {row.channel}",
                "impressions",
                config.viewability[row.channel],
                int(row.viewable),
                int(row.impressions),
            )
        )
        if row.channel in config.completion_rates:
            found.append(
                Rate(
                    f"completion_{row.channel}",
                    "delivery",
                    f"Ads played to the end, {row.channel}",
                    "impressions",
                    config.completion_rates[row.channel],
                    int(row.played),
                    int(row.with_play),
                )
            )
    return found


def _response(dataset) -> list[Rate]:
    config, kinds = dataset.config.campaign_config, cubes.responses_by_kind(dataset)
    shown = cubes.exposures_by_channel(dataset).set_index("channel")["impressions"]
    clicks = kinds[kinds.response_type == "click"].groupby("channel")["responses"].sum()
    worn = (
        "Ads wear out around this mean over a flight, so flights that the window cuts short show a higher rate."
        if config.wear_out
        else ""
    )
    found = [
        Rate(
            f"ctr_{channel}",
            "response",
            f"Click-through rate, {channel}",
            "impressions",
            config.click_through_rates[channel],
            int(clicks.get(channel, 0)),
            int(impressions),
            worn,
        )
        for channel, impressions in shown.items()
    ]
    cut = "Responses that would fall after the window, or after the attribution window, are not written."
    for name, title, kind, parent in (
        ("click_to_visit", "Clicks that become a site visit", "site_visit", "click"),
        ("visit_to_sign_up", "Visits that become a sign-up", "sign_up", "site_visit"),
        ("visit_to_cart", "Visits that fill a cart", "add_to_cart", "site_visit"),
        ("cart_to_purchase", "Carts that become a purchase", "purchase", "add_to_cart"),
    ):
        followed = _sum(kinds[(kinds.response_type == kind) & (kinds.after == parent)], "responses")
        of = _sum(kinds[kinds.response_type == parent], "responses")
        words = {"click": "clicks", "site_visit": "site visits", "add_to_cart": "carts"}[parent]
        found.append(Rate(name, "response", title, words, getattr(config, name), followed, of, cut))
    return found


def _sum(frame, column: str) -> int:
    return int(frame[column].sum())
