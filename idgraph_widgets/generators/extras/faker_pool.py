"""Texts of Faker: a pool for each column, made once on the driver from a seed, of which rows pick by hash."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from idgraph_widgets.config.extra_specs import ExtraColumn, Pool
from idgraph_widgets.config.problems import Problem, config_error, did_you_mean

_CLOCKS = frozenset({"now", "utcnow", "today", "time", "time_ns", "localtime", "gmtime", "urandom", "getrandom"})
"""Functions of Python that answer otherwise tomorrow."""

_WATCHED, _LONGEST = 1_000, 2_000


@dataclass(frozen=True)
class PoolOfTexts:
    """What the provider gave.

    Attributes
    ----------
    words : tuple of str
        Different texts.
    codes : ndarray of int32
        For each call, which of them it gave: a text that comes more often is picked more often.
    """

    words: tuple[str, ...]
    codes: np.ndarray


def pool_of(column: ExtraColumn, seed: int) -> PoolOfTexts:
    """The pool of a column.

    Raises
    ------
    ConfigError
        There is no such locale or provider, or it gives no texts, or others with each day.
    """
    try:
        return _pool(column.made, seed)
    except _Refused as error:
        found, allowed, suggestion, option = error.args
        path = f"extra_columns, {column.table}.{column.name}: {option}"
        raise config_error([Problem(path, found, allowed, suggestion)]) from None


class _Refused(Exception):
    """Found, allowed, suggestion, option."""


@lru_cache(maxsize=64)
def _pool(made: Pool, seed: int) -> PoolOfTexts:
    fake = _faker(made.locale)
    fake.seed_instance(seed)
    provider = getattr(fake, made.provider, None)
    known = sorted(name for name in dir(fake) if not name.startswith("_") and name not in _NOT_PROVIDERS)
    if made.provider not in known or not callable(provider):
        hint = did_you_mean(made.provider, known, "Choose one of Faker's providers")
        raise _Refused(f"the provider {made.provider}", f"a provider of Faker for {made.locale}", hint, "faker")
    texts = _called(provider, made)
    words = tuple(dict.fromkeys(texts))
    place = {word: number for number, word in enumerate(words)}
    return PoolOfTexts(words, np.array([place[text] for text in texts], np.int32))


_NOT_PROVIDERS = frozenset((
    "add_provider", "cache_pattern", "del_arguments", "enum", "factories", "format", "get_arguments",
    "get_formatter", "get_providers", "items", "locales", "optional", "parse", "provider", "providers", "random",
    "seed", "seed_instance", "seed_locale", "set_arguments", "set_formatter", "unique", "weights", "generator_attrs",
))  # fmt: skip


def _faker(locale: str) -> Any:
    from faker import Faker
    from faker.config import AVAILABLE_LOCALES

    if locale not in AVAILABLE_LOCALES:
        hint = did_you_mean(locale, sorted(AVAILABLE_LOCALES), "Choose one of Faker's")
        raise _Refused(f"the locale {locale}", "a locale of Faker, such as de_DE", hint, "locale")
    return Faker(locale)


def _called(provider: Any, made: Pool) -> list[str]:
    """What so many calls give; refused where one looks at a clock."""
    clocks: set[str] = set()

    def look(_frame: Any, event: str, called: Any) -> None:
        if event == "c_call" and called.__name__ in _CLOCKS:
            clocks.add(called.__name__)

    before = sys.getprofile()
    # Watched calls are slow: the first ones tell what a provider does.
    sys.setprofile(look)
    try:
        texts = [_text_of(provider, made) for _ in range(min(made.size, _WATCHED))]
    finally:
        sys.setprofile(before)
    if clocks:
        found, allowed = f"{made.provider}, which depends on the day", "a provider that gives the same again"
        raise _Refused(found, allowed, "Write begin and end for days and times.", "faker")
    return texts + [_text_of(provider, made) for _ in range(made.size - len(texts))]


def _text_of(provider: Any, made: Pool) -> str:
    try:
        text = provider()
    except Exception as error:
        found = f"{made.provider}, which fails ({error})"
        raise _Refused(found, "a provider that needs nothing more", "Choose another.", "faker") from None
    if isinstance(text, str) and 0 < len(text) <= _LONGEST and "\0" not in text:
        return text
    what = "empty texts" if text == "" else "long texts" if isinstance(text, str) else type(text).__name__
    hint = "Write values or a range for numbers, begin and end for days, or choose another."
    allowed = f"a provider that gives texts of up to {_LONGEST:,} characters"
    raise _Refused(f"{made.provider}, which gives {what}", allowed, hint, "faker")
