"""Numbers as people write them in fields; `widgets/js/notation.js` reads the same in the browser.

A decimal comma, spaces between thousands, ``%``, ``k`` and ``m`` are taken where they can mean one thing only. What can
mean two stays the text that it is, for a person to decide.
"""

from __future__ import annotations

import math
import re

_SPACES = " \u00a0\u2009\u202f"
_WRITTEN = re.compile(
    rf"([-+]?)([0-9](?:[0-9.,_'’{_SPACES}]*[0-9.,])?|[.,][0-9]+)(?:e([-+]?[0-9]{{1,4}}))?[{_SPACES}]*([km%]?)",
    re.IGNORECASE,
)
_GROUPED = re.compile(rf"[1-9][0-9]{{0,2}}([.,_'’{_SPACES}])[0-9]{{3}}(?:\1[0-9]{{3}})*")
_LARGEST = 2**53 - 1
"""What a browser keeps of whole numbers without rounding."""


def readings(text: str, whole: bool = False, percent: bool = False) -> list[float]:
    """All numbers that a text can mean in a field, the one by the field's own notation first.

    Parameters
    ----------
    text : str
    whole : bool
        The field holds whole numbers.
    percent : bool
        The field shows percent and holds fractions.

    Examples
    --------
    >>> readings("1,5"), readings("1,234"), readings("1,234", whole=True)
    ([1.5], [1234.0, 1.234], [1234.0])
    >>> readings("10,4 %", percent=True), readings("1 5"), readings("1,5k", whole=True)
    ([0.104], [], [1500.0])
    """
    match = _WRITTEN.fullmatch(text.strip().replace("−", "-", 1))
    if match is None:
        return []
    sign, digits, exponent, scale = (part or "" for part in match.groups())
    scale = scale.lower()
    if scale and (scale == "%") != percent:
        return []
    shift = int(exponent or 0) + (-2 if percent else {"k": 3, "m": 6}.get(scale, 0))
    found = []
    for mark in ".,":
        integer, *rest = digits.split(mark)
        decimals = rest[0] if rest else ""
        # A comma in a whole number parts thousands, unless it is written in thousands: 1,5k.
        stray = whole and mark == "," and not scale and mark in digits
        if len(rest) > 1 or stray or not re.fullmatch("[0-9]*", decimals):
            continue
        if not re.fullmatch("[0-9]*", integer) and not _GROUPED.fullmatch(integer):
            continue
        plain = re.sub("[^0-9]", "", integer)
        value = float(f"{sign}{plain or 0}.{decimals or 0}e{shift}")
        # What a computer's number cannot hold would be another number.
        held = math.isfinite(value) and (value != 0 or not (plain + decimals).strip("0"))
        if held and not (whole and abs(value) > _LARGEST):
            found.append(value)
    integers = [value for value in found if value.is_integer()] if whole else []
    return list(dict.fromkeys(integers or found))


def understood(
    text: str, whole: bool = False, percent: bool = False, low: float | None = None, top: float | None = None
) -> int | float | str | None:
    """The number that a text means in a field.

    Parameters
    ----------
    text : str
    whole, percent : bool
        As `readings` takes them.
    low, top : float, optional
        What the field allows, in the units it holds; decides between two readings.

    Returns
    -------
    int, float, str or None
        None for nothing; the text where it is no number, or can be two.

    Examples
    --------
    >>> understood("10,395", percent=True, low=0, top=1), understood("25.000", whole=True, low=1000)
    (0.10395, 25000)
    >>> understood("1,234", low=0), understood("many"), understood(" ")
    ('1,234', 'many', None)
    """
    written = text.strip()
    if not written:
        return None
    found = readings(written, whole, percent)
    own = not re.search("[.km]", written, re.IGNORECASE) if whole else "." in written
    if len(found) > 1 and own:
        found = found[:1]
    if len(found) > 1:
        found = [value for value in found if (low is None or value >= low) and (top is None or value <= top)]
    if len(found) != 1:
        return written
    return int(found[0]) if whole and found[0].is_integer() else found[0]


def exact(value, percent: bool = False) -> str:
    """All digits of a number as a field shows it; a text as it is, None as nothing.

    Examples
    --------
    >>> exact(0.103951, percent=True), exact(12), exact(None)
    ('10.3951', '12', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return str(value)
    if percent:
        digits, _, exponent = repr(float(value)).partition("e")
        value = float(f"{digits}e{int(exponent or 0) + 2}") if math.isfinite(value) else value
    return repr(int(value) if isinstance(value, float) and value.is_integer() and abs(value) <= _LARGEST else value)


def short(value: float) -> str:
    """A count in at most four characters and a letter: 12,300 → ``12.3K``."""
    for limit, unit in ((1e9, "B"), (1e6, "M"), (1e3, "K")):
        if abs(value) >= limit * 0.9995:
            return f"{value / limit:.3g}{unit}"
    return f"{value:.3g}" if value != int(value) else f"{int(value)}"


def in_bytes(size: int) -> str:
    """A size for people, in powers of 1000.

    Examples
    --------
    >>> in_bytes(1_234_567)
    '1.2 MB'
    """
    value, unit = float(size), "B"
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if value < 999.5 or unit == "TB":
            break
        value /= 1000
    return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
