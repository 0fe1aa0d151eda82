"""Fields of a configuration by their path, and the tab each belongs to."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.config.section import Section, Setting
from idgraph_widgets.config.walking import walk
from idgraph_widgets.studio.session import WizardStep

_PREFIXES = (
    # The longer ones first.
    ("demographics_config.identity_mappings", WizardStep.IDENTITY_GRAPH),
    ("demographics_config", WizardStep.DEMOGRAPHICS),
    ("household_config", WizardStep.HOUSEHOLDS),
    ("engagement_config", WizardStep.ENGAGEMENT),
    ("audience_config", WizardStep.AUDIENCE),
    ("campaign_config", WizardStep.CAMPAIGNS),
)

FORM_STEPS = (
    WizardStep.HOUSEHOLDS,
    WizardStep.DEMOGRAPHICS,
    WizardStep.IDENTITY_GRAPH,
    WizardStep.ENGAGEMENT,
    WizardStep.AUDIENCE,
    WizardStep.CAMPAIGNS,
    WizardStep.OUTPUT,
)
"""The tabs that hold fields."""


@lru_cache(maxsize=1)
def settings() -> dict[str, Setting]:
    """Path of every field, in order, with what is known about it."""
    return {
        path: field.metadata["setting"] for path, field, _, _ in walk(GenerationConfig()) if "setting" in field.metadata
    }


def field_of(path: str) -> Setting:
    """What is known about the field at `path`. Raises KeyError if there is none."""
    try:
        return settings()[path]
    except KeyError:
        raise KeyError(f"the configuration has no field {path!r}") from None


def step_of(path: str) -> WizardStep:
    """The tab on which a field, or a problem's path, is found."""
    for prefix, step in _PREFIXES:
        if path == prefix or path.startswith(f"{prefix}."):
            return step
    return WizardStep.OUTPUT


def field_at(problem_path: str) -> str | None:
    """Path of the field that a problem's path lies in; None if it lies in no field."""
    best = None
    for path in settings():
        inside = problem_path == path or problem_path.startswith((f"{path}.", f"{path}["))
        if inside and (best is None or len(path) > len(best)):
            best = path
    return best


def read(config: GenerationConfig, path: str) -> Any:
    """The value at `path`."""
    value = config
    for name in path.split("."):
        value = getattr(value, name)
    return value


def write(config: GenerationConfig, path: str, value: Any) -> None:
    """Put `value` at `path`; it is brought into the field's form."""
    *parents, name = path.split(".")
    section = config
    for parent in parents:
        section = getattr(section, parent)
    setattr(section, name, value)


def plain(config: GenerationConfig, path: str) -> Any:
    """The value at `path` as plain lists, dicts, numbers, texts and dates."""
    value = read(config, path)
    return value.to_dict() if isinstance(value, Section) else field_of(path).kind.plain(value)


def differs(config: GenerationConfig, path: str, value: Any) -> bool:
    """Whether `value`, as the field reads it, is another one than that at `path`; an order counts."""
    wanted = field_of(path).kind.read(value)
    current = read(config, path)
    if isinstance(current, dict) and isinstance(wanted, dict):
        return list(current.items()) != list(wanted.items())
    return type(current) is not type(wanted) or current != wanted
