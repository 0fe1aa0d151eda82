"""Households, people and their identifiers."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from idgraph_widgets.config.income import bracket_bounds
from idgraph_widgets.config.problems import Problem, did_you_mean, shown
from idgraph_widgets.config.rules.registry import rule
from idgraph_widgets.config.sizes import reachable_std_dev
from idgraph_widgets.schema.individuals import ADULT_AGE


@rule("SizeDistribution", "mean", "std_dev", "shares", "max_size")
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


@rule("SizeDistribution", "mean", "std_dev", "max_size")
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


@rule("HouseholdConfig", "income_brackets", "income_bounds")
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


@rule("DemographicsConfig", "age_range")
def _adults_exist(demographics: Any) -> Iterator[Problem]:
    if demographics.age_range[1] < ADULT_AGE:
        yield Problem(
            "age_range",
            f"ages {demographics.age_range[0]} to {demographics.age_range[1]}, without adults",
            f"an upper age of at least {ADULT_AGE}",
            "Every household has an adult householder: raise the upper age.",
        )


@rule("IdentityConfig", "email_domain_shares")
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
