"""What an append adds to a published dataset, and whether it may.

A dataset grows in two directions: more households, or a later end of its window. Everything else that decides
about rows must be as it was, or the new rows would not fit the old ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timezone

from idgraph_widgets import __version__
from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.config.problems import Problem, config_error, shown
from idgraph_widgets.config.walking import walk
from idgraph_widgets.schema import Table, ids
from idgraph_widgets.storage.manifest import Manifest

GROWS = ("household_config.num_households", "end_date")
"""The settings an append may raise."""

_FREE = ("catalog_name", "schema_name", "incremental")


@dataclass(frozen=True)
class Growth:
    """From what to what a dataset grows.

    Attributes
    ----------
    homes_before, homes_after : int
        Numbers of households.
    end_before, end_after : date
        Ends of the window.
    block_starts : tuple of int
        Where this and earlier appends begin inside a block of households.
    onto : str
        The run that published what grows.
    """

    homes_before: int
    homes_after: int
    end_before: date
    end_after: date
    block_starts: tuple[int, ...]
    onto: str

    @property
    def adds_homes(self) -> bool:
        return self.homes_after > self.homes_before

    @property
    def adds_days(self) -> bool:
        return self.end_after > self.end_before

    @property
    def is_nothing(self) -> bool:
        return not (self.adds_homes or self.adds_days)

    @property
    def end_before_micros(self) -> int:
        """The earlier end of the window, microseconds since 1970."""
        end = datetime.combine(self.end_before, time(), timezone.utc)
        return int(end.timestamp()) * 1_000_000

    @property
    def first_home(self) -> int:
        """First household of which anything is made: all of them where days are added, else the added ones."""
        return 1 if self.adds_days else self.homes_before + 1


def growth(manifest: Manifest, config: GenerationConfig) -> Growth:
    """What appending `config` to the dataset of `manifest` adds.

    Raises
    ------
    ConfigError
        The dataset would have to shrink, another setting differs, or another version of this library wrote it;
        with all differences.
    """
    before = GenerationConfig.from_dict(manifest.config, check=False)
    # Other settings draw from other names, so names are compared where everything else is alike.
    problems = [*_shrinking(before, config), *_differences(before, config), *_version(manifest)]
    problems = problems or list(_names(manifest, config))
    if problems:
        raise config_error(problems, "the append to the dataset that is there")
    homes = before.household_config.num_households
    after = config.household_config.num_households
    starts = tuple(manifest.block_starts)
    if after > homes and ids.block_start(homes + 1) <= homes:
        starts = (*starts, homes + 1)
    return Growth(homes, after, before.end_date, config.end_date, starts, manifest.run_id)


def stays(growth: Growth | None, table: Table) -> bool:
    """Whether neither direction of growth changes the table."""
    return growth is not None and table.grows == "fixed"


def mode_of(growth: Growth | None, table: Table) -> str:
    """How the published table takes what a run writes for it; `growth` is None where the dataset is made anew."""
    if growth is None:
        return "overwrite"
    if table.grows in ("fixed", "lasting"):
        return "append"
    if table.is_of_all:
        return "append" if table.grows == "dated" and not growth.adds_homes else "overwrite"
    return "append" if table.grows == "dated" or not growth.adds_days else "overwrite"


def _shrinking(before: GenerationConfig, after: GenerationConfig) -> Iterator[Problem]:
    homes, wanted = before.household_config.num_households, after.household_config.num_households
    if wanted < homes:
        yield Problem(
            GROWS[0],
            f"{wanted:,}, fewer than the dataset has",
            f"{homes:,} or more: the total after the append",
            "Give the total you want, or generate anew without append.",
        )
    if after.end_date < before.end_date:
        yield Problem(
            GROWS[1],
            f"{after.end_date}, before the end of the dataset",
            f"{before.end_date} or later",
            "Give a later end, or generate anew without append.",
        )


def _differences(before: GenerationConfig, after: GenerationConfig) -> Iterator[Problem]:
    """One problem per setting that decides about rows and differs."""
    for (path, field, old, _), (_, _, new, _) in zip(walk(before), walk(after)):
        if "setting" not in field.metadata or path in GROWS or path in _FREE or old == new:
            continue
        there, here = old, new
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            names = [n for n in {**old, **new} if old.get(n) != new.get(n)]
            there, here = ({n: values[n] for n in names if n in values} for values in (old, new))
        yield Problem(path, shown(here), f"{shown(there)}, as in the dataset", "Only households and end_date can grow.")


def _version(manifest: Manifest) -> Iterator[Problem]:
    """Another version of this library may draw other rows."""
    there, here = manifest.versions.get("idgraph_widgets"), __version__
    if there != here:
        yield Problem(
            "version of idgraph_widgets",
            here,
            f"{there}, which wrote the dataset",
            "Append with that version, or generate anew with this one.",
        )


def _names(manifest: Manifest, config: GenerationConfig) -> Iterator[Problem]:
    """Other names, from another version of Faker, would make other rows."""
    from idgraph_widgets.generators.block import PREPARE
    from idgraph_widgets.generators.context import Context
    from idgraph_widgets.generators.pools import names_digest

    if manifest.versions.get("names") != names_digest(Context.make(config, PREPARE)):
        yield Problem(
            "names",
            "other names than the dataset's are drawn from",
            f"those that Faker {manifest.versions.get('faker')} gave when the dataset was written",
            "Append with that version of Faker, or generate anew with this one.",
        )
