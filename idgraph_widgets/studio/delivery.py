"""What a studio in a shared dashboard gives to browsers and to other people, and takes over from them."""

from __future__ import annotations

from idgraph_widgets.studio.bar_data import imported
from idgraph_widgets.studio.state import StudioState
from idgraph_widgets.workspaces import Workspace
from idgraph_widgets.workspaces.gallery import Gallery, adopted


def delivery_of(workspace: Workspace, run: str, dataset, checks):
    """Where browsers get what a run has written, and how its report is shown; None outside of a shared dashboard.

    Returns
    -------
    Delivery or None
    """
    if workspace.gallery is None:
        return None
    from idgraph_widgets.report.delivery import Delivery
    from idgraph_widgets.report.page import write_html

    def show() -> str:
        config = dataset.config
        title = f"{config.household_config.num_households:,} households, seed {config.seed}"
        gallery = Gallery(workspace.gallery)
        shown = gallery.show(
            workspace.who, run, title, config.to_yaml(), lambda path: write_html(dataset, path, checks)
        )
        return f"{workspace.address}shown/{shown.id}/"

    return Delivery(f"{workspace.address}take/{run}", show)


def take_up_adopted(workspace: Workspace, state: StudioState) -> None:
    """Take up the configuration that its owner has chosen among those that others show."""
    if workspace.shared and (found := adopted(workspace.home)) is not None:
        problem = imported(state, found["config"], f"the configuration of {found['title']} from {found['who']}")
        if problem:
            state.say(f"The configuration could not be taken over: {problem}")
