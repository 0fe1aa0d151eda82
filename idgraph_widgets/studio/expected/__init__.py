"""What a configuration will give, drawn without Spark.

Each module has the cards of one tab: titles, notes and figures, made from the numbers that `forecast` tells. A
card's function takes the configuration and, where one was made, the sample of the first 1,000 households to put
beside the expectation. What is an example rather than an expectation stays here: campaigns and a person's life as
the generators draw them.
"""

from __future__ import annotations

from idgraph_widgets.studio.expected import audience, campaigns, engagement, households, identity, people, volume
from idgraph_widgets.studio.expected.card import PlotCard
from idgraph_widgets.studio.session import WizardStep


def cards(step: WizardStep) -> tuple[PlotCard, ...]:
    """The plots of a tab, in order."""
    return {
        WizardStep.HOUSEHOLDS: households.CARDS,
        WizardStep.DEMOGRAPHICS: people.CARDS,
        WizardStep.IDENTITY_GRAPH: identity.CARDS,
        WizardStep.ENGAGEMENT: engagement.CARDS,
        WizardStep.AUDIENCE: audience.CARDS,
        WizardStep.CAMPAIGNS: campaigns.CARDS,
        WizardStep.OUTPUT: volume.CARDS,
    }.get(step, ())
