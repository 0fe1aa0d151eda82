"""Forms of the configuration's tabs, made from the fields' metadata."""

from __future__ import annotations

import threading

import traitlets

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.config.shown import section_html
from idgraph_widgets.engines import ENGINES
from idgraph_widgets.studio.fields import form_spec
from idgraph_widgets.studio.form_data import INTRO, as_state, messages, place_shown, segment_options, set_size_mode
from idgraph_widgets.studio.observed import Change
from idgraph_widgets.studio.own_columns import PATH
from idgraph_widgets.studio.own_texts import as_texts, from_texts
from idgraph_widgets.studio.own_values import OwnValuesAhead
from idgraph_widgets.studio.paths import settings
from idgraph_widgets.studio.session import WizardStep
from idgraph_widgets.studio.target import KINDS
from idgraph_widgets.widgets.view import View


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
    previews = traitlets.List().tag(sync=True)
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
            intro=INTRO[step],
            fields=fields,
            **self._shown([spec["path"] for spec in fields]),
        )
        if PATH in self.values:
            self.own_values = OwnValuesAhead(self._show_own_values)
            self._ask_own_values()
        # Before the sums of other views: the browser sends its next change when this one is answered.
        self._stop = self.state.subscribe(self._on_change, first=True)

    @property
    def config(self) -> GenerationConfig:
        """A copy of the configuration as it stands."""
        return self.state.config

    def _repr_html_(self) -> str:
        """The configuration for where no widget runs."""
        return self.state.peek(section_html)

    def focus(self, path: str) -> None:
        """Bring the field at `path` into sight and put the cursor there."""
        self._wishes += 1
        self.wanted = f"{path}#{self._wishes}"

    def _shown(self, paths: list[str]) -> dict:
        state = self.state
        return {
            "values": {path: _shown(path, state.value(path)) for path in paths},
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
        if "config" in change.topics and PATH in self.values:
            self._ask_own_values()

    def _ask_own_values(self) -> None:
        """First values of columns of one's own, when they are made."""
        if self.values[PATH]:
            self.own_values.ask(self.config)
        else:
            self.previews = []

    def _show_own_values(self, found: list[dict]) -> None:
        if self.comm is not None and len(found) == len(self.values[PATH]):
            self.previews = found

    def on_set(self, content: dict) -> None:
        """Fields changed in the browser; answered together with what became of them."""
        known = {path: value for path, value in content.get("values", {}).items() if path in settings()}
        if PATH in known:
            known[PATH] = from_texts(known[PATH], self.state.value(PATH))
        self._token = str(content.get("token", ""))
        self.state.set_many(known)
        # Where nothing changed, no observer was notified.
        self.ack = self._token

    def on_reset(self, content: dict) -> None:
        """A field goes back to its default."""
        if content.get("path") in settings():
            self.state.reset(content["path"])

    def on_size_mode(self, content: dict) -> None:
        """Household sizes by shares, or by mean and deviation that give the same."""
        set_size_mode(self.state, "mean" if content.get("mode") == "mean" else "shares")

    def on_target(self, content: dict) -> None:
        """Where runs write, and what they work on."""
        kind, folder, engine = (content.get(name) for name in ("kind", "folder", "engine"))
        self.state.set_target(kind if kind in KINDS else None, folder, engine if engine in ENGINES else None)


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


def _sendable(spec: dict) -> dict:
    return {**spec, "default": _sent(spec["default"])}


def _shown(path: str, value):
    return as_texts(value) if path == PATH else _sent(value)


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
