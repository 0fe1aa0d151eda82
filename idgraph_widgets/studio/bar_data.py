"""What the top and the foot of the studio say and do, in every host."""

from __future__ import annotations

from idgraph_widgets.config import PRESETS, GenerationConfig, preset
from idgraph_widgets.errors import ConfigError
from idgraph_widgets.notation import exact, in_bytes, short
from idgraph_widgets.studio.fields import is_percent
from idgraph_widgets.studio.paths import read, settings, step_of
from idgraph_widgets.studio.session import WizardStep
from idgraph_widgets.studio.snippet import as_python
from idgraph_widgets.studio.state import Other, StudioState

TEXTS = {"yaml": GenerationConfig.to_yaml, "json": GenerationConfig.to_json, "python": as_python}
"""A configuration as a text, by the name of its form."""
_NAMED = 3
"""Differences between two versions that are listed one by one."""


def presets() -> list[list[str]]:
    """Name and label of every preset."""
    return [[name, f"{name.capitalize()} ({count:,} households)"] for name, count in PRESETS.items()]


def load_preset(state: StudioState, name: str | None) -> None:
    """A preset in the place of the configuration; an unknown name changes nothing."""
    if name in PRESETS:
        state.replace(preset(name), f"Preset {name} loaded: everything has its default. Undo takes it back.")


def imported(state: StudioState, text: str, name: str | None = None) -> str:
    """Take up a configuration from YAML or JSON; what is wrong with it is returned, and nothing changes."""
    read = GenerationConfig.from_json if text.lstrip().startswith("{") else GenerationConfig.from_yaml
    try:
        config = read(text, check=False)
    except ConfigError as error:
        return str(error)
    state.replace(config, f"Imported {name or 'the configuration'}. Undo takes it back.")
    return ""


def bar_shown(state: StudioState) -> dict:
    """Tabs as [step, title, number of problems], the step, and what stands above them.

    ``other`` says how another page's version differs from this one, where a person has to choose between the two.
    """
    problems = state.problems
    counts = dict.fromkeys(WizardStep, 0)
    for problem in problems:
        counts[step_of(problem.path)] += 1
    return {
        "tabs": [[step.value, step.value.capitalize(), counts[step]] for step in WizardStep],
        "step": state.step.value,
        "summary": _summary(state),
        "problems": len(problems),
        "level": state.level,
        "notice": state.notice,
        "other": _other_version(state.other, state),
        "can_undo": state.can_undo,
        "can_redo": state.can_redo,
    }


def steps_shown(state: StudioState) -> dict:
    """The neighbours of the present step, and its place among all."""
    step = state.step
    return {
        "back": step.previous.value.capitalize() if step.previous else "",
        "next": step.next.value.capitalize() if step.next else "",
        "place": f"Step {step.number} of {len(WizardStep)}",
    }


def _summary(state: StudioState) -> str:
    expected = state.estimate
    if expected is None:
        return "The configuration is not valid yet"
    households = state.peek(lambda config: config.household_config.num_households)
    days = state.peek(lambda config: config.window_days)
    return f"{households:,} households · {days} days · about {short(expected.rows)} rows, {in_bytes(expected.bytes)}"


def _other_version(other: Other | None, state: StudioState) -> str:
    if other is None:
        return ""
    differing = [line for path in settings() if (line := _difference(path, other.config, state))]
    if other.target != state.target:
        differing.append(f"where to write ({other.target.folder} there, {state.target.folder} here)")
    more = f", and {len(differing) - _NAMED} more" if len(differing) > _NAMED else ""
    return (
        f"Another page has saved this session too, and differently: {', '.join(differing[:_NAMED])}{more}. "
        "Until you choose, nothing more of this page replaces what is saved."
    )


def _difference(path: str, there: GenerationConfig, state: StudioState) -> str:
    """A field that is not the same in both; with its values, where they are single ones."""
    setting, here = settings()[path], state.value(path)
    value = setting.kind.plain(read(there, path))
    if value == here:
        return ""
    if any(isinstance(one, (dict, list)) for one in (value, here)):
        return setting.title
    unit = " %" if is_percent(setting) else ""
    shown = [f"{exact(one, bool(unit)) or 'nothing'}{unit}" for one in (value, here)]
    return f"{setting.title} ({shown[0]} there, {shown[1]} here)"
