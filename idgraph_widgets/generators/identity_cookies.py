"""Browser cookies: generations that never overlap, on the browsers people use, by platform."""

from __future__ import annotations

import math

import numpy as np
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.draws import Draws, choose, int_div, steps
from idgraph_widgets.generators.addresses import DAY, end_micros, start_micros
from idgraph_widgets.population import rake

MAX_COOKIE_DAYS = 400
"""Longest life of a cookie in Chrome and others (Chrome 104; memory)."""

THIRD_PARTY_BROWSERS = ("chrome", "edge", "samsung_internet", "other")
"""Browsers that take third-party cookies; Safari and Firefox block them by default."""

# How likely a browser is on a platform, before the configured browser shares are met (design): Safari exists on
# Apple's platforms only, Samsung Internet on Android only.
_BROWSERS = ("chrome", "safari", "edge", "firefox", "samsung_internet", "other")
_ON_PLATFORM = {
    "ios": (0.10, 0.86, 0.01, 0.01, 0.0, 0.02),
    "android": (0.84, 0.0, 0.01, 0.02, 0.08, 0.05),
    "windows": (0.68, 0.0, 0.22, 0.06, 0.0, 0.04),
    "macos": (0.50, 0.44, 0.01, 0.03, 0.0, 0.02),
    "chromeos": (0.97, 0.0, 0.0, 0.01, 0.0, 0.02),
}


def browser_table(config: GenerationConfig) -> dict[str, dict[str, float]]:
    """P(browser | platform) that meets the configured browser shares as far as the platforms allow."""
    identity = config.demographics_config.identity_mappings
    computers = {"windows": 0.0, "macos": 0.0, "chromeos": 0.0, **identity.desktop_platform_shares}
    weights = {"ios": identity.ios_share, "android": 1 - identity.ios_share, **computers}
    seed = np.array([_ON_PLATFORM[platform] for platform in _ON_PLATFORM])
    wanted = np.array([identity.browser_shares.get(b, 0.0) for b in _BROWSERS])
    table = rake(seed, np.array([weights[p] + 1e-9 for p in _ON_PLATFORM]), wanted)
    return {p: dict(zip(_BROWSERS, table[i])) for i, p in enumerate(_ON_PLATFORM)}


def browser_of(config: GenerationConfig, d: Draws, platform: Column, device_no: Column, person: Column) -> Column:
    """The browser a person uses on a device."""
    unit = d.unit("browser", device_no, person)
    expression = None
    for name, shares in browser_table(config).items():
        pick = choose(unit, shares)
        expression = F.when(platform == name, pick) if expression is None else expression.when(platform == name, pick)
    return expression


def computer_platform(config: GenerationConfig, d: Draws, device_no: Column) -> Column:
    """Operating system of a personal computer or the home's desktop."""
    return d.choose(
        "computer_platform", config.demographics_config.identity_mappings.desktop_platform_shares, device_no
    )


def with_generations(config: GenerationConfig, d: Draws, df: DataFrame) -> DataFrame:
    """One row per cookie whose life touches the window.

    Parameters
    ----------
    df : DataFrame
        With ``individual_id``, ``device_no``, ``scope`` and ``browser``.

    Returns
    -------
    DataFrame
        Adds ``gen`` (from 0), ``a`` and ``b``: life in microseconds, cut at the window's start. The ends of
        neighbouring generations are one draw, so lives never overlap; each is half to one and a half times the
        profile's own length.
    """
    start, end = start_micros(config), end_micros(config)
    df = df.withColumn("g_len", _length(config, d))
    df = df.withColumn("g_phase", d.below("phase", F.col("g_len"), *_KEYS))
    count = F.call_function("div", F.lit(end - start).cast("bigint") + F.col("g_phase"), F.col("g_len"))
    last = F.least(count + F.lit(1), F.lit(MAX_GENERATIONS).cast("bigint"))
    df = df.withColumn("gen", F.explode(F.sequence(F.lit(0).cast("bigint"), last)))
    df = df.withColumn("a", _border(config, d, F.col("gen"))).withColumn("b", _border(config, d, F.col("gen") + 1))
    alive = (F.col("b") > F.lit(start)) & (F.col("a") < F.lit(end))
    return df.filter(alive).withColumn("a", F.greatest("a", F.lit(start).cast("bigint")))


_KEYS = ("device_no", "individual_id", "scope")

MAX_GENERATIONS = 1022
"""Highest number of a generation: the keys have room for 1024 (13 years of Safari's)."""


def _border(config: GenerationConfig, d: Draws, gen: Column) -> Column:
    """Instant between generation gen-1 and gen: evenly spaced, moved by up to a quarter of the length."""
    moved = F.pmod(d.unit("border", *_KEYS, gen), int_div(F.col("g_len"), 2))
    even = F.lit(start_micros(config)).cast("bigint") - F.col("g_phase") + gen * F.col("g_len")
    return even + moved - int_div(F.col("g_len"), 4)


def _length(config: GenerationConfig, d: Draws) -> Column:
    """Mean length of this profile's generations, microseconds."""
    identity = config.demographics_config.identity_mappings
    # Two thirds of the longest life, so that with moved borders none is longer.
    safari = round(identity.safari_cookie_days * 2 / 3 * DAY)
    longest = MAX_COOKIE_DAYS * 2 / 3
    days = [-identity.cookie_lifetime_days * math.log(1 - (i + 0.5) / 64) for i in range(64)]
    micros = [round(min(longest, max(1.0, x)) * DAY) for x in days]
    drawn = steps(d.below("length", 64, *_KEYS), list(range(1, 65)), [F.lit(m).cast("bigint") for m in micros])
    return F.when(F.col("browser") == "safari", F.lit(safari).cast("bigint")).otherwise(drawn)
