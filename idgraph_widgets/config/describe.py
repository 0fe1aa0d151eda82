"""Every field as a record, and the commented template that `idgraph init` writes."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from datetime import date
from typing import Any

from idgraph_widgets.config.generation import GenerationConfig
from idgraph_widgets.config.section import Section
from idgraph_widgets.config.walking import walk

_WIDTH = 100

# Long enough that YAML 1.1 takes it for neither a switch (no, off, y) nor a number.
_PLAIN_WORD = re.compile(r"[a-z][a-z_0-9]{3,}\Z")


def field_table() -> list[dict[str, Any]]:
    """All fields in order, for documentation and forms.

    Returns
    -------
    list of dict
        ``path`` (dots between sections), ``title``, ``unit``, ``default``, ``bounds``, ``group``,
        ``help``, ``source`` (dict of citation, year, status), ``kind`` (name of the kind of value)
        and ``is_section`` (True for the sections that hold other fields).
    """
    rows = []
    for path, field, default, _ in walk(GenerationConfig()):
        is_section = "section" in field.metadata
        kind = None if is_section else field.metadata["setting"].kind
        rows.append(
            {
                "path": path,
                "title": field.metadata["title"],
                "unit": field.metadata["unit"],
                "default": None if kind is None else kind.plain(default),
                "bounds": field.metadata["bounds"],
                "group": field.metadata["group"],
                "help": field.metadata["help"],
                "source": dict(field.metadata["source"]),
                "kind": type(default).__name__ if is_section else type(kind).__name__,
                "is_section": is_section,
            }
        )
    return rows


def template(config: GenerationConfig | None = None) -> str:
    """A configuration as YAML in which every field is explained by a comment.

    Parameters
    ----------
    config : GenerationConfig, optional
        Whose values to write; the defaults if absent.

    Returns
    -------
    str
        YAML; `GenerationConfig.from_yaml` gives back an equal configuration.
    """
    lines = [
        "# Configuration of a synthetic identity graph. Lines that start with # are comments.",
        "# A setting that is left out has its default. Check the file: idgraph generate --dry-run",
    ]
    for _, field, value, depth in walk(config or GenerationConfig()):
        indent = "  " * depth
        lines.append("")
        if isinstance(value, Section):
            lines += _comment(f"{field.metadata['title']}. {field.metadata['help']}", indent)
            lines.append(f"{indent}{field.name}:")
        else:
            lines += _explained(field.metadata, indent)
            lines += _entry(field.name, field.metadata["setting"].kind.plain(value), indent)
    return "\n".join(lines) + "\n"


def _explained(metadata: Mapping[str, Any], indent: str) -> list[str]:
    unit = f" ({metadata['unit']})" if metadata["unit"] else ""
    source = metadata["source"]
    year = f", {source['year']}" if source["year"] else ""
    return [
        *_comment(f"{metadata['title']}{unit}. {metadata['help']}", indent),
        *_comment(f"Allowed: {metadata['bounds']}", indent),
        *_comment(f"Source: {source['citation']}{year} [{source['status']}]", indent),
    ]


def _comment(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        text,
        width=_WIDTH,
        initial_indent=f"{indent}# ",
        subsequent_indent=f"{indent}#   ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _entry(name: Any, value: Any, indent: str) -> list[str]:
    """One key with its value; long mappings and lists wrapped in braces and brackets."""
    if isinstance(value, Mapping) and value and len(value) <= 14:
        inner = indent + "  "
        lines = [line for key, item in value.items() for line in _entry(key, item, inner)]
        return [f"{indent}{_scalar(name)}:", *lines]
    head = f"{indent}{_scalar(name)}: "
    if isinstance(value, Mapping):
        items = [f"{_scalar(key)}: {_flow(item)}" for key, item in value.items()]
        return _wrapped(head, "{", items, "}", indent)
    if isinstance(value, list):
        return _wrapped(head, "[", [_flow(item) for item in value], "]", indent)
    return [head + _scalar(value)]


def _wrapped(head: str, opening: str, items: list[str], closing: str, indent: str) -> list[str]:
    """The items behind `head`, broken between items and never inside one."""
    lines, line = [], head + opening
    for i, item in enumerate(items):
        piece = item if i == len(items) - 1 else item + ","
        if len(line) + len(piece) + 1 > _WIDTH and line.strip() not in (opening, head.strip()):
            lines.append(line)
            line = indent + "    " + piece
        else:
            line += piece if line.endswith(opening) else " " + piece
    return [*lines, line + closing]


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_scalar(key)}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    """A single value as YAML; texts in quotes unless they are plain words."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (int, float)):
        # YAML 1.1 takes 1e-06 for a text, but not 1.0e-06.
        text = repr(value)
        return text if "." in text else text.replace("e", ".0e")
    if _PLAIN_WORD.match(value) and value not in ("null", "true", "false"):
        return value
    import yaml

    return yaml.safe_dump(value, default_style='"', allow_unicode=True, width=float("inf")).strip()
