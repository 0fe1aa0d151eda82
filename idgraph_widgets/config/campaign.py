"""Campaigns: how many, on which channels, for what price, how often seen, and what they achieve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from idgraph_widgets.config.kinds import Choices, Integer, Real
from idgraph_widgets.config.mappings import Caps, Numbers, Shares
from idgraph_widgets.config.section import Section, Source, setting
from idgraph_widgets.schema.campaigns import CAP_SCOPES, CHANNELS, COMPLETION_CHANNELS, OBJECTIVES

_PLAN, _PRICES, _DELIVERY, _WANTS, _RESPONSE = "Campaigns", "Budget and prices", "Delivery", "Wants", "Response"
_DESIGN_RATE = Source("no published figure found; a choice made for this library", None, "design")


def _default_caps() -> dict[str, dict[str, Any]]:
    caps = {channel: {"daily": 3, "weekly": 10, "scope": "person"} for channel in CHANNELS}
    caps["ctv"] = {"daily": 2, "weekly": 7, "scope": "household"}
    caps["display"]["scope"] = "identifier"
    return caps


@dataclass
class CampaignConfig(Section):
    """Campaigns, their delivery and their effect."""

    campaigns_per_period: int = setting(
        12,
        Integer(1, 500),
        "Campaigns per 30 days",
        unit="campaigns",
        group=_PLAN,
        help="Counted from start_date; independent of end_date.",
    )
    num_advertisers: int = setting(
        8,
        Integer(1, 1000),
        "Advertisers",
        unit="advertisers",
        group=_PLAN,
        help="A fixed pool of fictional advertisers that campaigns draw from.",
    )
    channel_mix: dict[str, float] = setting(
        {"search": 0.10, "social": 0.22, "display": 0.26, "video": 0.14, "ctv": 0.14, "audio": 0.06, "email": 0.08},
        Shares(CHANNELS, what="channel"),
        "Campaigns by channel",
        unit="share of campaigns",
        group=_PLAN,
        help="Of campaigns, not of spend.",
    )
    objective_mix: dict[str, float] = setting(
        {"awareness": 0.35, "consideration": 0.30, "conversion": 0.35},
        Shares(OBJECTIVES, what="objective"),
        "Campaigns by objective",
        unit="share of campaigns",
        group=_PLAN,
        help="What the advertiser wants to achieve.",
    )
    flight_days: dict[str, int] = setting(
        {"min": 14, "max": 42},
        Numbers(("min", "max"), 1, 365, what="bound", whole=True),
        "Length of a flight",
        unit="days",
        group=_PLAN,
        help="Drawn between min and max, both included.",
    )
    budget_factor: dict[str, float] = setting(
        {"min": 0.7, "max": 1.4},
        Numbers(("min", "max"), 0.001, 1_000, what="bound"),
        "Budget of a campaign",
        unit="relative to the expected cost of what can be delivered",
        group=_PRICES,
        help="Drawn between min and max; what can be delivered grows with the number of households.",
        source=_DESIGN_RATE,
    )
    bid_prices: dict[str, float] = setting(
        {"search": 4.0, "social": 12.0, "display": 5.0, "video": 16.0, "ctv": 25.0, "audio": 14.0, "email": 3.0},
        Numbers(CHANNELS, 0.01, 1000, what="channel"),
        "Price",
        unit="USD per click (cpc_channels) or per 1,000 impressions",
        group=_PRICES,
        help="Central price of a channel; campaigns vary around it.",
        source=Source(
            "Full Moon Digital CPM table 2025 (social, display, video, audio: inside its ranges; seen), Ad "
            "Age agency data 2024 (ctv 25.68; seen-2), WordStream 2025 (search 5.26 a click; default 4 of 3 "
            "to 5); email from memory",
            2025,
            "memory",
        ),
    )
    cpc_channels: list[str] = setting(
        ["search"],
        Choices(CHANNELS),
        "Channels priced per click",
        unit="",
        group=_PRICES,
        help="The others are priced per 1,000 impressions. A channel without clicks cannot be priced so.",
    )
    frequency_caps: dict[str, dict[str, Any]] = setting(
        _default_caps,
        Caps(CHANNELS, CAP_SCOPES),
        "Frequency caps",
        unit="impressions per scope",
        group=_DELIVERY,
        help="Hold in every window of 24 and of 168 hours, for the scope: an identifier, a person or a household.",
        source=Source("trade practice: 2-3 a day, 5-10 a week", None, "memory"),
    )
    holdout_share: float = setting(
        0.10,
        Real(0, 0.5),
        "Holdout",
        unit="share of eligible households",
        group=_DELIVERY,
        help="Households kept from seeing a campaign, so that its lift can be measured.",
    )
    reach_share: float = setting(
        0.80,
        Real(0.001, 1),
        "Reach",
        unit="share of eligible cap scopes",
        group=_DELIVERY,
        help="How many of the eligible identifiers, people or households a campaign gets to, for a segment of 8 % of "
        "adults; narrower ones are reached more, broader ones less.",
    )
    impressions_per_view: float = setting(
        0.7,
        Real(0.0001, 1),
        "Impressions per view",
        unit="impressions of a campaign per view with a place for it, mean",
        group=_DELIVERY,
        help="Display, video, CTV, audio and social ads appear in sessions of the people reached, at most two of a "
        "campaign in each; how often people see it follows from their sessions, before caps and budget.",
        source=Source(
            "with it, homes that are reached see about 6 ads; Innovid: 7.42 per household and CTV campaign in 2023",
            2023,
            "design",
        ),
    )
    mailings_per_week: float = setting(
        2.0,
        Real(0.01, 7),
        "Mailings per week",
        unit="e-mails of a campaign to everybody it reaches, mean",
        group=_DELIVERY,
        help="Before caps and budget.",
        source=_DESIGN_RATE,
    )
    search_visit_share: float = setting(
        0.40,
        Real(0, 1),
        "Visits that begin with a search",
        unit="share of visits without an ad",
        group=_WANTS,
        help="Search ads answer searches: most of these visits would have happened without one.",
        source=_DESIGN_RATE,
    )
    searches_per_week: float = setting(
        5.0,
        Real(0, 50),
        "Searches for a want",
        unit="searches a week in a spell of usual strength",
        group=_WANTS,
        help="Searches for a category of products that lead to no advertiser of the dataset; search ads answer them.",
        source=_DESIGN_RATE,
    )
    market_sigma: float = setting(
        0.8,
        Real(0, 2),
        "Spread of delivery over markets",
        unit="sigma of the logarithm of a campaign's delivery in a TV market",
        group=_DELIVERY,
        help="Where a campaign runs more than elsewhere; models of marketing mix live on it.",
        source=_DESIGN_RATE,
    )
    dark_market_share: float = setting(
        0.20,
        Real(0, 0.95),
        "Dark markets",
        unit="share of a campaign's TV markets without delivery",
        group=_DELIVERY,
        help="Drawn for each campaign and market.",
        source=_DESIGN_RATE,
    )
    demand_sigma: float = setting(
        0.15,
        Real(0, 0.5),
        "Shocks of demand",
        unit="sigma of the logarithm of visits in a category, market and week",
        group=_WANTS,
        help="Visits without an ad rise and fall with them.",
        source=_DESIGN_RATE,
    )
    ramp_up_days: int = setting(
        3,
        Integer(0, 30),
        "Ramp-up of a flight",
        unit="days",
        group=_DELIVERY,
        help="Delivery grows evenly from a small part on the first day to all of it after these days; 0: at once.",
        source=Source("learning phases of ad platforms last some days; the number is a choice", None, "design"),
    )
    viewability: dict[str, float] = setting(
        {"search": 1.0, "social": 0.70, "display": 0.72, "video": 0.68, "ctv": 0.93, "audio": 1.0, "email": 0.356},
        Numbers(CHANNELS, 0, 1, what="channel"),
        "Viewable impressions",
        unit="share of impressions",
        group=_DELIVERY,
        help="Differs by device and placement around this. For email: opened. Search and audio have no standard of "
        "viewability and count as viewable.",
        source=Source(
            "IAS Media Quality Report, H1 2021 (display on desktop .716, video .682, ctv .932; seen), "
            "Mailchimp (opens .356; seen-2); social, search and audio by choice",
            2021,
            "design",
        ),
    )
    completion_rates: dict[str, float] = setting(
        {"video": 0.82, "ctv": 0.95, "audio": 0.95},
        Numbers(COMPLETION_CHANNELS, 0, 1, what="channel"),
        "Ads played to the end",
        unit="share of impressions",
        group=_DELIVERY,
        help="Only channels with ads that play; differs by device and placement around this.",
        source=Source(
            "Extreme Reach, Q2 2019 (video: between .83 on desktop and .81 on mobile; ctv .95; seen); audio "
            "from memory",
            2019,
            "memory",
        ),
    )
    click_through_rates: dict[str, float] = setting(
        {
            "search": 0.066,
            "social": 0.015,
            "display": 0.002,
            "video": 0.003,
            "ctv": 0.0,
            "audio": 0.001,
            "email": 0.026,
        },
        Numbers(CHANNELS, 0, 0.5, what="channel"),
        "Click-through rate",
        unit="clicks per impression",
        group=_RESPONSE,
        help="Channels at 0 are not clickable. Orders of size: the published rates come from different populations.",
        source=Source(
            "WordStream and LocaliQ 2025 (search .0666, social .0151; seen-2), Mailchimp 2023 (email .0262; "
            "seen-2); display between .0046 and a rule of thumb of .001; video and audio from memory",
            2025,
            "memory",
        ),
    )
    wear_out: float = setting(
        0.5,
        Real(0, 1.5),
        "Wear-out of a flight",
        unit="share of the mean effect",
        group=_RESPONSE,
        help="By how much clicks per impression fall from the first to the last moment of a flight, evenly and around "
        "the configured rates; 0: not at all.",
        source=_DESIGN_RATE,
    )
    click_to_visit: float = setting(
        0.70,
        Real(0, 1),
        "Clicks that become a site visit",
        unit="share of clicks",
        group=_RESPONSE,
        help="The rest leaves before the page is there.",
        source=_DESIGN_RATE,
    )
    visit_to_sign_up: float = setting(
        0.08,
        Real(0, 1),
        "Visits that become a sign-up",
        unit="share of visits",
        group=_RESPONSE,
        help="Of all site visits.",
        source=Source(
            "a choice near the conversion of clicks to leads (WordStream 2025: search .075, social .083)",
            2025,
            "design",
        ),
    )
    visit_to_cart: float = setting(
        0.12,
        Real(0, 1),
        "Visits that fill a cart",
        unit="share of visits",
        group=_RESPONSE,
        help="Of all site visits.",
        source=_DESIGN_RATE,
    )
    cart_to_purchase: float = setting(
        0.30,
        Real(0, 1),
        "Carts that become a purchase",
        unit="share of carts",
        group=_RESPONSE,
        help="With visit_to_cart it gives the purchases per visit.",
        source=Source(
            "a choice; with visit_to_cart 3.6 % of visits buy, against 1.9-3 % per shop session (Triple Whale 2026)",
            2026,
            "design",
        ),
    )
    organic_visits_per_person_90_days: float = setting(
        2.0,
        Real(0, 20),
        "Visits without an ad",
        unit="site visits per adult in 90 days, mean",
        group=_RESPONSE,
        help="Over all advertisers, in spells of intent and without.",
        source=_DESIGN_RATE,
    )
    intents_at_a_time: float = setting(
        0.6,
        Real(0, 2),
        "Wants at a time",
        unit="spells of intent per adult, mean",
        group=_WANTS,
        help="For how many categories of products an adult is in the market at a time, on average; three at most.",
        source=_DESIGN_RATE,
    )
    intent_days: dict[str, float] = setting(
        {"median": 21.0, "sigma": 0.6},
        Numbers(("median", "sigma"), 0.01, 60, what="parameter"),
        "Length of a want",
        unit="days; sigma of its logarithm",
        group=_WANTS,
        help="Lognormal, cut at 90 days.",
        source=_DESIGN_RATE,
    )
    intent_sigma: float = setting(
        0.6,
        Real(0, 2),
        "Spread of strength",
        unit="sigma of the logarithm of a want's strength",
        group=_WANTS,
        help="How much more often a strong want leads to a visit than a weak one.",
        source=_DESIGN_RATE,
    )
    intent_visit_share: float = setting(
        0.8,
        Real(0, 1),
        "Visits that come from a want",
        unit="share of visits without an ad",
        group=_WANTS,
        help="The rest is made by anybody, at any time, to any advertiser.",
        source=_DESIGN_RATE,
    )
    intent_session_share: float = setting(
        0.3,
        Real(0, 0.5),
        "Sessions that turn to a want",
        unit="share of sessions within a spell of usual strength",
        group=_WANTS,
        help="Who wants a product reads and watches things about it: so segments of people in the market find some.",
        source=_DESIGN_RATE,
    )
    intent_click_odds: float = setting(
        2.5,
        Real(1, 10),
        "Clicks about a want",
        unit="times as many as in other sessions",
        group=_WANTS,
        help="Who wants a product clicks more often on content about it. Over all sessions clicks stay as configured.",
        source=_DESIGN_RATE,
    )
    shopping_sigma: float = setting(
        0.9,
        Real(0, 2),
        "Spread of shopping",
        unit="sigma of the logarithm of a person's visits",
        group=_WANTS,
        help="How much more often some people shop than others who want the same.",
        source=_DESIGN_RATE,
    )
    shopping_activity: float = setting(
        0.5,
        Real(0, 1),
        "Shopping and time online",
        unit="power of a person's activity",
        group=_WANTS,
        help="Who is online more visits more advertisers, and sees more ads: so exposed people buy more anyway.",
        source=_DESIGN_RATE,
    )
    ad_lift: float = setting(
        0.08,
        Real(0, 5),
        "Lift by advertising",
        unit="relative to a person's own purchases",
        group=_RESPONSE,
        help="How many purchases ads add to those that would have happened anyway, while they work in full: with every "
        "viewable impression more, each fading by half in a week, and not beyond the attribution window.",
        source=Source("5-10 % of baseline for exposed people, by choice", None, "design"),
    )
    ad_adstock: float = setting(
        0.5,
        Real(0, 1),
        "Effect of one impression",
        unit="share of the full lift",
        group=_RESPONSE,
        help="What a viewable impression adds; impressions add up to the full lift, and each halves in a week.",
        source=_DESIGN_RATE,
    )
    click_readiness_sigma: float = setting(
        1.2,
        Real(0, 2),
        "Spread of readiness to click",
        unit="sigma of the logarithm of a person's click-through rate",
        group=_RESPONSE,
        help="Some click often, most hardly ever.",
        source=_DESIGN_RATE,
    )
    capture_minutes: int = setting(
        30,
        Integer(1, 1440),
        "Visits taken by a click",
        unit="minutes after an impression",
        group=_RESPONSE,
        help="Who was about to visit anyway and has just seen a clickable ad goes there by a click on it.",
        source=_DESIGN_RATE,
    )
    attribution_window_days: int = setting(
        30,
        Integer(1, 90),
        "Attribution window",
        unit="days",
        group=_RESPONSE,
        help="How long after an exposure a response may be credited to it.",
        source=Source("Google Ads default for clicks, read in trade guides", 2026, "seen-2"),
    )
    basket_value: dict[str, float] = setting(
        {"median": 95.0, "sigma": 0.8},
        Numbers(("median", "sigma"), 0, 10_000, what="parameter"),
        "Value of a purchase",
        unit="USD; sigma of its logarithm",
        group=_RESPONSE,
        help="Lognormal: mean = median x exp(sigma² / 2), about 130 USD by default.",
        source=Source("order value about 130 USD (compilations), sigma about .8", 2024, "memory"),
    )
