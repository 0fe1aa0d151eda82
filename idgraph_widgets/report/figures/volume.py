"""How much there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idgraph_widgets.notation import in_bytes
from idgraph_widgets.report.figures.card import ACCENT, MUTED, Card, axis, bars, count, figure, rows_axis

if TYPE_CHECKING:
    import pandas as pd


def volume_cards(volume: pd.DataFrame) -> list[Card]:
    """Rows and bytes per table, both on logarithmic axes; bytes only where the place reports them."""
    rows = _card("rows", "Rows per table", volume, "rows", [count(n) for n in volume["rows"]], "rows, logarithmic")
    if not volume["bytes"].any():
        return [rows]
    size = _card(
        "bytes",
        "Size per table",
        volume,
        "bytes",
        [in_bytes(int(n)) for n in volume["bytes"]],
        "bytes of Parquet, logarithmic",
    )
    return [rows, size]


def _card(key: str, title: str, volume: pd.DataFrame, column: str, texts: list[str], unit: str) -> Card:
    data = []
    for name, color, is_table in (("the ten tables", ACCENT, True), ("companions", MUTED, False)):
        at = [i for i, kind in enumerate(volume.kind) if (kind == "table") is is_table]
        part = volume.iloc[at]
        data.append(
            bars(
                part.table,
                part[column],
                "%{y}: %{text}",
                name,
                flat=True,
                text=[texts[i] for i in at],
                textposition="outside",
                cliponaxis=False,
                marker={"color": color},
            )
        )
    high = max(10, float(volume[column].max()))
    x = axis(unit, type="log", range=[0, len(f"{high:.0f}") + 1.1], dtick=1)
    y = rows_axis(categoryorder="array", categoryarray=list(volume.table))
    largest = int(volume[column].to_numpy().argmax())
    text = f"{title}: the largest is {volume.table.iloc[largest]} with {texts[largest]}."
    return Card(key, title, figure(data, x, y, barmode="overlay"), text, text, height=80 + 20 * len(volume))
