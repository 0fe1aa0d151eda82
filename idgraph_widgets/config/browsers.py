"""Which browsers people use on which platform, so that the configured shares are met over all."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from idgraph_widgets.config.identity import IdentityConfig
from idgraph_widgets.schema.identity_mappings import BROWSERS, DESKTOP_PLATFORMS

THIRD_PARTY_BROWSERS = ("chrome", "edge", "samsung_internet", "other")
"""Browsers that take third-party cookies; Safari and Firefox block them by default."""

ON_PLATFORM = {
    "ios": (0.10, 0.86, 0.01, 0.01, 0.0, 0.02),
    "android": (0.84, 0.0, 0.01, 0.02, 0.08, 0.05),
    "windows": (0.68, 0.0, 0.22, 0.06, 0.0, 0.04),
    "macos": (0.50, 0.44, 0.01, 0.03, 0.0, 0.02),
    "chromeos": (0.97, 0.0, 0.0, 0.01, 0.0, 0.02),
}
"""How likely each of `BROWSERS` is on a platform before the configured shares are met (design).

Safari exists on Apple's platforms only, Samsung Internet on Android only.
"""

_ROUNDS = 200


def browsers_by_device(identity: IdentityConfig) -> tuple[dict[str, float], dict[str, float]]:
    """Shares of the browsers on phones and on computers.

    Phones and computers count alike; platforms meet the configured shares of browsers as far as they allow.
    """
    phones, computers = _platforms(identity)
    table = _table(identity)

    def mixed(platforms: Any) -> dict[str, float]:
        return {b: sum(share * table[name][i] for name, share in platforms) for i, b in enumerate(BROWSERS)}

    return mixed(phones), mixed(computers)


def third_party_by_device(identity: IdentityConfig) -> tuple[float, float]:
    """Shares of phones and of computers with a browser that takes third-party cookies: none on iOS does."""
    table = _table(identity)
    takes = [BROWSERS.index(name) for name in THIRD_PARTY_BROWSERS]

    def taken(platforms: Any) -> float:
        return sum(share * table[name][i] for name, share in platforms for i in takes if name != "ios")

    phones, computers = _platforms(identity)
    return taken(phones), taken(computers)


def _platforms(identity: IdentityConfig) -> tuple[Any, Any]:
    """Platforms of phones and of computers with their shares."""
    phones = (("ios", identity.ios_share), ("android", 1 - identity.ios_share))
    return phones, tuple((name, identity.desktop_platform_shares.get(name, 0.0)) for name in DESKTOP_PLATFORMS)


def _table(identity: IdentityConfig) -> dict[str, list[float]]:
    """Shares of `BROWSERS` by platform."""
    phones, computers = _platforms(identity)
    return _fitted(phones + computers, tuple(identity.browser_shares.get(name, 0.0) for name in BROWSERS))


@lru_cache(maxsize=16)
def _fitted(platforms: tuple[Any, ...], wanted: tuple[Any, ...]) -> dict[str, list[float]]:
    """Iterative proportional fitting as by `idgraph_widgets.population.rake`; so small a table needs no arrays."""
    total = sum(share + 1e-9 for _, share in platforms)
    weights = [(share + 1e-9) / total for _, share in platforms]
    target = [share / sum(wanted) for share in wanted]
    table = [_shares(ON_PLATFORM[name], target) for name, _ in platforms]
    for _ in range(_ROUNDS):
        current = [sum(w * row[i] for w, row in zip(weights, table, strict=True)) for i in range(len(target))]
        if max(abs(a - b) for a, b in zip(current, target, strict=True)) < 1e-9:
            break
        factors = [t / c if c > 0 else 0.0 for t, c in zip(target, current, strict=True)]
        table = [_shares([x * f for x, f in zip(row, factors, strict=True)], target) for row in table]
    return {name: row for (name, _), row in zip(platforms, table, strict=True)}


def _shares(row: Any, otherwise: list[float]) -> list[float]:
    """A row that sums to one; a platform all of whose browsers are configured away takes what is wanted over all."""
    total = sum(row)
    return [value / total for value in row] if total > 0 else otherwise
