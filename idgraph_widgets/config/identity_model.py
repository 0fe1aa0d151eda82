"""How many identifiers of each type a configuration gives: one model for the estimate and for the studio's plot.

It says in the terms of the configuration what the generators draw: devices and addresses people and homes have, their
renewals in the window, the share that is observed, and the links that go astray.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

from idgraph_widgets.config.browsers import THIRD_PARTY_BROWSERS, browsers_by_device
from idgraph_widgets.config.compositions import compositions, minors_possible
from idgraph_widgets.config.generation import GenerationConfig
from idgraph_widgets.config.identity import COUPLED_ADULTS, OBSERVED_TYPES, IdentityConfig
from idgraph_widgets.config.sizes import size_shares
from idgraph_widgets.reference import facts
from idgraph_widgets.schema.identity_mappings import BROWSERS

_TEEN, _ADULT = 13, 18
"""Ages from which people have identifiers, and more than one mailbox."""
_MAX_EMAILS, _MAX_TVS = 4, 4
_SHORT_LIVED = 0.2
"""Observation of Safari's cookies relative to others."""
_LONGEST_COOKIE = 400 * 2 / 3
"""Mean life of the longest-lived profile, days."""
_LIVES = 64
_LEASES = tuple(2 ** ((i - 7.5) / 8) for i in range(16))
"""Lengths of a home's lease relative to the median."""


@dataclass(frozen=True)
class People:
    """Expected people per household: all, teenagers from 13 on, adults, and those who live with a child under 13."""

    all: float
    teens: float
    adults: float
    with_a_child: float

    @classmethod
    def of(cls, config: GenerationConfig) -> People:
        """What the sizes and the age range give: adults and minors by composition, each of the published ages."""
        low, high = config.demographics_config.age_range
        homes = compositions(size_shares(config), minors_possible(low, high))
        minors = sum(home.share * home.minors for home in homes)
        everybody = sum(home.share * home.size for home in homes)
        small = 1 - _share_from(low, _ADULT - 1, _TEEN) if minors else 0.0
        families = sum(home.share * home.size * (1 - (1 - small) ** home.minors) for home in homes)
        return cls(everybody, minors * (1 - small), everybody - minors, families)

    @property
    def active(self) -> float:
        """Those who are old enough for identifiers of their own."""
        return self.teens + self.adults


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
    phone = _phone_share(config, people)
    found = {
        **_mail(identity, people, phone),
        **_phones(identity, people.active * phone),
        **_cookies(identity, people, phone, days),
        "mobile_ad_id": _ad_ids(identity, people, phone),
        "ctv_id": people.all
        * identity.ctv_home_share
        * (1 + _cut_poisson(identity.ctv_devices_per_home - 1, _MAX_TVS - 1))
        * identity.observation_shares["ctv_id"],
        "ip_address": _addresses(config, people, days),
    }
    return {name: found[name] for name in OBSERVED_TYPES}


# --- contacts --------------------------------------------------------------------------------------------


def _mail(identity: IdentityConfig, people: People, phone: float) -> dict[str, float]:
    """Mailboxes that are observed, their other spellings, their hashes, and hashes that miss them."""
    seen, kept = identity.observation_shares, 1 - identity.recycled_email_share
    # A couple's mailbox is always known, and never recycled.
    coupled = min(1.0, identity.shared_email_share / COUPLED_ADULTS) * COUPLED_ADULTS
    shared = people.adults * coupled
    # Everybody else is known by the first mailbox, or else by the phone.
    first = (people.active - shared) * (seen["email"] + (1 - seen["email"]) * (1 - phone))
    more = people.adults * _cut_poisson(identity.emails_per_adult - 1, _MAX_EMAILS - 1) * seen["email"]
    alone = first + more
    gmail = sum(share for name, share in identity.email_domain_shares.items() if name.startswith("gmail."))
    missed = alone * kept * (identity.typo_share + identity.hash_variant_share)
    hashed = (shared + alone * kept) * seen["hashed_email"]
    return {
        "email": shared + alone + alone * kept * gmail * identity.email_variant_share,
        "hashed_email": hashed + _after_noise(identity, people, missed, 1.0, alone * kept * seen["hashed_email"]),
        "uid2_like": (shared + first * kept) * seen["uid2_like"],
    }


def _phones(identity: IdentityConfig, phones: float) -> dict[str, float]:
    seen = identity.observation_shares
    return {
        "phone": phones * (seen["phone"] + (1 - seen["phone"]) * (1 - seen["email"])),
        "hashed_phone": phones * seen["hashed_phone"],
    }


# --- devices ---------------------------------------------------------------------------------------------


def _ad_ids(identity: IdentityConfig, people: People, phone: float) -> float:
    """Advertising ids of phones, and of the home's tablet, which everybody at home has."""
    allowed = identity.ios_share * identity.att_shares.get("authorized", 0.0)
    allowed += (1 - identity.ios_share) * (1 - identity.android_opt_out_share)
    seen = identity.observation_shares["mobile_ad_id"]
    own = people.active * phone * allowed * seen
    kept = _after_noise(identity, people, own, identity.probabilistic_share, own)
    return kept + people.all * identity.shared_tablet_share * allowed * seen


def _cookies(identity: IdentityConfig, people: People, phone: float, days: int) -> dict[str, float]:
    """Cookies of phones, own computers and profiles on the home's computer, one after the other in the window."""
    seen = identity.observation_shares
    on_phones, on_computers = browsers_by_device(identity)
    phones = people.active * phone
    computers = people.adults * identity.personal_computer_share + people.active * identity.shared_desktop_share
    profiles = {name: phones * on_phones[name] + computers * on_computers[name] for name in BROWSERS}
    safari = profiles.pop("safari")
    lasting, third_party = sum(profiles.values()), sum(profiles[name] for name in THIRD_PARTY_BROWSERS)
    # Borders between lives lie evenly: one life at the start and one more for each border in the window.
    renewals = days * _mean_inverse_life(identity.cookie_lifetime_days)
    short, short_renewals = safari * _SHORT_LIVED, days / (identity.safari_cookie_days * 2 / 3)
    first = {"start": lasting + short, "later": lasting * renewals + short * short_renewals}
    third = {"start": third_party, "later": third_party * renewals}
    first = {when: count * seen["first_party_cookie"] for when, count in first.items()}
    third = {when: count * seen["third_party_cookie"] for when, count in third.items()}
    # What goes astray repeats the first cookie of another home: mostly one of the first party.
    start = first["start"] + third["start"]
    astray = min(1.0, identity.probabilistic_share) * _false_share(identity)
    repeated = _after_noise(identity, people, start, identity.probabilistic_share, start) - start * (1 - astray)
    of_first = _first_party_among_sources(
        first["start"] / max(people.active, 1e-9), third["start"] / max(people.active, 1e-9)
    )
    return {
        "first_party_cookie": first["start"] * (1 - astray) + repeated * of_first + first["later"],
        "third_party_cookie": third["start"] * (1 - astray) + repeated * (1 - of_first) + third["later"],
    }


def _first_party_among_sources(first: float, third: float) -> float:
    """Chance that the first cookie of somebody who has any is one of the first party; means per person."""
    has_first = 1 - math.exp(-first)
    any_cookie = 1 - math.exp(-first - third)
    return has_first / any_cookie if any_cookie > 0 else 1.0


# --- addresses -------------------------------------------------------------------------------------------


def _addresses(config: GenerationConfig, people: People, days: int) -> float:
    """Leases of the home for each member, and networks of work and cafés."""
    identity = config.demographics_config.identity_mappings
    seen = identity.observation_shares["ip_address"]
    leases = 1 + days / identity.home_ip_rotation_days * sum(1 / length for length in _LEASES) / len(_LEASES)
    # Children have nothing else: a family's first lease is always known.
    home = people.all * leases * seen + people.with_a_child * (1 - seen)
    return home + people.active * identity.public_ip_share


# --- links that go astray --------------------------------------------------------------------------------


def _false_share(identity: IdentityConfig) -> float:
    """Share of guessed links that are false: a link holds with its confidence."""
    shape = identity.probabilistic_confidence
    return shape["beta"] / (shape["alpha"] + shape["beta"])


def _after_noise(identity: IdentityConfig, people: People, rows: float, guessed: float, sources: float) -> float:
    """Rows that are left of `rows` alive at the start, of which the share `guessed` is guessed.

    A false link repeats a row of its kind, of which there are `sources`. Somebody's false links to the own home all
    repeat the same row, and are one.
    """
    false = rows * guessed * _false_share(identity)
    if sources <= 0:
        return rows - false
    # Whoever the home's row belongs to looks for others elsewhere.
    others = max(0.0, people.active - min(1.0, sources)) / max(people.active, 1e-9)
    stay = identity.same_household_false_share
    at_home = false * stay * others
    each = false * stay / max(people.active, 1e-9)
    distinct = at_home * (1 - math.exp(-each)) / each if each > 0 else at_home
    return rows - at_home + distinct


# --- parts -----------------------------------------------------------------------------------------------


@cache
def _ages() -> dict[int, int]:
    return {row["age"]: row["total"] for row in facts("age_single_year")}


def _inside(low: int, high: int) -> dict[int, int]:
    return {age: count for age, count in _ages().items() if low <= age <= high}


def _share_from(low: int, high: int, least: int) -> float:
    """Share of people from `low` to `high` years who are at least so old."""
    inside = _inside(low, high)
    return sum(count for age, count in inside.items() if age >= least) / sum(inside.values())


def _phone_share(config: GenerationConfig, people: People) -> float:
    """Share of people from 13 on who have a smartphone."""
    low, high = config.demographics_config.age_range
    teens = _owners(config, _inside(max(low, _TEEN), _ADULT - 1)) if people.teens else 0.0
    adults = _owners(config, _inside(max(low, _ADULT), high))
    return (people.teens * teens + people.adults * adults) / people.active


def _owners(config: GenerationConfig, ages: dict[int, int]) -> float:
    bands = config.demographics_config.identity_mappings.smartphone_ownership
    starts = sorted(((int(band.replace("+", "-").split("-")[0]), share) for band, share in bands.items()), reverse=True)
    owners = sum(count * next(share for start, share in starts if age >= start) for age, count in ages.items())
    return owners / sum(ages.values())


def _cut_poisson(mean: float, most: int) -> float:
    """Mean of a Poisson number, whose tail above `most` counts as `most`."""
    mean = max(0.0, mean)
    shares = [math.exp(-mean) * mean**k / math.factorial(k) for k in range(most)]
    return sum(k * share for k, share in enumerate(shares)) + most * (1 - sum(shares))


def _mean_inverse_life(mean_days: float) -> float:
    """Mean of 1 / life over browser profiles: lives are exponential, of a day at least and 400 days at most."""
    lives = (-mean_days * math.log(1 - (i + 0.5) / _LIVES) for i in range(_LIVES))
    return sum(1 / min(_LONGEST_COOKIE, max(1.0, life)) for life in lives) / _LIVES
