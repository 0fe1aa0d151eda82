"""One row per content view, as an ad server sees it: no person, no household, only what a request carries."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from idgraph_widgets.arrays import Coded, Columns, Nullable, filled, text
from idgraph_widgets.arrays.texts import joined
from idgraph_widgets.draws import hashed, scrambled
from idgraph_widgets.generators.context import DAY
from idgraph_widgets.generators.identity.emails import addresses
from idgraph_widgets.generators.identity.mailboxes import shares_mailbox
from idgraph_widgets.generators.identity.values import sha256_hex
from idgraph_widgets.schema import GENERATED, Table, ids
from idgraph_widgets.schema.individuals import TEEN_AGE

if TYPE_CHECKING:
    from idgraph_widgets.generators.context import Context

VIEWED = {
    "content_engagements": ("engagement_id", "publisher", "app_or_site", "ip_address", "is_logged_in", "engagement_ts"),
    "identity_mappings": ("identifier_value", "device_type", "platform", "browser", "cookie_scope", "ifa_type"),
    "truth_identity": ("true_individual_id",),
    "individuals": ("role", "age"),
    "households": ("household_type",),
}
"""What a view's row is joined from: the columns of the view, its identifier, and the true person and home."""

_OF_PERSON = ("truth_identity", "individuals", "households")

VIEWS = Table(
    "views",
    "Content views with their identifier and the true person.",
    ("engagement_id",),
    tuple(
        # Of people outside the dataset nothing is known.
        replace(GENERATED[table].column(name), nullable=True) if table in _OF_PERSON else GENERATED[table].column(name)
        for table, names in VIEWED.items()
        for name in names
    ),
)

_BROWSERS = {
    "chrome": "Chrome",
    "safari": "Safari",
    "edge": "Edge",
    "firefox": "Firefox",
    "samsung_internet": "Samsung Internet",
    "other": "Other",
}

_APPS = {
    "ios": "iOS app",
    "android": "Android app",
    "roku": "Roku",
    "fire_tv": "Fire TV",
    "apple_tv": "Apple TV",
    "samsung": "Tizen",
    "lg": "webOS",
    "vizio": "SmartCast",
    "android_tv": "Android TV",
}
"""User agents where there is no browser, by platform; that of others is "App"."""


def make(context: Context, views: Columns) -> Columns:
    """The log of views.

    Who is logged in is logged with the hash of the own first mailbox, whether or not the graph has seen it; a false
    link of the graph has no part in it. People outside the dataset have one per identifier.

    Parameters
    ----------
    context : Context
    views : Columns
        Columns of `VIEWS`, any rows of it.

    Returns
    -------
    Columns
        Columns of ``TABLE`` and ``TRUTH``, in the same order.
    """
    value, is_app = text(views.identifier_value), ~views.ifa_type.is_null()
    person, is_known = filled(views.true_individual_id, 0), _is_known(views)
    return Columns(
        # The key of an engagement contains the person.
        log_id=scrambled(context.draws("impression_logs"), "log", views.engagement_id, 52) + 1,
        log_ts=views.engagement_ts,
        log_date=views.engagement_ts // DAY,
        publisher=views.publisher,
        app_or_site=views.app_or_site,
        ip_address=views.ip_address,
        user_agent_family=_user_agents(views),
        first_party_cookie=_where(views.cookie_scope == "first_party", value),
        email_sha256=_mail_hashes(context, views),
        ifa=_where(is_app, value),
        ifa_type=views.ifa_type,
        is_coppa=is_known & (filled(views.age, 0) < TEEN_AGE),
        true_individual_id=Nullable(person, is_known),
        true_household_id=Nullable(ids.household_of(person), is_known),
    )


def _is_known(views: Columns) -> np.ndarray:
    """Whether the dataset knows who was at the device."""
    person = views.true_individual_id
    return person.valid if isinstance(person, Nullable) else np.ones(len(views), bool)


def _where(mask: np.ndarray, values: pa.StringArray) -> pa.StringArray:
    return pc.if_else(pa.array(mask), values, pa.scalar(None, pa.string()))


def _mail_hashes(context: Context, views: Columns) -> pa.StringArray:
    """Hashes of the first mailboxes of who is logged in and old enough to have one; null for others."""
    is_known = _is_known(views)
    known = np.flatnonzero(views.is_logged_in & is_known & (filled(views.age, 0) >= TEEN_AGE))
    everybody = filled(views.true_individual_id, 0)
    person, first, of = np.unique(everybody[known], return_index=True, return_inverse=True)
    who = views.select("role", "household_type").take(known[first])
    home_key = hashed(ids.household_of(person))
    both = shares_mailbox(context, who.household_type, who.role, home_key)
    found = addresses(context, person, both, np.zeros_like(person))
    place = np.full(len(views), -1)
    place[known] = of
    hashes = sha256_hex(found.email).take(pa.array(place, mask=place < 0))
    outside = np.flatnonzero(views.is_logged_in & ~is_known)
    theirs = text(views.identifier_value).take(pa.array(outside))
    place = np.full(len(views), -1)
    place[outside] = np.arange(len(outside))
    return pc.coalesce(hashes, sha256_hex(joined("outsider ", theirs)).take(pa.array(place, mask=place < 0)))


def _user_agents(views: Columns) -> Coded:
    """Browsers, on phones of their own kind, or the app of a platform."""
    browsers = tuple(_BROWSERS[word] for word in views.browser.words)
    words = ("App", *_APPS.values(), *browsers, *(f"{name} Mobile" for name in browsers))
    apps = np.array([*(words.index(_APPS.get(platform, "App")) for platform in views.platform.words), 0], np.int32)
    browser = views.browser.codes + np.int32(1 + len(_APPS))
    browser = np.where(views.device_type == "mobile", browser + np.int32(len(browsers)), browser)
    return Coded(np.where(views.browser.is_null(), apps[views.platform.codes], browser), words)
