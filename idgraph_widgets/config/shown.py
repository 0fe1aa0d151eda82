"""A configuration, or a part of it, as static HTML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from idgraph_widgets.config.problems import shown
from idgraph_widgets.config.walking import walk
from idgraph_widgets.static_html import folded, section, sentence, table

if TYPE_CHECKING:
    from idgraph_widgets.config.section import Section

_HEAD = ("setting", "value", "default", "")


def section_html(config: Section) -> str:
    """What differs from the defaults, what is wrong, and below a fold every setting.

    Parameters
    ----------
    config : Section
        A configuration or one of its sections.
    """
    rows, other = [], []
    for path, field, default, _ in walk(type(config)()):
        if "setting" not in field.metadata:
            continue
        setting, value = field.metadata["setting"], _at(config, path)
        row = (path, _words(setting.kind.plain(value)), _words(setting.kind.plain(default)), setting.title)
        rows.append(row)
        if value != default:
            other.append(row)
    summary = (
        f"{len(other)} of {len(rows)} settings differ from their defaults."
        if other
        else "Every setting has its default."
    )
    wrong = [(problem.path, problem.found, problem.allowed, problem.suggestion) for problem in config.validate()]
    return section(
        type(config).__name__,
        sentence(summary),
        table(_HEAD, other) if other else "",
        section("Problems", table(("setting", "found", "allowed", "what to do"), wrong)) if wrong else "",
        folded(f"All {len(rows)} settings", table(_HEAD, rows)),
    )


def _at(config: Section, path: str) -> Any:
    for name in path.split("."):
        config = getattr(config, name)
    return config


def _words(value: Any) -> str:
    if value is None:
        return "—"
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {_words(item)}" for name, item in value.items()) or "none"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_words, value)) or "none"
    if isinstance(value, float):
        return f"{value:.10g}"
    return value if isinstance(value, str) else str(value) if hasattr(value, "isoformat") else shown(value)
