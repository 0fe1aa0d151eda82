"""Columns of one's own as the texts that a person writes, read alike for the forms of every host."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from idgraph_widgets.config.extra_options import WAYS
from idgraph_widgets.notation import exact, understood
from idgraph_widgets.studio.own_columns import INPUTS, PATH, SHAPES, options_of

_NUMBERS = ("minValue", "maxValue", "step", "uniqueValues", *SHAPES)
_LISTS = ("values", "weights", "baseColumn")

SPACED = ("prefix", "suffix", "textSeparator", "template", "description")
"""Texts whose spaces are a person's."""

_NOTHING = '""'


def as_texts(value: Any) -> list[dict[str, str]]:
    """The columns of a configuration as the texts of their options, and ``way``, the kind of each.

    Examples
    --------
    >>> as_texts([{"name": "tier", "table": "individuals", "values": ["a", "b, c"], "weights": [3, 1.5]}])
    [{'name': 'tier', 'table': 'individuals', 'values': 'a, "b, c"', 'weights': '3, 1.5', 'way': 'values'}]
    """
    return [_texts(one) for one in value] if isinstance(value, list) else []


def from_texts(columns: Any, before: Any = ()) -> Any:
    """What a configuration has for columns that are given as texts; those that are as `before` are taken from there.

    Examples
    --------
    >>> from_texts([{"name": "n", "table": "households", "way": "minValue", "maxValue": "1,5", "type": ""}])
    [{'name': 'n', 'table': 'households', 'maxValue': 1.5}]
    """
    if not isinstance(columns, list):
        return columns
    known = {json.dumps(_texts(one), sort_keys=True): one for one in before} if isinstance(before, list) else {}
    found = []
    for one in columns:
        texts = {str(name): str(text) for name, text in one.items()} if isinstance(one, Mapping) else {}
        same = known.get(json.dumps(texts, sort_keys=True))
        found.append(_column(texts) if same is None else same)
    return found


def placed(path: str) -> tuple[int, str]:
    """Which column the path of a problem is about (-1 for none), and which of its options ("" for the whole).

    Examples
    --------
    >>> placed("extra_columns[2].values[1]"), placed("extra_columns[0]"), placed("extra_columns")
    ((2, 'values'), (0, ''), (-1, ''))
    """
    match = re.match(rf"{PATH}\[(\d+)\](?:\.(\w+))?", path)
    return (int(match[1]), match[2] or "") if match else (-1, "")


def _texts(one: Any) -> dict[str, str]:
    given = one if isinstance(one, Mapping) else {}
    way = next((way for way in WAYS if way in given), "minValue" if "maxValue" in given else "")
    found = {name: _text(name, value, given) for name, value in given.items() if name in INPUTS}
    wanted = given.get("distribution")
    if isinstance(wanted, Mapping) and len(wanted) == 1:
        ((name, shapes),) = wanted.items()
        found["distribution"] = str(name)
        if isinstance(shapes, Mapping):
            found |= {shape: _text(shape, value, given) for shape, value in shapes.items() if shape in SHAPES}
    return {"name": "", "table": "", **found, "way": way}


def _text(name: str, value: Any, given: Mapping[str, Any]) -> str:
    if name == "percentNulls":
        return exact(value, percent=True)
    if name in _LISTS and isinstance(value, (list, tuple)):
        return ", ".join(_item(one, given.get("type") == "string") for one in value)
    if name == "textSeparator" and value == "":
        return _NOTHING
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value)


def _item(value: Any, texts: bool) -> str:
    """A value of a list; in quotes what would be read as another."""
    if not isinstance(value, str):
        return json.dumps(value)
    plain = value == value.strip() and value and not re.search(r'[,\n"]', value) and _scalar(value, texts) == value
    return value if plain else json.dumps(value, ensure_ascii=False)


_ITEM = re.compile(r'\s*("(?:[^"\\]|\\.)*"|[^,\n]*)[^\S\n]*')


def _items(text: str, texts: bool) -> list[Any]:
    """The values that a text lists; two commas with nothing between them are one."""
    found, at = [], 0
    while at < len(text):
        match = _ITEM.match(text, at)
        assert match is not None  # it matches the empty text, too
        word = match[1].strip()
        if word:
            found.append(_scalar(word, texts))
        at = match.end() + 1
    return found


def _scalar(word: str, texts: bool) -> Any:
    """A number, true or false, or a text; what stands in quotes is a text."""
    try:
        value = json.loads(word)
    except ValueError:
        return word
    if isinstance(value, str) or (not texts and isinstance(value, (int, float)) and abs(value) < float("inf")):
        return value
    return word


def _column(texts: Mapping[str, str]) -> dict[str, Any]:
    way = texts.get("way", "")
    found: dict[str, Any] = {"name": texts.get("name", "").strip(), "table": texts.get("table", "")}
    for option in options_of(way) if way in WAYS else ():
        text = texts.get(option, "")
        if option in SHAPES or (option != way and not (text if option in SPACED else text.strip())):
            continue
        if option == "distribution":
            found[option] = _distribution(text, texts)
        elif option != "minValue" or text.strip():
            found[option] = _value(option, text, texts)
    if way == "minValue" and "maxValue" not in found:
        found.setdefault("minValue", None)
    return found


def _value(option: str, text: str, texts: Mapping[str, str]) -> Any:
    if option == "baseColumn":
        columns = _items(text, True)
        return columns[0] if len(columns) == 1 else columns
    if option in _LISTS:
        return _items(text, texts.get("type", "").strip() == "string")
    if option == "percentNulls":
        return understood(text, percent=True, low=0, top=1)
    if option in _NUMBERS:
        value = _scalar(text.strip(), False)
        return understood(text) if isinstance(value, str) else value
    if option == "escapeSpecialChars":
        return text == "true"
    if option in SPACED:
        return "" if text == _NOTHING and option == "textSeparator" else text
    return text.strip()


def _distribution(name: str, texts: Mapping[str, str]) -> Any:
    shapes = [shape for shape, owner in SHAPES.items() if owner == name]
    if not shapes:
        return name
    return {name: {shape: _value(shape, texts.get(shape, ""), texts) for shape in shapes}}
