"""Who lives together: household compositions and ages, calibrated on the driver.

Pure Python and numpy. The generators turn the resulting tables into lookups; nothing here touches Spark.
"""

from idgraph_widgets.config.compositions import Composition, compositions
from idgraph_widgets.population.calibration import group_of
from idgraph_widgets.population.model import PopulationModel, population_model
from idgraph_widgets.population.raking import rake

__all__ = ["Composition", "PopulationModel", "compositions", "group_of", "population_model", "rake"]
