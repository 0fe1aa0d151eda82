"""How many households there are, how big, how rich and where."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from idgraph_widgets.config.kinds import Integer, Real
from idgraph_widgets.config.mappings import BracketBounds, Shares
from idgraph_widgets.config.section import Section, Source, section, setting
from idgraph_widgets.config.shares import round_shares
from idgraph_widgets.reference import STATES, state_names, state_shares
from idgraph_widgets.schema.ids import MAX_HOUSEHOLDS

SIZES = tuple(range(1, 13))

PUBLISHED_SIZES = {1: 0.290, 2: 0.350, 3: 0.150, 4: 0.122, 5: 0.055, 6: 0.021, 7: 0.012}

_STATE_ALIASES = {name.casefold(): code for code, name in state_names().items()}

_HH4 = Source(
    "US Census Bureau, CPS ASEC 2023, table HH-4: shares of households by size, rounded to three "
    "decimals; 7 or more persons count as 7 (.0126, cut to .012 so that the sum is 1)",
    2023,
    "derived",
)
_INCOME = Source(
    "US Census Bureau, ACS 2024 1-year, table S1901: sum of 50 states and DC, ten published brackets "
    "interpolated linearly to these five",
    2024,
    "derived",
)
_STATES = Source(
    "US Census Bureau, ACS 2024 1-year, table S1901: households of each state over the sum of all", 2024, "derived"
)


@cache
def _published_states() -> dict[str, float]:
    return round_shares({row["state"]: row["households_2024"] for row in state_shares()})


@dataclass
class SizeDistribution(Section):
    """People per household: published shares, shares of your own, or a mean and a deviation.

    Examples
    --------
    >>> SizeDistribution().shares[2]
    0.35
    >>> SizeDistribution(mean=2.4, std_dev=1.3).shares is None
    True
    """

    mean: float | None = setting(
        None,
        Real(1, 12, optional=True),
        "Mean household size",
        unit="people",
        group="Size",
        help="Give it together with std_dev, instead of shares. Sizes then follow the maximum-entropy "
        "distribution on 1 to max_size that really has this mean and deviation.",
    )
    std_dev: float | None = setting(
        None,
        Real(0, optional=True),
        "Standard deviation of household size",
        unit="people",
        group="Size",
        help="Give it together with mean. Which deviations can be reached depends on the mean.",
    )
    shares: dict[int, float] | None = setting(
        None,
        Shares(SIZES, optional=True, what="size"),
        "Share of households by size",
        unit="share",
        group="Size",
        help="Used when mean and std_dev are absent. Default: the published shares; with max_size below 7 "
        "the bigger homes count as max_size.",
        source=_HH4,
    )
    max_size: int = setting(
        7,
        Integer(2, 12),
        "Largest household",
        unit="people",
        group="Size",
        help="No household has more people.",
        source=_HH4,
    )

    def __post_init__(self) -> None:
        """Without any word on sizes, the published shares hold."""
        if self.shares is None and self.mean is None and self.std_dev is None:
            self.shares = _folded(PUBLISHED_SIZES, self.max_size)


def _folded(shares: dict[int, float], max_size: int) -> dict[int, float]:
    """The shares with everything above `max_size` counted as `max_size`."""
    top = max_size if isinstance(max_size, int) and 2 <= max_size < max(shares) else max(shares)
    folded = {size: share for size, share in shares.items() if size < top}
    return {**folded, top: round(sum(share for size, share in shares.items() if size >= top), 9)}


@dataclass
class HouseholdConfig(Section):
    """Number, size, income and place of the households."""

    num_households: int = setting(
        10_000,
        Integer(1_000, MAX_HOUSEHOLDS),
        "Households",
        unit="households",
        group="Volume",
        help="A smaller dataset is a row-for-row prefix of a bigger one with the same seed.",
    )
    income_brackets: dict[str, float] = setting(
        {"<30K": 0.175, "30-60K": 0.193, "60-100K": 0.220, "100-150K": 0.178, "150K+": 0.234},
        Shares(what="bracket"),
        "Share of households by income bracket",
        unit="share",
        group="Income",
        help="Labels such as <30K, 30-60K and 150K+ are understood; any other needs bounds in "
        "income_bounds. Brackets must join without gap or overlap.",
        source=_INCOME,
    )
    income_bounds: dict[str, tuple[int, int | None]] = setting(
        {},
        BracketBounds(),
        "Bounds of income brackets",
        unit="USD a year",
        group="Income",
        help="Lower (included) and upper (excluded) bound for labels that do not say it themselves; "
        "null as upper bound means no limit.",
    )
    size_distribution: SizeDistribution = section(
        SizeDistribution, "Household size", group="Size", help="Shares by size, or a mean and a deviation."
    )
    location_distribution: dict[str, float] = setting(
        lambda: dict(_published_states()),
        Shares(STATES, _STATE_ALIASES, what="state"),
        "Share of households by state",
        unit="share",
        group="Place",
        help="Two-letter codes of the 50 states and DC; a state left out gets no household.",
        source=_STATES,
    )
