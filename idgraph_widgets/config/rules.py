"""Combinations of settings that contradict each other, found before any job starts.

A rule looks at settings that are each valid alone; it is left out while one of them is not.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from typing import Any

from idgraph_widgets.config.income import bracket_bounds
from idgraph_widgets.config.problems import Problem, did_you_mean, shown
from idgraph_widgets.config.session_model import MOST_SESSIONS_PER_WEEK, SESSION_LIMIT, most_clicks
from idgraph_widgets.config.sizes import reachable_std_dev
from idgraph_widgets.schema.ids import SLOTS_PER_KIND
from idgraph_widgets.schema.individuals import ADULT_AGE

MAX_WINDOW_DAYS = 732
"""Longest window: two years."""


_Rule = Callable[[Any], Iterator[Problem]]
_RULES: dict[str, list[tuple[tuple[str, ...], _Rule]]] = {}


def contradictions(section: Any, found: list[Problem]) -> list[Problem]:
    """What contradicts itself in `section` and its parts, given the problems `found` in its fields."""
    broken = [problem.path for problem in found]
    return list(_apply(section, "", broken))


def _apply(section: Any, path: str, broken: list[str]) -> Iterator[Problem]:
    prefix = f"{path}." if path else ""
    for reads, rule in _RULES.get(type(section).__name__, []):
        if not any(_touches(bad, prefix + name) for bad in broken for name in reads):
            for problem in rule(section):
                yield Problem(prefix + problem.path, problem.found, problem.allowed, problem.suggestion)
    for name in vars(section):
        value = getattr(section, name)
        if type(value).__name__ in _RULES:
            yield from _apply(value, prefix + name, broken)


def _touches(bad: str, path: str) -> bool:
    return bad == path or bad.startswith((f"{path}.", f"{path}[")) or path.startswith(f"{bad}.")


def _rule(section: str, *reads: str) -> Callable[[_Rule], _Rule]:
    """Register a rule of a part; it reads the fields `reads`."""

    def register(function: _Rule) -> _Rule:
        _RULES.setdefault(section, []).append((reads, function))
        return function

    return register


# SizeDistribution


@_rule("SizeDistribution", "mean", "std_dev", "shares", "max_size")
def _size_is_one_way(sizes: Any) -> Iterator[Problem]:
    if (sizes.mean is None) != (sizes.std_dev is None):
        absent = "mean" if sizes.mean is None else "std_dev"
        yield Problem(absent, "nothing", "mean and std_dev together, or neither", f"Give {absent} too.")
    elif sizes.mean is not None and sizes.shares is not None:
        found, hint = "shares beside mean and std_dev", "Set shares to null, or mean and std_dev."
        yield Problem("shares", found, "one of the two", hint)
    elif sizes.mean is None and sizes.shares is None:
        yield Problem("shares", "nothing", "shares, or mean and std_dev", "Give one of the two.")
    elif sizes.shares is not None:
        for size, share in sizes.shares.items():
            if size > sizes.max_size and share > 0:
                yield Problem(
                    f"shares.{size}",
                    f"a share for {size} people with max_size {sizes.max_size}",
                    f"sizes 1 to {sizes.max_size}",
                    f"Raise max_size to {size} or move the share.",
                )


@_rule("SizeDistribution", "mean", "std_dev", "max_size")
def _size_is_reachable(sizes: Any) -> Iterator[Problem]:
    if sizes.mean is None or sizes.std_dev is None:
        return
    if sizes.mean > sizes.max_size:
        yield Problem(
            "mean",
            f"{sizes.mean:g} with max_size {sizes.max_size}",
            f"a mean from 1 to {sizes.max_size}",
            "Lower the mean or raise max_size.",
        )
        return
    low, high = reachable_std_dev(sizes.mean, sizes.max_size)
    if not low - 1e-9 <= sizes.std_dev <= high + 1e-9:
        yield Problem(
            "std_dev",
            f"{sizes.std_dev:g} with mean {sizes.mean:g} on sizes 1 to {sizes.max_size}",
            f"{low:.4f} to {high:.4f} for that mean",
            "Choose a deviation in that range"
            + (", or raise max_size." if sizes.std_dev > high and sizes.max_size < 12 else "."),
        )


# HouseholdConfig


@_rule("HouseholdConfig", "income_brackets", "income_bounds")
def _brackets_join(household: Any) -> Iterator[Problem]:
    labels = list(household.income_brackets)
    for label in household.income_bounds:
        if label not in labels:
            yield Problem(
                f"income_bounds.{label}",
                f"bounds for {shown(label)}, which is no bracket",
                "labels of income_brackets",
                did_you_mean(label, labels),
            )
    bounds = bracket_bounds(household)
    silent = [label for label, pair in bounds.items() if pair is None]
    for label in silent:
        yield Problem(
            f"income_brackets.{label}",
            f"the label {shown(label)}, which says no range",
            "labels such as <30K, 30-60K, 150K+, or any label with bounds in income_bounds",
            f"Add income_bounds: {{{label!r}: [lower, upper]}}.",
        )
    if not silent:
        yield from _neighbours(sorted(bounds.items(), key=lambda item: item[1][0]))


def _neighbours(brackets: list[tuple[str, Any]]) -> Iterator[Problem]:
    for (label, (_, upper)), (other, (lower, _)) in itertools.pairwise(brackets):
        if upper == lower:
            continue
        path = f"income_brackets.{other}"
        allowed = "brackets that join without gap or overlap"
        if upper is None or upper > lower:
            end = "without limit" if upper is None else f"up to {upper:,}"
            found = f"{other!r} from {lower:,} although {label!r} goes {end}"
            yield Problem(path, found, allowed, "Move the bounds so that the two do not overlap.")
        else:
            found = f"nothing between {upper:,} ({label!r}) and {lower:,} ({other!r})"
            yield Problem(path, found, allowed, f"Start {other!r} at {upper:,} or add a bracket.")


# DemographicsConfig and IdentityConfig


@_rule("DemographicsConfig", "age_range")
def _adults_exist(demographics: Any) -> Iterator[Problem]:
    if demographics.age_range[1] < ADULT_AGE:
        yield Problem(
            "age_range",
            f"ages {demographics.age_range[0]} to {demographics.age_range[1]}, without adults",
            f"an upper age of at least {ADULT_AGE}",
            "Every household has an adult householder: raise the upper age.",
        )


@_rule("IdentityConfig", "email_domain_shares")
def _domains_are_reserved(identity: Any) -> Iterator[Problem]:
    for domain in identity.email_domain_shares:
        labels = domain.split(".")
        if labels[-1] == "example" and len(labels) >= 2 and all(map(_is_label, labels)):
            continue
        yield Problem(
            f"email_domain_shares.{domain}",
            f"the domain {shown(domain)}",
            "lower-case domains that end in .example, which belongs to nobody",
            f"Write for example '{labels[0].lower() or 'mail'}.example'.",
        )


def _is_label(text: str) -> bool:
    plain = text.replace("-", "")
    return plain.isascii() and plain.isalnum() and text == text.lower() and text.strip("-") == text


# EngagementConfig


@_rule("EngagementConfig", "click_share", "share_share", "events_per_session")
def _clicks_follow_views(engagement: Any) -> Iterator[Problem]:
    together, most = engagement.click_share + engagement.share_share, most_clicks(engagement.events_per_session)
    if together > most:
        yield Problem(
            "click_share",
            f"{engagement.click_share:g} clicks and {engagement.share_share:g} shares",
            f"together at most {most:.3g} with {engagement.events_per_session:g} events per session, because each "
            "follows a view in its session",
            "Lower one of them, or raise events_per_session." if most < most_clicks(4) else "Lower one of them.",
        )


@_rule("EngagementConfig", "live_event_share", "events_per_session", "content_type_weights")
def _bursts_are_live(engagement: Any) -> Iterator[Problem]:
    live = engagement.content_type_weights.get("live", 0.0)
    most = math.floor(live * engagement.events_per_session * 1000) / 1000
    # Without any live content there are no bursts; with some there are as many as were asked for.
    if live > 0 and engagement.live_event_share > most:
        yield Problem(
            "live_event_share",
            f"{engagement.live_event_share:g} with {live:g} of engagements on live content",
            f"at most {most:g} then, because the first of the {engagement.events_per_session:g} events of a session "
            "in a burst is live",
            f"Lower it to at most {most:g} or raise content_type_weights.live.",
        )


@_rule("EngagementConfig", "events_per_person_day", "events_per_session")
def _sessions_fit(engagement: Any) -> Iterator[Problem]:
    most = math.floor(MOST_SESSIONS_PER_WEEK * engagement.events_per_session / 7 * 100) / 100
    if engagement.events_per_person_day > most:
        yield Problem(
            "events_per_person_day",
            f"{engagement.events_per_person_day:g} with {engagement.events_per_session:g} events per session",
            f"at most {most:g} with so few events per session, because nobody has more than {SESSION_LIMIT} sessions a "
            "week on average",
            f"Lower it to at most {most:g}, or raise events_per_session.",
        )


# AudienceConfig


@_rule("AudienceConfig", "lookback_days", "frequent_min_active_days")
def _active_days_fit(audience: Any) -> Iterator[Problem]:
    if audience.frequent_min_active_days > audience.lookback_days:
        yield Problem(
            "frequent_min_active_days",
            f"{audience.frequent_min_active_days} days in a lookback of {audience.lookback_days}",
            f"1 to {audience.lookback_days}",
            f"Lower it to at most {audience.lookback_days} or raise lookback_days.",
        )


@_rule("AudienceConfig", "lookback_days", "heavy_viewer_min_seconds")
def _viewing_fits(audience: Any) -> Iterator[Problem]:
    most = audience.lookback_days * 86_400
    if audience.heavy_viewer_min_seconds > most:
        yield Problem(
            "heavy_viewer_min_seconds",
            f"{audience.heavy_viewer_min_seconds:,} seconds in a lookback of {most:,}",
            f"1 to {most:,}",
            f"Lower it to at most {most:,} or raise lookback_days.",
        )


# CampaignConfig


def _min_not_above_max(name: str) -> _Rule:
    @_rule("CampaignConfig", name)
    def rule(campaign: Any) -> Iterator[Problem]:
        bounds = getattr(campaign, name)
        if bounds["min"] > bounds["max"]:
            found = f"min {bounds['min']:g} above max {bounds['max']:g}"
            yield Problem(name, found, "min not above max", "Swap the two.")

    return rule


_min_not_above_max("flight_days")
_min_not_above_max("budget_factor")


@_rule("CampaignConfig", "cpc_channels", "click_through_rates")
def _priced_clicks_happen(campaign: Any) -> Iterator[Problem]:
    for i, channel in enumerate(campaign.cpc_channels):
        if campaign.click_through_rates[channel] == 0:
            yield Problem(
                f"cpc_channels[{i}]",
                f"{channel} priced per click with a click-through rate of 0",
                "channels that are clicked",
                f"Remove {channel} from cpc_channels or raise its click-through rate.",
            )


_WIDEST = 3
"""Sigma of a logarithm beyond which a mean says nothing: a hundred times the median."""


@_rule("CampaignConfig", "basket_value")
def _basket_has_a_value(campaign: Any) -> Iterator[Problem]:
    median, sigma = campaign.basket_value["median"], campaign.basket_value["sigma"]
    if median < 0.01:
        found, allowed = f"median {median:g}", "0.01 USD or more"
        yield Problem("basket_value.median", found, allowed, "Raise it to at least 0.01.")
    if sigma > _WIDEST:
        yield _too_wide("basket_value.sigma", sigma)


@_rule("CampaignConfig", "intent_days")
def _wants_are_of_a_length(campaign: Any) -> Iterator[Problem]:
    if (sigma := campaign.intent_days["sigma"]) > _WIDEST:
        yield _too_wide("intent_days.sigma", sigma)


def _too_wide(path: str, sigma: float) -> Problem:
    return Problem(path, f"{sigma:g}", f"at most {_WIDEST}", f"Lower it to at most {_WIDEST}.")


# GenerationConfig


@_rule("GenerationConfig", "start_date", "end_date", "audience_config.lookback_days")
def _window_holds_the_lookback(config: Any) -> Iterator[Problem]:
    days, lookback = config.window_days, config.audience_config.lookback_days
    if days <= 0:
        found = f"{config.end_date}, not after start_date {config.start_date}"
        allowed = f"{lookback} to {MAX_WINDOW_DAYS} days after start_date"
        yield Problem("end_date", found, allowed, "Choose a later end_date; it is excluded.")
    elif days > MAX_WINDOW_DAYS:
        found = f"a window of {days:,} days"
        yield Problem("end_date", found, f"at most {MAX_WINDOW_DAYS} days", "Choose an earlier end_date.")
    elif days < lookback:
        yield Problem(
            "end_date",
            f"a window of {days} days with a lookback of {lookback}",
            f"a window of at least {lookback} days",
            f"Choose a later end_date or lower audience_config.lookback_days to at most {days}.",
        )


_IDENTITY = "demographics_config.identity_mappings"
_SHORTEST = {"home_ip_rotation_days": 2 ** (-7.5 / 8), "safari_cookie_days": 2 / 3}
"""Length of the shortest life, as a part of the setting."""


def _lives_fit(name: str) -> None:
    """Keys number the lives of what is renewed: as many as the window has must fit."""

    @_rule("GenerationConfig", "start_date", "end_date", f"{_IDENTITY}.{name}")
    def rule(config: Any) -> Iterator[Problem]:
        days = getattr(config.demographics_config.identity_mappings, name)
        least = math.ceil(config.window_days / (SLOTS_PER_KIND - 3) / _SHORTEST[name] * 100) / 100
        if 0 < config.window_days <= MAX_WINDOW_DAYS and days < least:
            yield Problem(
                f"{_IDENTITY}.{name}",
                f"{days:g} days in a window of {config.window_days}",
                f"at least {least:g} days in such a window, because somebody's renewals are numbered up to "
                f"{SLOTS_PER_KIND:,}",
                f"Raise it to at least {least:g} or choose an earlier end_date.",
            )


for _name in _SHORTEST:
    _lives_fit(_name)
