"""Browser cookies: generations that never overlap, on the browsers people use, by platform."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from idgraph_widgets.arrays import Coded, Columns, explode, text
from idgraph_widgets.config.browsers import ON_PLATFORM, THIRD_PARTY_BROWSERS
from idgraph_widgets.draws import cumulative_thresholds, hashed, hashed_text, picks, step_index, threshold
from idgraph_widgets.generators import devices
from idgraph_widgets.generators.context import DAY
from idgraph_widgets.generators.identity.persons import People, home_itself
from idgraph_widgets.generators.identity.rows import COOKIE, identifier_rows
from idgraph_widgets.generators.identity.values import cookie_values
from idgraph_widgets.generators.people import platforms
from idgraph_widgets.population import rake
from idgraph_widgets.schema import ids
from idgraph_widgets.schema.identity_mappings import BROWSERS, COOKIE_SCOPES, DESKTOP_PLATFORMS, MOBILE_PLATFORMS

if TYPE_CHECKING:
    from idgraph_widgets.config import GenerationConfig

SHORT_LIVED = 0.2
"""Observation of Safari's cookies relative to others (design)."""

MAX_COOKIE_DAYS = 400
"""Longest life of a cookie in Chrome and others (Chrome 104; memory)."""

MAX_GENERATIONS = 1022
"""Highest number of a generation: the keys have room for 1024 (13 years of Safari's)."""

LENGTH_TICKETS = 64

_HOUR = DAY // 24

_DEVICES = ((devices.PHONE, "has_phone"), (devices.COMPUTER, "has_computer"), (devices.DESKTOP, "has_desktop"))
"""Devices with browsers, in the order of their slots, and who has one."""


@dataclass(frozen=True)
class Cookies:
    """What cookies need of a configuration.

    Attributes
    ----------
    browsers : dict of str to (list of int, ndarray of int32)
        By platform, upper unit thresholds of browsers that run there, and their positions in `BROWSERS`.
    safari_length : int
        Mean length of a generation in Safari, microseconds.
    lengths : ndarray of int64
        The same in other browsers, by ticket.
    observed : ndarray of int64, shape (2, 2)
        Unit thresholds of observation, by scope (position in `COOKIE_SCOPES`) and whether it is Safari's.
    """

    browsers: dict[str, tuple[list[int], np.ndarray]]
    safari_length: int
    lengths: np.ndarray
    observed: np.ndarray


def prepare(config: GenerationConfig) -> Cookies:
    """Browsers by platform, lives of cookies and how often they are seen."""
    identity = config.demographics_config.identity_mappings
    browsers = {}
    for platform, shares in browser_table(config).items():
        possible = picks(shares)
        codes = np.array([BROWSERS.index(browser) for browser in possible], np.int32)
        browsers[platform] = (cumulative_thresholds([shares[browser] for browser in possible]), codes)
    # Two thirds of the longest life, so that with moved borders none is longer.
    longest = MAX_COOKIE_DAYS * 2 / 3
    days = [-identity.cookie_lifetime_days * math.log(1 - (i + 0.5) / LENGTH_TICKETS) for i in range(LENGTH_TICKETS)]
    shares = identity.observation_shares
    # A Safari cookie lives for days, another for months: seen less often each, so as often a day.
    return Cookies(
        browsers=browsers,
        safari_length=round(identity.safari_cookie_days * 2 / 3 * DAY),
        lengths=np.array([round(min(longest, max(1.0, x)) * DAY) for x in days], np.int64),
        observed=np.array(
            [
                [threshold(shares[f"{scope}_cookie"] * factor) for factor in (1.0, SHORT_LIVED)]
                for scope in COOKIE_SCOPES
            ],
            np.int64,
        ),
    )


def browser_table(config: GenerationConfig) -> dict[str, dict[str, float]]:
    """P(browser | platform) that meets the configured browser shares as far as the platforms allow."""
    identity = config.demographics_config.identity_mappings
    computers = {**dict.fromkeys(DESKTOP_PLATFORMS, 0.0), **identity.desktop_platform_shares}
    weights = {"ios": identity.ios_share, "android": 1 - identity.ios_share, **computers}
    seed = np.array([ON_PLATFORM[platform] for platform in ON_PLATFORM])
    wanted = np.array([identity.browser_shares.get(browser, 0.0) for browser in BROWSERS])
    table = rake(seed, np.array([weights[p] + 1e-9 for p in ON_PLATFORM]), wanted)
    return {p: dict(zip(BROWSERS, table[i].tolist(), strict=True)) for i, p in enumerate(ON_PLATFORM)}


def cookie_rows(people: People) -> list[Columns]:
    """Rows of cookies that were captured: of phones, personal computers and profiles on the home's desktop."""
    profiles = _profiles(people)
    cookies = _observed(people, profiles)
    of = profiles.take(cookies.profile)
    device_number, ends = _on_phones(people, of, cookies.begins, cookies.ends)
    key = hashed(cookies.generation, of.value_key)
    return [
        identifier_rows(
            people,
            of.person,
            COOKIE,
            of.place * ids.SLOTS_PER_KIND + cookies.generation,
            cookie_values(people.context, of.scope == "first_party", key),
            identifier_type="cookie",
            device_number=device_number,
            device_type=Coded(np.where(of.is_phone, np.int32(0), np.int32(1)), ("mobile", "desktop")),
            platform=of.platform,
            browser=of.browser,
            cookie_scope=of.scope,
            att_status=of.att_status,
            begins=cookies.begins,
            ends=ends,
            noise="cookie",
            source="web_tag",
        )
    ]


def _on_phones(
    people: People, profiles: Columns, begins: np.ndarray, ends: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Devices of cookies and when they end: a cookie does not outlive the phone on which it began."""
    device_number, ends = profiles.device_number.copy(), ends.copy()
    on = np.flatnonzero(profiles.is_phone)
    person = profiles.person[on]
    phones = devices.phones(people.context, people.persons.key[person])
    number = phones.at(begins[on])
    device_number[on] = devices.phone_number(people.persons.individual_id[person], number)
    ends[on] = np.minimum(ends[on], np.maximum(phones.begins(number + 1), begins[on] + 2))
    return device_number, ends


def _profiles(people: People) -> Columns:
    """People's browsers on devices, by scope of cookies.

    Returns
    -------
    Columns
        ``person`` (place), ``device_number``, ``is_phone``, ``platform``, ``att_status`` (of iOS), ``browser``,
        ``scope``; ``place`` (number among the person's six possible profiles, so that a later generation keeps its
        slot); ``observed`` (unit threshold of a cookie); and hashes: ``key`` of device, person and scope, ``owner_key``
        of person, device and scope, ``value_key`` of scope, device and person.
    """
    d, persons, cookies = people.draws, people.persons, people.context.of(prepare)
    owners = [people.old_enough(flag) for _, flag in _DEVICES]
    person = np.concatenate(owners)
    device = np.repeat(np.arange(len(_DEVICES)), [len(found) for found in owners])
    is_phone, is_home = device == 0, device == 2
    holder = np.where(
        is_home, home_itself(people.homes.household_id[persons.home[person]]), persons.individual_id[person]
    )
    device_number = ids.device_number(holder, np.array([slot for slot, _ in _DEVICES])[device])
    device_key = hashed(device_number)
    is_ios = persons.is_ios[person]
    computer = platforms.computers(people.context, d, device_key, is_ios, is_home)
    platform = _platforms(is_phone, is_ios, computer)
    browser = _browsers(cookies, platform, d.unit("browser", hashed(persons.individual_id[person], device_key)))
    att = devices.att_status(people.context, persons.key)
    every = Columns(
        person=person,
        device=device,
        is_phone=is_phone,
        device_number=device_number,
        platform=platform,
        browser=browser,
        att_status=att.take(person).where(platform == "ios"),
    )
    # On iOS every browser is WebKit, which blocks them.
    third = np.flatnonzero(browser.isin(THIRD_PARTY_BROWSERS) & (platform != "ios"))
    scope = Coded(np.repeat(np.array([0, 1], np.int32), [len(person), len(third)]), COOKIE_SCOPES)
    found = every.take(np.concatenate([np.arange(len(person)), third]))
    scope_text, individual_id = text(scope), persons.individual_id[found.person]
    return found.with_columns(
        scope=scope,
        place=scope.codes * np.int64(len(_DEVICES)) + found.device,
        observed=cookies.observed[scope.codes, (found.browser == "safari").astype(np.intp)],
        key=hashed_text(scope_text, hashed(individual_id, hashed(found.device_number))),
        owner_key=hashed_text(scope_text, hashed(found.device_number, persons.key[found.person])),
        value_key=hashed(individual_id, hashed(found.device_number, hashed_text(scope_text))),
    )


def _platforms(is_phone: np.ndarray, is_ios: np.ndarray, computer: Coded) -> Coded:
    """Operating systems of devices: of phones by make, of computers as drawn."""
    words = (*MOBILE_PLATFORMS, *computer.words)
    phone = np.where(is_ios, np.int32(0), np.int32(1))
    return Coded(np.where(is_phone, phone, computer.codes + np.int32(len(MOBILE_PLATFORMS))), words)


def _browsers(cookies: Cookies, platform: Coded, unit: np.ndarray) -> Coded:
    """The browsers that people use on devices of these platforms."""
    codes = np.full(len(unit), -1, np.int32)
    for name, (limits, browsers) in cookies.browsers.items():
        rows = np.flatnonzero(platform == name)
        codes[rows] = browsers[step_index(unit[rows], limits)]
    return Coded(codes, BROWSERS)


def _observed(people: People, profiles: Columns) -> Columns:
    """Captured cookies whose life touches the window.

    The borders of neighbouring generations are one draw, so lives never overlap; each is half to one and a half times
    the profile's own length, less a gap of an hour to an hour and an eighth of it, until the site is visited again.

    Returns
    -------
    Columns
        ``profile`` (position in `profiles`), ``generation`` (from 0), ``begins`` (not before the window) and ``ends``.
    """
    d, start, end = people.draws, people.context.start, people.context.end
    cookies = people.context.of(prepare)
    drawn = cookies.lengths[d.below("length", LENGTH_TICKETS, profiles.key)]
    length = np.where(profiles.browser == "safari", np.int64(cookies.safari_length), drawn)
    phase = d.below("phase", length, profiles.key)
    last = np.minimum((end - start + phase) // length + 1, MAX_GENERATIONS)
    profile, generation = explode(last + 1)
    # Few are seen, so what is seen is settled first.
    seen = d.unit("observed/cookie", hashed(generation, profiles.owner_key[profile])) < profiles.observed[profile]
    profile, generation = profile[seen], generation[seen]

    def border(number: np.ndarray) -> np.ndarray:
        """Instants before generations of that number: evenly spaced, moved by up to a quarter of the length."""
        between = length[profile]
        moved = d.unit("border", hashed(number, profiles.key[profile])) % (between // 2)
        return start - phase[profile] + number * between + moved - between // 4

    begins, following = border(generation), border(generation + 1)
    gap = d.below("gap", length[profile] >> 3, hashed(generation, profiles.key[profile]))
    ends = following - _HOUR - gap
    found = Columns(profile=profile, generation=generation, begins=np.maximum(begins, start), ends=ends)
    return found.where((ends > start + _HOUR) & (begins < end))
