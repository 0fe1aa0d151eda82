"""Templates of texts, in dbldatagen's notation."""

from __future__ import annotations

import string
from typing import Any

from idgraph_widgets.config.expressions import ExpressionError
from idgraph_widgets.config.extra_specs import Piece, Template
from idgraph_widgets.config.problems import shown

_LOWER, _UPPER, _DIGITS = string.ascii_lowercase, string.ascii_uppercase, string.digits

DRAWN: dict[str, tuple[str, ...]] = {
    "a": tuple(_LOWER),
    "A": tuple(_UPPER),
    "d": tuple(_DIGITS),
    "D": tuple(_DIGITS[1:]),
    "k": tuple(_LOWER + _DIGITS),
    "K": tuple(_UPPER + _DIGITS),
    "x": tuple(_DIGITS + "abcdef"),
    "X": tuple(_DIGITS + "ABCDEF"),
}
"""Characters that stand for one of others."""

ESCAPED: dict[str, tuple[str, ...]] = {
    "n": tuple(str(number) for number in range(256)),
    "N": tuple(str(number) for number in range(65_536)),
}
"""The same for those that a backslash must precede."""

_INSTEAD = {
    "w": "Write a Faker provider instead, such as faker: word.",
    "W": "Write a Faker provider instead, such as faker: word.",
    "v": "Join columns with an expr instead.",
    "V": "Join columns with an expr instead.",
}


def template(text: Any, escape: bool = False) -> Template:
    r"""The pieces of a template.

    Parameters
    ----------
    text : str
        ``d`` is a digit, ``D`` one from 1, ``a`` and ``A`` a letter, ``k`` and ``K`` a letter or digit, ``x`` and
        ``X`` a hexadecimal digit, ``\n`` and ``\N`` a number up to 255 and 65,535; ``|`` stands between alternatives.
    escape : bool
        Whether these characters mean that only after a backslash (``escapeSpecialChars``); else a backslash takes
        their meaning from them.

    Raises
    ------
    ExpressionError
        It is no text, is too long, or asks for what is not possible here.

    Examples
    --------
    >>> template(r"\d-ddd").alternatives[0][0], len(template("a|b").alternatives)
    ('d-', 2)
    """
    if not isinstance(text, str) or not 1 <= len(text) <= 500:
        raise ExpressionError(shown(text), "a text of 1 to 500 characters", "Write it in quotes.")
    alternatives: list[list[Piece]] = [[]]
    place = 0
    while place < len(text):
        character, after = text[place], ""
        if character == "\\" and place + 1 < len(text):
            place += 1
            character, after = text[place], "\\"
        place += 1
        if character == "|" and not after:
            alternatives.append([])
        elif after and character in ESCAPED:
            alternatives[-1].append(ESCAPED[character])
        elif after and character in _INSTEAD:
            raise ExpressionError(f"\\{character}", "d, D, a, A, k, K, x, X, \\n and \\N", _INSTEAD[character])
        elif character in DRAWN and bool(after) == escape:
            alternatives[-1].append(DRAWN[character])
        elif alternatives[-1] and isinstance(alternatives[-1][-1], str):
            alternatives[-1][-1] += character
        else:
            alternatives[-1].append(character)
    return Template(tuple(tuple(pieces) for pieces in alternatives))
