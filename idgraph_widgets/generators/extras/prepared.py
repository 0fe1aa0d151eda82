"""What the driver makes once for columns of one's own: the columns, quantiles of distributions, pools of texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.config.extra_columns import extra_columns
from idgraph_widgets.config.extra_specs import ExtraColumn, Pool
from idgraph_widgets.draws import Draws
from idgraph_widgets.generators.extras.faker_pool import PoolOfTexts, pool_of
from idgraph_widgets.generators.extras.quantiles import quantiles

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class Prepared:
    """A column and what its draws look up.

    Attributes
    ----------
    column : ExtraColumn
    quantiles : ndarray of int64 or None
        Of its distribution.
    pool : PoolOfTexts or None
    """

    column: ExtraColumn
    quantiles: np.ndarray | None = None
    pool: PoolOfTexts | None = None


def prepare(config: GenerationConfig) -> dict[str, tuple[Prepared, ...]]:
    """The columns of one's own by table, in order; tables without any are left out.

    Raises
    ------
    ConfigError
        Faker cannot give what is asked for.
    """
    found: dict[str, tuple[Prepared, ...]] = {}
    for column in extra_columns(config):
        distribution = getattr(column.made, "distribution", None)
        made = Prepared(
            column,
            None if distribution is None else quantiles(distribution),
            pool_of(column, stream_of(config.seed, column).salt("pool")) if isinstance(column.made, Pool) else None,
        )
        found[column.table] = (*found.get(column.table, ()), made)
    return found


def stream_of(seed: int, column: ExtraColumn) -> Draws:
    """The draws of a column: no other column has them."""
    return Draws(seed, f"extra/{column.table}/{column.name}")
