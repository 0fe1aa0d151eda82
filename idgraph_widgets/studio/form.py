"""Forms of the configuration's tabs, made from the fields' metadata."""

from __future__ import annotations

import threading

import traitlets

from idgraph_widgets.config import GenerationConfig, Problem, size_shares
from idgraph_widgets.pipeline.session import SessionState, WizardStep
from idgraph_widgets.studio.fields import form_spec, is_percent
from idgraph_widgets.studio.front import View
from idgraph_widgets.studio.paths import field_at, settings
from idgraph_widgets.studio.state import Change, StudioState
from idgraph_widgets.studio.words import message

_SIZE = "household_config.size_distribution"

_INTRO = {
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


class SectionForm(View):
    """The fields of one tab.

    Parameters
    ----------
    step : WizardStep
    config : GenerationConfig or StudioState, optional
        A configuration is copied; a state is shared with other views.

    Attributes
    ----------
    state : StudioState
        Its ``config`` is what the form says.
    """

    kind = traitlets.Unicode("form").tag(sync=True)
    title = traitlets.Unicode().tag(sync=True)
    intro = traitlets.Unicode().tag(sync=True)
    fields = traitlets.List().tag(sync=True)
    values = traitlets.Dict().tag(sync=True)
    problems = traitlets.Dict().tag(sync=True)
    options = traitlets.List().tag(sync=True)
    level = traitlets.Unicode("basic").tag(sync=True)
    target = traitlets.Dict().tag(sync=True)
    ack = traitlets.Unicode().tag(sync=True)
    wanted = traitlets.Unicode().tag(sync=True)
    _wishes, _token = 0, ""

    def __init__(self, step: WizardStep, config=None):
        self.state, self.step = as_state(config), step
        fields = [_sendable(spec) for spec in form_spec(step)]
        super().__init__(
            title=step.value.capitalize(),
            intro=_INTRO[step],
            fields=fields,
            **self._shown([spec["path"] for spec in fields]),
        )
        # Before the sums of other views: the browser sends its next change when this one is answered.
        self._stop = self.state.subscribe(self._on_change, first=True)

    @property
    def config(self) -> GenerationConfig:
        """A copy of the configuration as it stands."""
        return self.state.config

    def focus(self, path: str) -> None:
        """Bring the field at `path` into sight and put the cursor there."""
        self._wishes += 1
        self.wanted = f"{path}#{self._wishes}"

    def _shown(self, paths: list[str]) -> dict:
        state = self.state
        return {
            "values": {path: _sent(state.value(path)) for path in paths},
            "problems": messages(state.problems_at(self.step)),
            "level": state.level,
            "target": place_shown(state),
        }

    def _on_change(self, change: Change) -> None:
        if change.topics & {"config", "level", "target"}:
            with self.hold_sync():
                for name, value in self._shown([field["path"] for field in self.fields]).items():
                    setattr(self, name, value)
                self.ack = self._token

    def on_set(self, content: dict) -> None:
        """Fields changed in the browser; answered together with what became of them."""
        known = {path: value for path, value in content.get("values", {}).items() if path in settings()}
        self._token = str(content.get("token", ""))
        self.state.set_many(known)
        # Where nothing changed, nobody has told.
        self.ack = self._token

    def on_reset(self, content: dict) -> None:
        """A field goes back to its default."""
        if content.get("path") in settings():
            self.state.reset(content["path"])

    def on_size_mode(self, content: dict) -> None:
        """Household sizes by shares, or by mean and deviation that give the same."""
        shares = self.state.peek(_current_sizes)
        mean = sum(size * share for size, share in shares.items())
        variance = sum((size - mean) ** 2 * share for size, share in shares.items())
        if content.get("mode") == "mean":
            values = {"mean": round(mean, 2), "std_dev": round(variance**0.5, 2), "shares": None}
        else:
            values = {"mean": None, "std_dev": None, "shares": _neat(shares)}
        self.state.set_many({f"{_SIZE}.{name}": value for name, value in values.items()})

    def on_target(self, content: dict) -> None:
        """Where runs write."""
        kind, folder = content.get("kind"), content.get("folder")
        self.state.set_target(kind if kind in ("folder", "catalog") else None, folder)


class HouseholdForm(SectionForm):
    """Number, size, income and place of the households.

    Examples
    --------
    >>> form = HouseholdForm(GenerationConfig(seed=7))
    >>> form.config.seed
    7
    """

    def __init__(self, config=None):
        super().__init__(WizardStep.HOUSEHOLDS, config)


class DemographicsForm(SectionForm):
    """Age, gender, education and employment of the people."""

    def __init__(self, config=None):
        super().__init__(WizardStep.DEMOGRAPHICS, config)


class IdentityForm(SectionForm):
    """Devices, identifiers, consent, churn and noise of the identity graph."""

    def __init__(self, config=None):
        super().__init__(WizardStep.IDENTITY_GRAPH, config)


class EngagementForm(SectionForm):
    """Volume, taste, rhythm and actions of content engagements."""

    def __init__(self, config=None):
        super().__init__(WizardStep.ENGAGEMENT, config)


class AudienceForm(SectionForm):
    """Segments on and off, and their thresholds."""

    def __init__(self, config=None):
        super().__init__(WizardStep.AUDIENCE, config)
        # The rules live beside the generators, whose libraries take a while: the form does not wait.
        self.listed = threading.Thread(target=self._list_segments, daemon=True)
        self.listed.start()

    def _list_segments(self) -> None:
        self.options = segment_options(self.state)


class CampaignForm(SectionForm):
    """Campaigns, prices, delivery and response."""

    def __init__(self, config=None):
        super().__init__(WizardStep.CAMPAIGNS, config)


class OutputForm(SectionForm):
    """Seed, window and target."""

    def __init__(self, config=None):
        super().__init__(WizardStep.OUTPUT, config)


FORMS = {
    WizardStep.HOUSEHOLDS: HouseholdForm,
    WizardStep.DEMOGRAPHICS: DemographicsForm,
    WizardStep.IDENTITY_GRAPH: IdentityForm,
    WizardStep.ENGAGEMENT: EngagementForm,
    WizardStep.AUDIENCE: AudienceForm,
    WizardStep.CAMPAIGNS: CampaignForm,
    WizardStep.OUTPUT: OutputForm,
}


def place_shown(state: StudioState) -> dict:
    """Where runs write, as the form shows it, and what that place cannot do.

    Returns
    -------
    dict
        ``kind``, ``folder``; ``closed``: kind to the reason why it cannot be chosen; ``off``: path of a
        field to the reason why it cannot be switched on; ``title`` of the place; ``can``: what it supports
        and what not, as [label, bool, note].
    """
    can, target = state.can, state.target
    closed = {} if state.has_catalog else {"catalog": "Needs a Spark session: Studio(spark=spark)."}
    off = {} if can["append"] else {"incremental": can["append"].note}
    features = [[one["label"], one["supported"], one["note"]] for one in can.to_dict()["features"].values()]
    return {
        "kind": target.kind,
        "folder": target.folder,
        "closed": closed,
        "off": off,
        "title": can.title,
        "can": features,
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
    """Id, name and type of every published segment; none where PySpark is not installed."""
    try:
        from idgraph_widgets.generators.audience_rules import all_rules
    except ImportError:
        return []
    order = ("demographic", "interest", "behavioural", "purchase_intent")
    rules = sorted(state.peek(all_rules), key=lambda rule: (order.index(rule.segment_type), rule.number))
    return [[rule.segment_id, rule.segment_name, rule.segment_type] for rule in rules]


def _current_sizes(config: GenerationConfig) -> dict[int, float]:
    """The size shares as they are, or the published ones while they are not valid."""
    sizes = config.household_config.size_distribution
    return size_shares(GenerationConfig() if sizes.validate() else config)


def _neat(shares: dict[int, float]) -> dict[int, float]:
    """Shares in ten-thousandths that still sum to one."""
    from idgraph_widgets.config.shares import round_shares

    return round_shares(shares, digits=4)


def _sendable(spec: dict) -> dict:
    return {**spec, "default": _sent(spec["default"])}


def _sent(value):
    """A plain value as JSON knows it: dates as texts, keys as texts, and nothing that is no number."""
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): _sent(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_sent(item) for item in value]
    if isinstance(value, float) and value not in (float("inf"), float("-inf")) and value == value:
        return value
    return value if value is None or isinstance(value, (int, str, bool)) else str(value)
