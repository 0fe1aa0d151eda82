"""How much there is."""

from __future__ import annotations

import pandas as pd

from idgraph_widgets.report.figures.card import Card, axis, bars, count, figure, rows_axis
from idgraph_widgets.terminal import in_bytes


def volume_cards(volume: pd.DataFrame) -> list[Card]:
    """Rows and bytes per table, both on logarithmic axes."""
    rows = _card(
        "rows", "Rows per table", volume, "rows", [count(n) for n in volume["rows"]], "rows, logarithmic"
    )
    size = _card(
        "bytes", "Size per table", volume, "bytes", [in_bytes(int(n)) for n in volume["bytes"]],
        "bytes of Parquet, logarithmic",
    )  # fmt: skip
    return [rows, size]


def _card(key: str, title: str, volume: pd.DataFrame, column: str, texts: list[str], unit: str) -> Card:
    shown = bars(
        volume.table, volume[column], "%{y}: %{text}", flat=True, text=texts, textposition="outside",
        cliponaxis=False, marker={"color": ["@accent" if kind == "table" else "@muted" for kind in volume.kind]},
    )  # fmt: skip
    high = max(10, float(volume[column].max()))
    x = axis(unit, type="log", range=[0, len(f"{high:.0f}") + 1.1], dtick=1)
    largest = volume.loc[volume[column].idxmax()]
    text = f"{title}: the largest is {largest.table} with {texts[volume.index.get_loc(largest.name)]}."
    note = "The ten tables in blue, companions (meta and truth) in grey."
    return Card(key, title, figure([shown], x, rows_axis()), text, note, height=60 + 20 * len(volume))
