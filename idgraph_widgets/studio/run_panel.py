"""The run: Generate, progress, Cancel, what went wrong, Retry, and the runs before."""

from __future__ import annotations

import traitlets

from idgraph_widgets.studio.run_follower import RunFollower
from idgraph_widgets.studio.runs import Runs
from idgraph_widgets.studio.session import WizardStep
from idgraph_widgets.studio.state import StudioState
from idgraph_widgets.widgets.view import View


class RunPanel(RunFollower, View):
    """Starts and shows runs of a state's configuration.

    The run belongs to `runs`, not to this view: another panel on the same runs shows the same.

    Parameters
    ----------
    state : StudioState
    runs : Runs
    tabbed : bool
        Whether it is seen only on the state's step "run".

    Examples
    --------
    >>> panel = RunPanel(StudioState(), Runs(Path(".idgraph")))  # doctest: +SKIP
    >>> panel.generate()
    ... panel.runs.wait().state  # doctest: +SKIP
    'done'
    """

    kind = traitlets.Unicode("run").tag(sync=True)
    ready = traitlets.Dict().tag(sync=True)
    job = traitlets.Dict().tag(sync=True)
    expected = traitlets.Dict().tag(sync=True)
    run = traitlets.Dict().tag(sync=True)
    history = traitlets.List().tag(sync=True)

    def __init__(self, state: StudioState, runs: Runs, tabbed: bool = False):
        View.__init__(self, **self.follow(state, runs, tabbed))
        self.begin()

    def show(self, **values) -> None:
        """What changed, together."""
        with self.hold_sync():
            for name, value in values.items():
                setattr(self, name, value)

    # From the browser

    def on_generate(self, _content: dict) -> None:
        """Generate."""
        self.generate()

    def on_job(self, _content: dict) -> None:
        """Run as a job."""
        self.generate_as_job()

    def on_cancel(self, _content: dict) -> None:
        """Cancel."""
        self.runs.cancel()

    def on_retry(self, _content: dict) -> None:
        """The same run again."""
        self.retry()

    def on_report(self, _content: dict) -> None:
        """To the report."""
        self.state.go_to(WizardStep.REPORT)

    def on_load(self, content: dict) -> None:
        """The configuration of an earlier run."""
        self.load(content.get("id"))

    def on_remove(self, content: dict) -> None:
        """The dataset of an earlier run is not needed any more."""
        self.remove(content.get("id"))
