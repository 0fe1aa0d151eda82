"""People: homes, who lives in them, what they are called and where they are."""

from idgraph_widgets.generators import addresses, devices
from idgraph_widgets.generators.people import (
    children,
    composition,
    education,
    employment,
    income,
    individuals,
    names,
    places,
    platforms,
    states,
)

PREPARE = (
    addresses.prepare,
    devices.prepare,
    composition.prepare,
    children.prepare,
    states.prepare,
    places.prepare,
    income.prepare,
    individuals.prepare,
    names.prepare,
    education.prepare,
    employment.prepare,
    platforms.prepare,
)
"""What these kernels need of a configuration."""
