"""Expected audiences: how many adults show each interest within the lookback."""

from __future__ import annotations

from collections.abc import Mapping

from idgraph_widgets.charts.figures import flat_bars
from idgraph_widgets.forecast.engagement import interests
from idgraph_widgets.studio.expected.card import Plot, PlotCard


def _interests_plot(config, _sample: Mapping) -> Plot:
    shares = interests(config)
    names = sorted(shares, key=shares.get, reverse=True)
    figure = flat_bars(names, [shares[name] for name in names])
    listed = ", ".join(f"{name} {shares[name]:.1%}" for name in names)
    return Plot(figure, f"Adults who qualify for each interest: {listed}.")


CARDS = (
    PlotCard(
        "interests",
        "Interest segments",
        "Share of adults who qualify, before the differences of age and gender",
        _interests_plot,
        (
            "audience_config.lookback_days",
            "audience_config.interest_min_events",
            "engagement_config.events_per_person_day",
            "engagement_config.activity_sigma",
            "engagement_config.category_weights",
        ),
        wide=True,
        height=380,
    ),
)
