"""What the user asks for: dataclasses with described fields, validation and files.

Pure Python: neither Spark nor pandas is imported, and PyYAML only when YAML is read or written.
"""

from idgraph_widgets.config.audience import AudienceConfig
from idgraph_widgets.config.campaign import CampaignConfig
from idgraph_widgets.config.demographics import DemographicsConfig
from idgraph_widgets.config.describe import field_table, template
from idgraph_widgets.config.difficulty import DIFFICULTIES, with_difficulty
from idgraph_widgets.config.engagement import EngagementConfig
from idgraph_widgets.config.generation import GenerationConfig
from idgraph_widgets.config.household import HouseholdConfig, SizeDistribution
from idgraph_widgets.config.identity import IdentityConfig
from idgraph_widgets.config.income import income_bounds
from idgraph_widgets.config.presets import PRESETS, preset, unknown_segments
from idgraph_widgets.config.problems import Problem
from idgraph_widgets.config.records import RecordsConfig
from idgraph_widgets.config.sizes import size_shares
from idgraph_widgets.errors import ConfigError

__all__ = [
    "DIFFICULTIES",
    "PRESETS",
    "AudienceConfig",
    "CampaignConfig",
    "ConfigError",
    "DemographicsConfig",
    "EngagementConfig",
    "GenerationConfig",
    "HouseholdConfig",
    "IdentityConfig",
    "Problem",
    "RecordsConfig",
    "SizeDistribution",
    "field_table",
    "income_bounds",
    "preset",
    "size_shares",
    "template",
    "unknown_segments",
    "with_difficulty",
]
