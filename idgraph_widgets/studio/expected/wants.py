"""One example person over the window: what they want, visit and buy, drawn by the generator's own kernels.

The person is the same at every setting: of some hundred adults of the dataset's seed, whoever buys most by default.
So a dial that moves adds or takes away spells, visits and purchases of one life.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, wraps

import numpy as np

from idgraph_widgets.arrays import Coded, Columns, code_in
from idgraph_widgets.charts.figures import ACCENT, SAMPLE, SOFT, days_axis, figure, rounded
from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.config.files import dump_json, parse_json
from idgraph_widgets.generators import clocks, responses, wants
from idgraph_widgets.generators.ads import markets
from idgraph_widgets.generators.context import DAY, Context
from idgraph_widgets.generators.engagement import hours
from idgraph_widgets.generators.responses import organic, steps
from idgraph_widgets.generators.responses.chains import CREATED, ORGANIC
from idgraph_widgets.generators.wants import spells
from idgraph_widgets.schema.campaigns import AD_PRODUCT_CATEGORIES
from idgraph_widgets.schema.ids import individual_id
from idgraph_widgets.studio.expected.card import Plot, PlotCard

_ADULTS = 400
_AGES = (23, 31, 38, 45, 52, 67)
_INCOMES = (35_000, 60_000, 85_000, 140_000)
_STATE = "OH"


@dataclass(frozen=True)
class Journey:
    """A person's spells of intent and what comes of them; days since ``start_date``.

    Attributes
    ----------
    spells : list of (category, from, to, strength)
    visits, purchases : list of (category, day)
        Without an ad.
    addable : list of (category, day)
        Purchases that ads would add, were they to work in full all the time.
    """

    spells: list[tuple[str, float, float, float]]
    visits: list[tuple[str, float]]
    purchases: list[tuple[str, float]]
    addable: list[tuple[str, float]]


def journey(config: GenerationConfig) -> Journey:
    """The example person's life at these settings."""
    number = _example(config.seed, str(config.start_date), str(config.end_date))
    homes, people = _adults(np.array([number]))
    context = _context(config)
    intents = spells.make(context, homes, people)
    first, days = context.start // DAY, config.window_days
    wanted = [AD_PRODUCT_CATEGORIES[code] for code in code_in(intents.ad_product_category, AD_PRODUCT_CATEGORIES)]
    shown = zip(wanted, intents.from_date.tolist(), intents.to_date.tolist(), intents.strength.tolist())
    found = [(name, max(0, start - first), min(days, end - first), strength) for name, start, end, strength in shown]
    bought = _chains(context, homes, people, intents, "organic")
    extra = _chains(context, homes, people, intents, "created")
    return Journey(
        found,
        _moments(context, bought, "root"),
        _moments(context, bought, "purchase"),
        _moments(context, extra, "purchase"),
    )


def _adults(numbers: np.ndarray) -> tuple[Columns, Columns]:
    """Homes of one adult each: some ages, incomes and children, in turn."""
    n, home = len(numbers), numbers + 1
    households = Columns(
        household_id=home,
        state=Coded(np.zeros(n, np.int32), (_STATE,)),
        market_code=Coded(np.zeros(n, np.int32), (f"{_STATE}-01",)),
        annual_income=np.array(_INCOMES, np.int64)[numbers % len(_INCOMES)],
        has_children=numbers % 3 == 0,
    )
    people = Columns(
        individual_id=individual_id(home, np.zeros(n, np.int64)),
        household_id=home,
        age=np.array(_AGES, np.int64)[numbers % len(_AGES)],
        employment_status=Coded(np.zeros(n, np.int32), ("employed_full_time",)),
    )
    return households, people


def _chains(context: Context, homes: Columns, people: Columns, intents: Columns, stream: str) -> Columns:
    """Visits inside the window with their purchases."""
    visits = organic.visits(context, homes, people, intents, stream)
    origin = np.full(len(visits), CREATED if stream == "created" else ORGANIC, np.int64)
    found = visits.with_columns(**steps.after_visit(context, visits, origin))
    return found.where((found.root > context.start) & (found.root < context.end))


def _moments(context: Context, found: Columns, what: str) -> list[tuple[str, float]]:
    happened = found.where((found[what] > context.start) & (found[what] < context.end))
    days = (happened[what] - context.start) / DAY
    return [(AD_PRODUCT_CATEGORIES[code], round(day, 2)) for code, day in zip(happened.category, days.tolist())]


@lru_cache(maxsize=8)
def _example(seed: int, start: str, end: str) -> int:
    """Number of the adult who buys most, and visits most, at the default dials."""
    config = GenerationConfig.from_dict({"seed": seed, "start_date": start, "end_date": end}, check=False)
    homes, people = _adults(np.arange(_ADULTS))
    context = _context(config)
    found = _chains(context, homes, people, spells.make(context, homes, people), "organic")
    inside = found.where(found.purchase < context.end)
    person = np.searchsorted(people.individual_id, inside.individual_id)
    score = np.bincount(person, 100 * (inside.purchase > 0) + 1, minlength=_ADULTS)
    return int(score.argmax())


def _context(config: GenerationConfig) -> Context:
    settings = config.to_dict()
    del settings["campaign_config"]
    settings = dump_json(settings)
    return Context.make(config, (*(_kept(prepare, settings) for prepare in _FIXED), *_LIVE))


_FIXED = (clocks.prepare, hours.prepare, steps.prepare)
"""Tables that have nothing to do with campaigns."""

_LIVE = tuple(prepare for prepare in (*wants.PREPARE, markets.prepare, *responses.PREPARE) if prepare not in _FIXED)


def _kept(prepare: Callable, settings: str) -> Callable:
    return wraps(prepare)(lambda _config: _made(prepare, settings))


@lru_cache(maxsize=8)
def _made(prepare: Callable, settings: str):
    """The same tables, made once for all settings that differ in campaigns only."""
    return prepare(GenerationConfig.from_dict(parse_json(settings), check=False))


def _plot(config, _sample: Mapping) -> Plot:
    found = journey(config)
    days = config.window_days
    marks = (
        (
            "visit",
            found.visits,
            {"color": "@paper", "size": 8, "symbol": "circle", "line": {"color": ACCENT, "width": 2}},
        ),
        ("purchase", found.purchases, {"color": ACCENT, "size": 13, "symbol": "star"}),
        ("purchase that ads could add", found.addable, {"color": SAMPLE, "size": 9, "symbol": "diamond"}),
    )
    seen = {name for name, *_ in (*found.spells, *found.visits, *found.purchases, *found.addable)}
    lanes = [name for name in AD_PRODUCT_CATEGORIES if name in seen]
    spells_bars = {
        "type": "bar",
        "orientation": "h",
        "name": "in the market",
        "y": [name for name, *_ in found.spells],
        "x": [end - start for _, start, end, _ in found.spells],
        "base": [start for _, start, *_ in found.spells],
        "customdata": rounded(strength for *_, strength in found.spells),
        "marker": {"color": SOFT},
        "hovertemplate": "%{y}: %{x} days of the window, strength %{customdata:.2f}<extra></extra>",
    }
    traces = [spells_bars] if found.spells else []
    for name, moments, marker in marks:
        if moments:
            traces.append(
                {
                    "type": "scatter",
                    "mode": "markers",
                    "name": name,
                    "x": [day for _, day in moments],
                    "y": [lane for lane, _ in moments],
                    "marker": marker,
                    "hovertemplate": f"%{{y}}: {name} on day %{{x:.0f}}<extra></extra>",
                }
            )
    plot = figure(
        traces,
        xaxis=days_axis(config, days),
        yaxis={
            "type": "category",
            "autorange": "reversed",
            "automargin": True,
            "categoryorder": "array",
            "categoryarray": lanes,
            "tickfont": {"size": 9},
        },
        legend=True,
        barmode="overlay",
        bargap=0.3,
    )
    listed = "; ".join(f"{name} from day {start} to {end}" for name, start, end, _ in found.spells) or "none"
    return Plot(
        plot,
        f"Spells of intent: {listed}. {len(found.visits)} visits and {len(found.purchases)} purchases without an ad; "
        f"{len(found.addable)} purchases that ads could add.",
    )


CARD = PlotCard(
    "journey",
    "An example person",
    "The same adult at every setting: spells of intent, visits and purchases without an ad, and what ads could add if "
    "they worked in full all the time",
    _plot,
    ("campaign_config", "engagement_config.activity_sigma", "start_date", "end_date", "seed"),
    wide=True,
    height=260,
)
