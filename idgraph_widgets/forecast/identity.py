"""How many identifiers of each type a configuration gives: one model for the estimate and for the studio's plot.

It says in the terms of the configuration what the generators draw: devices and addresses people and homes have, their
renewals in the window, the share that is observed, and the links that go astray.
"""

from __future__ import annotations

import math
from statistics import NormalDist

from idgraph_widgets.config.browsers import browsers_by_device, third_party_by_device
from idgraph_widgets.config.generation import GenerationConfig
from idgraph_widgets.config.identity import COUPLED_ADULTS, OBSERVED_TYPES, IdentityConfig
from idgraph_widgets.forecast.people import ADULT, TEEN, People, people_between
from idgraph_widgets.schema.identity_mappings import BROWSERS

_MAX_EMAILS, _MAX_TVS = 4, 4
_SHORT_LIVED = 0.2
"""Observation of Safari's cookies relative to others."""
_LONGEST_COOKIE = 400 * 2 / 3
"""Mean life of the longest-lived profile, days."""
_LIVES = 64
_LENGTHS = tuple(2 ** ((i - 7.5) / 8) for i in range(16))
"""Lengths of a home's lease and of the life of a phone relative to the median."""


def mappings_by_type(config: GenerationConfig) -> dict[str, float]:
    """Expected rows of ``identity_mappings`` per household by observed type, before calibration.

    Parameters
    ----------
    config : GenerationConfig

    Returns
    -------
    dict of str to float
        In the order of `OBSERVED_TYPES`: cookies by scope, IDFA and GAID together.
    """
    identity, people = config.demographics_config.identity_mappings, People.of(config)
    days = config.window_days
    phone, met = _phone_share(config, people), _seen_share(config)
    lasting = {**_mail(identity, people, phone, days), **_phones(identity, people.active * phone)}
    lasting["mobile_ad_id"] = _ad_ids(identity, people, phone, days)
    found = {
        **{name: count * met for name, count in lasting.items()},
        **_cookies(identity, people, phone, days, met),
        "ctv_id": people.all
        * met
        * identity.ctv_home_share
        * (1 + _cut_poisson(identity.ctv_devices_per_home - 1, _MAX_TVS - 1))
        * identity.observation_shares["ctv_id"],
        "ip_address": _addresses(config, people, days) * met,
    }
    return {name: found[name] for name in OBSERVED_TYPES}


def confidence(config: GenerationConfig, points: int = 60) -> tuple[list[float], list[float]]:
    """Density of the confidence of probabilistic links on a grid of (0, 1)."""
    shape = config.demographics_config.identity_mappings.probabilistic_confidence
    a, b = shape["alpha"], shape["beta"]
    norm = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    grid = [(i + 0.5) / points for i in range(points)]
    return grid, [math.exp(norm + (a - 1) * math.log(x) + (b - 1) * math.log(1 - x)) for x in grid]


# --- contacts --------------------------------------------------------------------------------------------


def _mail(identity: IdentityConfig, people: People, phone: float, days: int) -> dict[str, float]:
    """Mailboxes that are observed, their other spellings, their hashes, and hashes that miss them."""
    seen, kept = identity.observation_shares, 1 - identity.recycled_email_share
    # A couple's mailbox is always known, and never recycled.
    coupled = min(1.0, identity.shared_email_share / COUPLED_ADULTS) * COUPLED_ADULTS
    shared = people.adults * coupled
    # Everybody else is known by the first mailbox, or else by the phone.
    first = (people.active - shared) * (seen["email"] + (1 - seen["email"]) * (1 - phone))
    more = people.adults * _cut_poisson(identity.emails_per_adult - 1, _MAX_EMAILS - 1) * seen["email"]
    alone = first + more
    few = sum(_poisson(max(0.0, identity.emails_per_adult - 1), _MAX_EMAILS - 1))
    opened = people.adults * few * min(1.0, identity.mailbox_churn_per_90_days * days / 90) * seen["email"]
    alone += opened
    gmail = sum(share for name, share in identity.email_domain_shares.items() if name.startswith("gmail."))
    missed = alone * kept * (identity.typo_share + identity.hash_variant_share)
    hashed = (shared + alone) * seen["hashed_email"]
    return {
        "email": shared + alone + alone * gmail * identity.email_variant_share,
        "hashed_email": hashed + missed,
        "uid2_like": (shared + first) * seen["uid2_like"],
    }


def _phones(identity: IdentityConfig, phones: float) -> dict[str, float]:
    seen = identity.observation_shares
    return {
        "phone": phones * (seen["phone"] + (1 - seen["phone"]) * (1 - seen["email"])),
        "hashed_phone": phones * seen["hashed_phone"],
    }


# --- devices ---------------------------------------------------------------------------------------------


def _ad_ids(identity: IdentityConfig, people: People, phone: float, days: int) -> float:
    """Advertising ids of phones, and of the home's tablet, which everybody at home has."""
    allowed = identity.ios_share * identity.att_shares.get("authorized", 0.0)
    allowed += (1 - identity.ios_share) * (1 - identity.android_opt_out_share)
    seen = identity.observation_shares["mobile_ad_id"]
    replaced = days / identity.phone_life_days * sum(1 / length for length in _LENGTHS) / len(_LENGTHS)
    own = people.active * phone * (1 + replaced) * allowed * seen
    return own + people.all * identity.shared_tablet_share * allowed * seen


def _cookies(identity: IdentityConfig, people: People, phone: float, days: int, met: float) -> dict[str, float]:
    """Cookies of phones, own computers and profiles on the home's computer, one after the other in the window."""
    seen = identity.observation_shares
    on_phones, on_computers = browsers_by_device(identity)
    phones = people.active * phone
    computers = people.adults * identity.personal_computer_share + people.active * identity.shared_desktop_share
    profiles = {name: phones * on_phones[name] + computers * on_computers[name] for name in BROWSERS}
    safari = profiles.pop("safari")
    lasting = sum(profiles.values())
    phones_taking, computers_taking = third_party_by_device(identity)
    third_party = phones * phones_taking + computers * computers_taking
    # Borders between lives lie evenly: one life at the start and one more for each border in the window.
    renewals = days * _mean_inverse_life(identity.cookie_lifetime_days)
    short, short_renewals = safari * _SHORT_LIVED, days / (identity.safari_cookie_days * 2 / 3)
    return {
        "first_party_cookie": (lasting * (met + renewals) + short * (1 + short_renewals)) * seen["first_party_cookie"],
        "third_party_cookie": third_party * (met + renewals) * seen["third_party_cookie"],
    }


# --- addresses -------------------------------------------------------------------------------------------


def _addresses(config: GenerationConfig, people: People, days: int) -> float:
    """Leases of the home for each member, and networks of work and cafés."""
    identity = config.demographics_config.identity_mappings
    seen = identity.observation_shares["ip_address"]
    leases = 1 + days / identity.home_ip_rotation_days * sum(1 / length for length in _LENGTHS) / len(_LENGTHS)
    leases += days / 365.25 * identity.moves_per_year
    # Children have nothing else: a family's first lease is always known.
    home = people.all * leases * seen + people.with_a_child * (1 - seen)
    return home + people.active * identity.public_ip_share


# --- first observation -----------------------------------------------------------------------------------


def _seen_share(config: GenerationConfig) -> float:
    """Share of identifiers alive at the start that are observed in the window.

    Waits are exponential, longer for the less active; who is known by one in the first hour is so by a fifth of them.
    """
    mean, sigma = config.demographics_config.identity_mappings.first_seen_days, config.engagement_config.activity_sigma
    if mean <= 0:
        return 1.0
    normal = NormalDist()
    waits = (min(10.0, max(0.1, math.exp(sigma * normal.inv_cdf((i + 0.5) / 64)))) * mean for i in range(64))
    return 1 - 0.8 * sum(math.exp(-config.window_days / wait) for wait in waits) / 64


# --- parts -----------------------------------------------------------------------------------------------


def _phone_share(config: GenerationConfig, people: People) -> float:
    """Share of people from 13 on who have a smartphone."""
    low, high = config.demographics_config.age_range
    teens = _owners(config, people_between(max(low, TEEN), ADULT - 1)) if people.teens else 0.0
    adults = _owners(config, people_between(max(low, ADULT), high))
    return (people.teens * teens + people.adults * adults) / people.active


def _owners(config: GenerationConfig, ages: dict[int, int]) -> float:
    bands = config.demographics_config.identity_mappings.smartphone_ownership
    starts = sorted(((int(band.replace("+", "-").split("-")[0]), share) for band, share in bands.items()), reverse=True)
    owners = sum(count * next(share for start, share in starts if age >= start) for age, count in ages.items())
    return owners / sum(ages.values())


def _cut_poisson(mean: float, most: int) -> float:
    """Mean of a Poisson number, whose tail above `most` counts as `most`."""
    mean = max(0.0, mean)
    shares = _poisson(mean, most)
    return sum(k * share for k, share in enumerate(shares)) + most * (1 - sum(shares))


def _poisson(mean: float, below: int) -> list[float]:
    """Shares of 0 and on, below a number, of a Poisson distribution."""
    return [math.exp(-mean) * mean**k / math.factorial(k) for k in range(below)]


def _mean_inverse_life(mean_days: float) -> float:
    """Mean of 1 / life over browser profiles: lives are exponential, of a day at least and 400 days at most."""
    lives = (-mean_days * math.log(1 - (i + 0.5) / _LIVES) for i in range(_LIVES))
    return sum(1 / min(_LONGEST_COOKIE, max(1.0, life)) for life in lives) / _LIVES
