"""People: homes, who lives in them, what they are called and where they are."""

from idgraph_widgets.generators import addresses, devices
from idgraph_widgets.generators.people import composition, income, individuals, names, places, social

PREPARE = (
    addresses.prepare,
    devices.prepare,
    composition.prepare,
    places.prepare,
    income.prepare,
    individuals.prepare,
    names.prepare,
    social.prepare,
)
"""What these kernels need of a configuration."""
