"""A map of the states, as tiles of equal size: small states are seen as well as big ones."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from idgraph_widgets.report.figures.card import Card, count, figure

if TYPE_CHECKING:
    import pandas as pd

_TILES = """
AK .. .. .. .. .. .. .. .. .. .. ME
.. .. .. .. .. .. .. .. .. .. VT NH
.. WA ID MT ND MN IL WI MI NY RI MA
.. OR NV WY SD IA IN OH PA NJ CT ..
.. CA UT CO NE MO KY WV VA MD DE ..
.. .. AZ NM KS AR TN NC SC DC .. ..
.. .. .. .. OK LA MS AL GA .. .. ..
HI .. .. .. TX .. .. .. .. FL .. ..
"""

TILES = {
    state: (row, column)
    for row, text in enumerate(_TILES.split("\n")[1:-1])
    for column, state in enumerate(text.split())
    if state != ".."
}
"""Where a state's tile lies: (row from the north, column from the west)."""


def map_card(states: pd.DataFrame) -> Card:
    """Households by state: colour by the square root of the share, figures on hover."""
    rows, columns = 8, 12
    shade: list[list] = [[None] * columns for _ in range(rows)]
    names: list[list] = [[""] * columns for _ in range(rows)]
    about: list[list] = [[""] * columns for _ in range(rows)]
    for state in states.itertuples():
        row, column = TILES[state.state]
        shade[row][column] = round(math.sqrt(state.share), 5)
        names[row][column] = f"<b>{state.state}</b><br><span style='font-size:10px'>{state.share:.1%}</span>"
        about[row][column] = _about(state)
    trace = {
        "type": "heatmap",
        "z": shade,
        "text": names,
        "texttemplate": "%{text}",
        "textfont": {"size": 12},
        "customdata": about,
        "hovertemplate": "%{customdata}<extra></extra>",
        "hoverongaps": False,
        "colorscale": [[0, "@tile"], [1, "@accent"]],
        "zmin": 0,
        "showscale": False,
        "xgap": 3,
        "ygap": 3,
    }
    hidden = {"visible": False, "showgrid": False, "zeroline": False}
    shown = figure([trace], hidden, {**hidden, "autorange": "reversed"}, margin={"l": 4, "r": 4, "t": 4, "b": 4})
    most = states.sort_values("households", ascending=False).head(3)
    largest = ", ".join(f"{row.name_} {row.share:.1%}" for row in most.rename(columns={"name": "name_"}).itertuples())
    note = "A tile per state with its share of households; colour by the square root. Point at one for more."
    text = f"Households by state. Most in {largest}. A table of all states follows."
    return Card("map", "Households by state", shown, text, note, height=430, wide=True)


def _about(state) -> str:
    text = f"<b>{state.name}</b><br>{count(state.households)} households, {state.share:.2%}"
    text += f"<br>configured {state.configured:.2%}"
    if state.households:
        text += f"<br>{state.mean_size:.2f} people and {state.mean_income:,.0f} USD a year on average"
    return text
