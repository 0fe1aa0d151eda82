"""Expected purchases with and without ads, and how many households it takes to find the lift."""

from __future__ import annotations

import math
from collections.abc import Mapping

from idgraph_widgets.charts.figures import ACCENT, MUTED, SAMPLE, bars_of_counts, figure, rounded
from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.forecast.purchases import Purchases, expected_purchases
from idgraph_widgets.measurement.sample_size import households_for_lift, in_round_numbers, least_lift
from idgraph_widgets.notation import short
from idgraph_widgets.studio.expected.card import Plot, PlotCard

_POWERS = range(3, 9)
"""Households that are drawn, powers of ten."""


def _purchases_plot(config, _sample: Mapping) -> Plot:
    found = expected_purchases(config)
    counts = {
        "Bought anyway": found.organic,
        "Bought anyway, an ad has the credit": found.captured,
        "Added by ads": found.created,
    }
    texts = [short(float(f"{value:.3g}")) for value in counts.values()]
    plot = bars_of_counts(counts, "expected purchases", texts)
    listed = ", ".join(f"{name.lower()} {value:,.0f}" for name, value in counts.items())
    return Plot(plot, f"Expected purchases: {listed}.")


def _needed_plot(config, _sample: Mapping) -> Plot:
    found, share = expected_purchases(config), config.campaign_config.holdout_share
    households = config.household_config.num_households
    sizes = [10.0 ** (power / 4) for power in range(4 * _POWERS[0], 4 * _POWERS[-1] + 1)]
    traces = []
    for name, campaigns, color in (("one campaign", 1.0, MUTED), ("all campaigns together", found.campaigns, ACCENT)):
        least = [least_lift(found.held_out * max(1.0, campaigns) * size / households, share) for size in sizes]
        drawn = [(size, 100 * lift) for size, lift in zip(sizes, least) if lift < _MOST]
        traces.append(_curve(name, drawn, {"color": color, "width": 2}, "%{x:,.0f} households: a lift of %{y:.2g} %"))
    wanted = max(100 * found.lift, 1e-3)
    ends = [(10.0 ** _POWERS[0], wanted), (10.0 ** _POWERS[-1], wanted)]
    dotted = {"color": SAMPLE, "width": 2, "dash": "dot"}
    traces.append(_curve("lift to be found", ends, dotted, "lift at these settings: %{y:.2g} %"))
    here = least_lift(found.held_out * max(1.0, found.campaigns), share)
    if here < _MOST:
        traces.append(_here(households, 100 * here))
    lows = [wanted, *(y for trace in traces for y in trace["y"])]
    plot = figure(
        [trace for trace in traces if trace["x"]],
        xaxis={
            "type": "log",
            "range": [_POWERS[0], _POWERS[-1]],
            "tickvals": [10**power for power in _POWERS],
            "ticktext": [short(10**power) for power in _POWERS],
            "title": {"text": "households"},
        },
        yaxis={
            "type": "log",
            "range": [math.log10(min(lows)) - 0.1, math.log10(100 * _MOST)],
            "tickvals": [10.0**power for power in range(-3, 4)],
            "ticktext": [f"{10.0**power:g} %" for power in range(-3, 4)],
        },
        legend=True,
    )
    return Plot(plot, _sentence(config, found))


def _sentence(config: GenerationConfig, found: Purchases) -> str:
    if not found.lift or not config.campaign_config.holdout_share:
        return "No lift can be estimated: nobody is held out, or ads add nothing."
    one, every = (households_for_lift(config, campaigns) for campaigns in (1.0, found.campaigns))
    return (
        f"Ads add {100 * found.lift:.2g} % to the purchases of people they reach. Four of five datasets find that of "
        f"all campaigns together with {in_round_numbers(every)} households, that of one campaign with "
        f"{in_round_numbers(one)}."
    )


_MOST = 10.0
"""The largest lift that is drawn: eleven times as many purchases."""


def _curve(name: str, points: list[tuple[float, float]], line: dict, hover: str) -> dict:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": rounded(x for x, _ in points),
        "y": rounded(y for _, y in points),
        "line": line,
        "hovertemplate": f"{hover}<extra></extra>",
    }


def _here(households: int, lift: float) -> dict:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "chosen number of households",
        "x": [households],
        "y": rounded([lift]),
        "marker": {"color": ACCENT, "size": 11, "symbol": "diamond"},
        "hovertemplate": "%{x:,.0f} households find a lift of %{y:.2g} %<extra></extra>",
    }


_READS = ("campaign_config", "household_config", "audience_config", "demographics_config", "start_date", "end_date")

CARDS = (
    PlotCard(
        "purchases",
        "Expected purchases",
        "What people buy anyway, what of it an ad gets the credit for, and what ads add",
        _purchases_plot,
        _READS,
        wide=True,
        height=170,
    ),
    PlotCard(
        "lift",
        "How large a lift a dataset can show",
        "Holdout against people the campaign reached: the smallest lift that four of five datasets find, by number of "
        "households; below the dotted line, the lift of these settings is found",
        _needed_plot,
        _READS,
        wide=True,
        height=260,
    ),
)
