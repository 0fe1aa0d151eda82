"""Words for people: labels of names in configurations, messages of problems, figures in short."""

from __future__ import annotations

import math

from idgraph_widgets.config import Problem
from idgraph_widgets.config.section import Setting
from idgraph_widgets.notation import exact, readings

_SPECIAL = {
    "ios": "iOS", "ctv": "CTV", "ctv_id": "CTV id", "uid2_like": "UID2-like", "ip_address": "IP address",
    "lg": "LG", "tv": "TV", "macos": "macOS", "chromeos": "ChromeOS", "roku": "Roku", "fire_tv": "Fire TV",
    "apple_tv": "Apple TV", "samsung": "Samsung", "vizio": "Vizio", "android_tv": "Android TV",
    "mobile_ad_id": "Mobile ad id", "first_party_cookie": "First-party cookie",
    "third_party_cookie": "Third-party cookie", "hashed_email": "Hashed email",
    "employed_full_time": "Employed full-time", "employed_part_time": "Employed part-time",
    "not_in_labor_force": "Not in labor force", "idfa": "IDFA", "gaid": "GAID",
}  # fmt: skip


def label(name) -> str:
    """A vocabulary's name as a person would write it.

    Examples
    --------
    >>> label("less_than_high_school"), label("ctv"), label("<30K")
    ('Less than high school', 'CTV', '<30K')
    """
    text = str(name)
    if text in _SPECIAL:
        return _SPECIAL[text]
    if text.replace("_", "").isalpha() and text.islower():
        return text.replace("_", " ").capitalize()
    return text


def in_time(seconds: float) -> str:
    """A duration as people say it: ``12 s``, ``3 min``, ``1.5 h``."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    if seconds < 5400:
        return f"{round(seconds / 60)} min"
    return f"{seconds / 3600:.1f} h"


def message(problem: Problem, setting: Setting | None, percent: bool) -> str:
    """What to show under the field of a problem: what was found, what is allowed, what to do."""
    if problem.found.startswith("a sum of ") and percent:
        return _sum_message(float(problem.found.removeprefix("a sum of ")))
    found, allowed, what = problem.found, problem.allowed, problem.suggestion
    if percent:
        found, what = _percent(found), _percent_at_end(what)
        if setting is not None and problem.allowed.startswith("a number, "):
            low, high = problem.allowed.removeprefix("a number, ").split(" to ")
            allowed = f"{float(low) * 100:g} to {float(high) * 100:g} %"
    if two := _two_readings(problem, percent):
        what = two
    tail = f" Allowed: {allowed}." if len(allowed) <= 80 and allowed.rstrip(".") not in what else ""
    return f"Found {found}.{tail} {what}"


def _two_readings(problem: Problem, percent: bool) -> str:
    """What to do about a text that can mean two numbers, such as 1,234; nothing for any other."""
    whole = "whole number" in problem.allowed
    numbers = readings(problem.found.strip("'"), whole, percent) if problem.found.startswith("'") else []
    if len(numbers) < 2:
        return ""
    first, second = (exact(number, percent) for number in numbers)
    return f"It can mean {first} or {second}: write one of these."


def _sum_message(total: float) -> str:
    off = abs(total - 1) * 100
    step = f"Take {off:.4g} % off somewhere" if total > 1 else f"Add {off:.4g} % somewhere"
    return f"The shares add up to {total * 100:.6g} %, not 100 %. {step}, or press Make it 100 %."


def _percent(text: str) -> str:
    try:
        value = float(text)
    except ValueError:
        return text
    return f"{value * 100:g} %" if math.isfinite(value) else text


def _percent_at_end(text: str) -> str:
    head, _, last = text.rstrip(".").rpartition(" ")
    return f"{head} {_percent(last)}."
