"""A walk through all settings of a configuration or of one of its sections."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from idgraph_widgets.config.section import Section


def walk(section: Section, path: str = "") -> Iterator[tuple[str, dataclasses.Field[Any], Any, int]]:
    """Every field below `section` in order, as (path, field, value, depth); sections before their fields."""
    for field in dataclasses.fields(section):
        where = f"{path}.{field.name}" if path else field.name
        value = getattr(section, field.name)
        yield where, field, value, where.count(".")
        if "section" in field.metadata:
            yield from walk(value, where)
