"""What the forms of every host say and do: intros, the target, messages, segments, household sizes."""

from __future__ import annotations

from idgraph_widgets.config import GenerationConfig, Problem, size_shares
from idgraph_widgets.config.segments import all_rules
from idgraph_widgets.studio.fields import is_percent
from idgraph_widgets.studio.paths import field_at, settings
from idgraph_widgets.studio.session import SessionState, WizardStep
from idgraph_widgets.studio.state import StudioState
from idgraph_widgets.studio.target import engine_words
from idgraph_widgets.studio.words import message

SIZE = "household_config.size_distribution"

INTRO = {
    WizardStep.HOUSEHOLDS: "How many homes there are, who lives together, what they earn and where they are.",
    WizardStep.DEMOGRAPHICS: "Who the people are. Joint distributions follow published tables.",
    WizardStep.IDENTITY_GRAPH: "Devices and identifiers per person, and how sure the graph is whose they are.",
    WizardStep.ENGAGEMENT: "What people read, watch, hear and play, how much of it, and when.",
    WizardStep.AUDIENCE: "Segments, and what qualifies somebody for them.",
    WizardStep.CAMPAIGNS: "Campaigns, their delivery, and what they achieve.",
    WizardStep.OUTPUT: "When the data plays, by which seed it is drawn, and where it goes.",
}


def as_state(given) -> StudioState:
    """A state as it is; a configuration, or nothing, in a state of its own."""
    if isinstance(given, StudioState):
        return given
    return StudioState(SessionState(given if given is not None else GenerationConfig()))


def place_shown(state: StudioState) -> dict:
    """Where runs write, as the form shows it, and what that place cannot do.

    Returns
    -------
    dict
        ``kind``, ``folder``; ``kinds`` that are offered; ``closed``: kind to the reason why it cannot be chosen;
        ``off``: path of a field to the reason why it cannot be switched on; ``title`` of the place; ``can``: what
        it supports and what not, as [label, bool, note]; ``engines`` to choose from, as [name, words], and the
        chosen ``engine``.
    """
    can, target = state.can, state.target
    needs = {} if state.has_catalog else {"catalog": "Needs a Spark session: Studio(spark=spark)."}
    closed = {kind: reason for kind, reason in needs.items() if kind in state.places}
    engines = state.engines if target.kind == "folder" and len(state.engines) > 1 else ()
    off = {} if can["append"] else {"incremental": can["append"].note}
    features = [[one["label"], one["supported"], one["note"]] for one in can.to_dict()["features"].values()]
    return {
        "kind": target.kind,
        "kinds": list(state.places),
        "folder": target.folder,
        "closed": closed,
        "off": off,
        "title": can.title,
        "can": features,
        "engines": [[name, engine_words(name)] for name in engines],
        "engine": target.engine or (engines[0] if engines else ""),
    }


def messages(problems: list[Problem]) -> dict[str, list[dict]]:
    """Problems in words, by the field they belong to."""
    found: dict[str, list[dict]] = {}
    for problem in problems:
        path = field_at(problem.path) or problem.path
        setting = settings().get(path)
        text = message(problem, setting, setting is not None and is_percent(setting))
        found.setdefault(path, []).append({"text": text, "paths": [problem.path]})
    return found


def segment_options(state: StudioState) -> list[list[str]]:
    """Id, name and type of every published segment."""
    order = ("demographic", "interest", "behavioural", "purchase_intent")
    rules = sorted(state.peek(all_rules), key=lambda rule: (order.index(rule.segment_type), rule.number))
    return [[rule.segment_id, rule.segment_name, rule.segment_type] for rule in rules]


def set_size_mode(state: StudioState, mode: str) -> None:
    """Give household sizes by shares ("shares"), or by the mean and deviation ("mean") of those there are."""
    shares = state.peek(_current_sizes)
    mean = sum(size * share for size, share in shares.items())
    variance = sum((size - mean) ** 2 * share for size, share in shares.items())
    if mode == "mean":
        values = {"mean": round(mean, 2), "std_dev": round(variance**0.5, 2), "shares": None}
    else:
        values = {"mean": None, "std_dev": None, "shares": _neat(shares)}
    state.set_many({f"{SIZE}.{name}": value for name, value in values.items()})


def _current_sizes(config: GenerationConfig) -> dict[int, float]:
    """The size shares as they are, or the published ones while they are not valid."""
    sizes = config.household_config.size_distribution
    return size_shares(GenerationConfig() if sizes.validate() else config)


def _neat(shares: dict[int, float]) -> dict[int, float]:
    """Shares in ten-thousandths that still sum to one."""
    from idgraph_widgets.config.shares import round_shares

    return round_shares(shares, digits=4)
