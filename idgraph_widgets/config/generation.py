"""The whole configuration: seed, window, catalog and the five sections."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from datetime import date
from typing import Any

from idgraph_widgets.config.audience import AudienceConfig
from idgraph_widgets.config.campaign import CampaignConfig
from idgraph_widgets.config.demographics import DemographicsConfig
from idgraph_widgets.config.engagement import EngagementConfig
from idgraph_widgets.config.extra_columns import ExtraColumns
from idgraph_widgets.config.household import HouseholdConfig
from idgraph_widgets.config.kinds import Day, Flag, Integer, Name
from idgraph_widgets.config.section import Section, section, setting

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)

# What decides where and how a dataset is written, but none of its rows.
_NOT_IN_FINGERPRINT = ("catalog_name", "schema_name", "incremental")


@dataclass
class GenerationConfig(Section):
    """Everything a dataset depends on.

    Examples
    --------
    >>> config = GenerationConfig(seed=7)
    >>> config.household_config.num_households = 5_000
    >>> config.validate()
    []
    >>> GenerationConfig.from_yaml(config.to_yaml()) == config
    True
    """

    seed: int = setting(
        42,
        Integer(0, 2_147_483_647),
        "Seed",
        unit="",
        group="Run",
        help="The same seed and configuration give the same rows on every engine.",
    )
    catalog_name: str | None = setting(
        None, Name(), "Catalog", unit="", group="Run", help="Where tables are saved when no folder is given."
    )
    schema_name: str | None = setting(
        None, Name(), "Schema", unit="", group="Run", help="Companions go to <schema>_meta and <schema>_truth."
    )
    start_date: date = setting(
        date(2025, 1, 1),
        Day(FIRST_DAY, LAST_DAY),
        "First day",
        unit="UTC date",
        group="Window",
        help="Events lie on or after this day; ages are as of it.",
    )
    end_date: date = setting(
        date(2025, 4, 1),
        Day(FIRST_DAY, LAST_DAY),
        "End",
        unit="UTC date, excluded",
        group="Window",
        help="Events lie before this day. A later end only adds events.",
    )
    incremental: bool = setting(
        False,
        Flag(),
        "Add to an existing dataset",
        unit="",
        group="Run",
        help="Adds households or days to the dataset that is there, instead of replacing it.",
    )
    household_config: HouseholdConfig = section(
        HouseholdConfig, "Households", group="Households", help="Number, size, income and place."
    )
    demographics_config: DemographicsConfig = section(
        DemographicsConfig, "People", group="People", help="Age, gender, education, work and identifiers."
    )
    engagement_config: EngagementConfig = section(
        EngagementConfig, "Engagement", group="Engagement", help="What people read, watch, hear and play."
    )
    audience_config: AudienceConfig = section(
        AudienceConfig, "Audiences", group="Audiences", help="Segments, lookback and thresholds."
    )
    campaign_config: CampaignConfig = section(
        CampaignConfig, "Campaigns", group="Campaigns", help="Campaigns, delivery and response."
    )

    extra_columns: list[dict[str, Any]] = setting(
        [],
        ExtraColumns(),
        "Columns of your own",
        unit="",
        group="Own columns",
        help="Columns that tables get beside their own: from values, ranges, templates, Faker or SQL.",
    )

    @property
    def window_days(self) -> int:
        """Days from `start_date` to `end_date`, the latter excluded."""
        return (self.end_date - self.start_date).days

    def fingerprint(self) -> str:
        """SHA-256 (hex) of everything that decides the rows.

        Equal for configurations that differ only in catalog, schema or mode; independent of the order
        of names in mappings.
        """
        data = {name: value for name, value in self.to_dict().items() if name not in _NOT_IN_FINGERPRINT}
        if not data["extra_columns"]:
            del data["extra_columns"]
        text = json.dumps(data, sort_keys=True, separators=(",", ":"), default=date.isoformat)
        return hashlib.sha256(text.encode("utf-8")).hexdigest()

    def to_yaml(self) -> str:
        """The configuration as YAML; `from_yaml` gives back an equal one."""
        from idgraph_widgets.config.files import dump_yaml

        return dump_yaml(self.to_dict())

    @classmethod
    def from_yaml(cls, text: str, check: bool = True) -> GenerationConfig:
        """Read YAML text; what it leaves out has its default. Raises `ConfigError`."""
        from idgraph_widgets.config.files import parse_yaml

        return cls.from_dict(parse_yaml(text), check)

    def to_json(self) -> str:
        """The configuration as JSON, dates as ISO texts; `from_json` gives back an equal one."""
        from idgraph_widgets.config.files import dump_json

        return dump_json(self.to_dict())

    @classmethod
    def from_json(cls, text: str, check: bool = True) -> GenerationConfig:
        """Read JSON text; what it leaves out has its default. Raises `ConfigError`."""
        from idgraph_widgets.config.files import parse_json

        return cls.from_dict(parse_json(text), check)

    @classmethod
    def from_file(cls, path: str | os.PathLike[str], check: bool = True) -> GenerationConfig:
        """Read a ``.yaml``, ``.yml`` or ``.json`` file of at most 1 MiB. Raises `ConfigError`."""
        from idgraph_widgets.config.files import read_file

        return cls.from_dict(read_file(path), check)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write a ``.yaml``, ``.yml`` or ``.json`` file, replacing what is there."""
        from idgraph_widgets.config.files import write_file

        write_file(path, self.to_dict())
