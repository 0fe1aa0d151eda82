"""Hash → uniform integer → distribution, as Spark columns. The only source of randomness.

A draw is a pure function of (seed, stream name, key columns), so it does not depend on row order,
partitions, files or engine. All arithmetic is on integers: floating-point functions differ in the
last bit between engines.
"""

from idgraph_widgets.draws.draws import SCALE, UNIT_BITS, Draws, choose, int_div, steps, threshold
from idgraph_widgets.draws.frames import small_frame
from idgraph_widgets.draws.lookup import lottery, lottery_tickets, quantile_frame, quantiles_lognormal
from idgraph_widgets.draws.permutation import with_scrambled

__all__ = [
    "SCALE",
    "UNIT_BITS",
    "Draws",
    "choose",
    "int_div",
    "lottery",
    "lottery_tickets",
    "quantile_frame",
    "quantiles_lognormal",
    "small_frame",
    "steps",
    "threshold",
    "with_scrambled",
]
