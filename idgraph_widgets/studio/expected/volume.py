"""Expected rows and bytes of every table."""

from __future__ import annotations

import math
from collections.abc import Mapping

from idgraph_widgets.charts.figures import flat_bars, nice
from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.forecast.estimate import latest_estimate
from idgraph_widgets.notation import in_bytes, short
from idgraph_widgets.studio.expected.card import Plot, PlotCard


def volumes(config: GenerationConfig) -> dict[str, tuple[int, int]]:
    """Rows and bytes per table and companion."""
    return {name: (table.rows, table.bytes) for name, table in latest_estimate(config).tables.items()}


def _rows_plot(config, _sample: Mapping) -> Plot:
    found = volumes(config)
    rows = [max(1, count) for count, _ in found.values()]
    figure = flat_bars(
        list(found),
        rows,
        percent=False,
        axis={
            "type": "log",
            # Room for the texts beside the bars, in a narrow window, too.
            "range": [0, 1.55 * math.log10(nice(max(rows)))],
            "title": {"text": "rows, log scale"},
            "dtick": 2,
        },
        texts=[f"{short(count)} · {in_bytes(size)}" for count, size in found.values()],
    )
    total = sum(count for count, _ in found.values()), sum(size for _, size in found.values())
    listed = ", ".join(f"{name} {count:,}" for name, (count, _) in found.items())
    return Plot(figure, f"{total[0]:,} rows, {in_bytes(total[1])}. By table: {listed}.")


CARDS = (
    PlotCard(
        "rows",
        "Rows and bytes per table",
        "Estimated from the configuration; runs of the presets were within 5 % of it",
        _rows_plot,
        ("",),
        wide=True,
        height=430,
    ),
)
