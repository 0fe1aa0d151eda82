"""A configuration as the Python that makes it: what differs from the defaults, and no more."""

from __future__ import annotations

from datetime import date

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.studio.paths import read, settings


def as_python(config: GenerationConfig) -> str:
    """Python source that builds an equal configuration and says how to run it.

    Examples
    --------
    >>> print(as_python(GenerationConfig(seed=7)).splitlines()[3])
    config.seed = 7
    """
    default = GenerationConfig()
    lines = [
        "from idgraph_widgets import GenerationConfig, execute_full_pipeline, start_engine",
        "",
        "config = GenerationConfig()",
    ]
    days = False
    for path in settings():
        value = read(config, path)
        if value != read(default, path) or _order(value) != _order(read(default, path)):
            days |= isinstance(value, date)
            lines.append(f"config.{path} = {_source(value)}")
    if days:
        lines.insert(0, "from datetime import date\n")
    lines += ["", "with start_engine() as engine:", '    execute_full_pipeline(engine.spark, config, out="data/mine")']
    return "\n".join(lines) + "\n"


def _order(value):
    return list(value) if isinstance(value, dict) else None


def _source(value) -> str:
    if isinstance(value, date):
        return f"date({value.year}, {value.month}, {value.day})"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:_}"
    if isinstance(value, dict) and len(repr(value)) > 90:
        inner = "".join(f"    {key!r}: {item!r},\n" for key, item in value.items())
        return "{\n" + inner + "}"
    return repr(value)
