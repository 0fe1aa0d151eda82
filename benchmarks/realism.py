"""How realistic a dataset is: what is wanted and found, statistical checks, correlations, and pictures of them.

    python -m benchmarks.realism --write
    python -m benchmarks.realism --households 1000000
    python -m benchmarks.realism data/before data/after --out realism.html

With ``--write`` datasets of several sizes, one of another seed and one that grew by homes and by days are made and
measured one after the other, and docs/realism.md with its pictures is written. Otherwise: prints the statistical checks
of each dataset, made for the purpose with ``--households``, and writes one page of pictures that needs no network:
shares wanted and found, hours, degrees of the identity graph, campaigns over their flight. With several datasets each
picture shows them side by side.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

DEGREES = {
    "identifiers per person": (
        "select least(n, 40) as x, count(*) as y from"
        " (select individual_id, count(*) as n from {identity_mappings} group by 1) p group by 1"
    ),
    "people per identifier": (
        "select least(n, 60) as x, count(*) as y from"
        " (select identifier_value, count(distinct individual_id) as n from {identity_mappings} group by 1) v"
        " group by 1"
    ),
    "engagements per person": (
        "select pow2 as x, count(*) as y from (select cast(floor(log2(count(*))) as int) as pow2"
        " from {content_engagements} group by individual_id) p group by 1"
    ),
    "exposures by day of flight": (
        "select cast(unix_micros(x.exposure_ts) div 86400000000 - unix_date(c.start_date) as int) as x,"
        " count(*) as y from {campaign_exposures} x join {campaigns} c on x.campaign_id = c.campaign_id group by 1"
    ),
}
"""Distributions that no check compares with a target: SQL of (x, y)."""

PICTURED = (
    "household_size",
    "household_type",
    "income_by_type",
    "age_sex",
    "living_arrangements",
    "mothers_age",
    "education_by_age",
    "employment_by_age",
    "ctv_platform",
    "content_category",
    "content_type",
    "hours_mobile",
    "hours_desktop",
    "hours_tv",
    "hours_weekend_mobile",
    "hours_weekend_desktop",
    "hours_weekend_tv",
    "view_ends_article",
    "view_ends_video",
    "view_ends_audio",
    "weekdays",
    "sign_up_lag",
)
"""Statistical checks that are drawn: target as a line, datasets as bars."""


DOCS = Path(__file__).parents[1] / "docs"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("datasets", nargs="*", help="folders of datasets")
    parser.add_argument("--households", type=int, help="make a dataset of this size, and look at it")
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument("--out", help="page of pictures to write (HTML)")
    parser.add_argument("--write", action="store_true", help="write docs/realism.md and its pictures")
    parser.add_argument("--sizes", nargs="+", type=int, default=[10_000, 100_000, 1_000_000], help="with --write")
    parser.add_argument("--other-seed", type=int, default=20_261, help="with --write: a seed not looked at before")
    parser.add_argument("--seeds", type=int, default=10, help="with --write: datasets of the preset measurement")
    parser.add_argument("--docs", type=Path, default=DOCS, help="with --write: where to")
    arguments = parser.parse_args()
    if arguments.write:
        from benchmarks.realism_page import write

        write(arguments.docs, arguments.sizes, arguments.seed, arguments.other_seed, arguments.seeds)
        return
    if not arguments.datasets and not arguments.households:
        parser.error("name datasets, or give --households")
    from idgraph_widgets.engines import start_engine

    with start_engine("embedded") as engine, tempfile.TemporaryDirectory() as scratch:
        paths = list(arguments.datasets)
        if arguments.households:
            paths.append(_made(engine, arguments.households, arguments.seed, Path(scratch) / "made"))
        looked = [_look(engine.spark, path) for path in paths]
    if arguments.out:
        Path(arguments.out).write_text(page(looked), encoding="utf-8")
        print(f"Pictures: {arguments.out}")


def _made(engine, households: int, seed: int, out: Path) -> Path:
    from idgraph_widgets import GenerationConfig, run_pipeline

    config = GenerationConfig(seed=seed)
    config.household_config.num_households = households
    run_pipeline(engine.spark, config, out, engine=(engine.name, engine.version))
    return out


def _look(spark, path) -> dict:
    """Print a dataset's statistics; return them with its distributions."""
    from idgraph_widgets import Dataset
    from idgraph_widgets.quality import run_checks
    from idgraph_widgets.quality.report import statistics_text

    with Dataset(path, spark) as dataset:
        report = run_checks(spark, dataset.tables(), dataset.config, groups=["statistics"])
        name = f"{Path(path).name} ({dataset.config.household_config.num_households:,} households)"
        print(f"\n{name}\n" + "\n".join(statistics_text(report.statistics, report.correlations)))
        print(report.verdict, flush=True)
        return {"name": name, "report": report, "degrees": degrees(dataset)}


def degrees(dataset) -> dict[str, list[tuple]]:
    """Points of `DEGREES`, by title."""
    return {
        title: sorted((row[0], row[1]) for row in dataset.sql(_plain(sql)).collect() if row[0] is not None)
        for title, sql in DEGREES.items()
    }


def _plain(sql: str) -> str:
    return sql.replace("{", "").replace("}", "")


def page(looked: list[dict]) -> str:
    """The pictures as one HTML page."""
    figures = [shares_figure(looked, name) for name in PICTURED]
    figures += [calibration_figure(looked), _correlation_figure(looked)]
    figures += [degree_figure(looked, title) for title in DEGREES]
    parts = [
        figure.to_html(
            full_html=False,
            include_plotlyjs=i == 0,
            config={"displayModeBar": False},
            default_height="340px",
            default_width="680px",
        )
        for i, figure in enumerate(figure for figure in figures if figure is not None)
    ]
    body = "".join(f'<div style="display:inline-block">{part}</div>' for part in parts)
    return f'<!doctype html><meta charset="utf-8"><title>Realism</title><body style="margin:8px">{body}</body>\n'


def _figure(title: str, x: str = "", y: str = ""):
    import plotly.graph_objects as go

    figure = go.Figure()
    figure.update_layout(
        title=title,
        xaxis_title=x,
        yaxis_title=y,
        template="simple_white",
        margin={"l": 50, "r": 20, "t": 40, "b": 60},
        legend={"orientation": "h", "y": 1.08, "x": 1, "xanchor": "right"},
    )
    return figure


def shares_figure(looked: list[dict], name: str):
    """Shares found as bars, wanted as points and a line."""
    found = [(one["name"], _statistic(one, name)) for one in looked]
    found = [(label, result) for label, result in found if result is not None]
    if not found:
        return None
    target = found[-1][1].target
    names = sorted(target, key=_order)
    figure = _figure(found[-1][1].sentence.rstrip("."), y="share")
    for label, result in found:
        figure.add_bar(x=names, y=[result.actual.get(n, 0.0) for n in names], name=label)
    # A line leads from number to number; words have nothing between them.
    mode = "lines+markers" if all(_order(name)[0] == 0 for name in names) else "markers"
    figure.add_scatter(x=names, y=[target[n] for n in names], name="wanted", mode=mode)
    figure.update_xaxes(type="category")
    return figure


def _statistic(one: dict, name: str):
    return next((r for r in one["report"].statistics if r.id == f"statistics.{name}" and r.target), None)


_QUARTERS = ("first", "second", "third", "last", "the")


def _order(name: str):
    """Numbers before words; hours before days; quarters one after the other."""
    head, *unit = name.split()
    if not head.isdigit():
        return (1, _QUARTERS.index(head) if head in _QUARTERS else 0, name)
    return (0, int(head) / (24 if unit == ["h"] else 1), name)


def calibration_figure(looked: list[dict]):
    figure = _figure("Confidence of links and share of true ones", "mean confidence", "share true")
    for one in looked:
        points = [_statistic(one, f"confidence_{low:02d}") for low in (*range(0, 90, 10), *range(90, 100))]
        points = [point for point in points if point is not None]
        figure.add_scatter(
            x=[p.target for p in points], y=[p.actual for p in points], name=one["name"], mode="lines+markers"
        )
    figure.add_scatter(x=[0, 1], y=[0, 1], name="wanted", mode="lines", line={"dash": "dot"})
    return figure


def _correlation_figure(looked: list[dict]):
    lines = looked[-1]["report"].correlations
    names = [line.id for line in lines]
    figure = _figure("Attributes that go together, wanted and found", y="ratio or difference")
    figure.add_scatter(x=names, y=[line.wanted for line in lines], name="wanted", mode="markers", marker_size=12)
    for one in looked:
        found = {line.id: line.found for line in one["report"].correlations}
        figure.add_bar(x=names, y=[found.get(name) for name in names], name=one["name"])
    return figure


def degree_figure(looked: list[dict], title: str):
    """Shares of all, so that datasets of several sizes lie on each other."""
    figure = _figure(title, y="share")
    for one in looked:
        points = one["degrees"][title]
        total = sum(y for _, y in points)
        shares = [y / total for _, y in points]
        figure.add_scatter(x=[x for x, _ in points], y=shares, name=one["name"], mode="lines+markers")
    if title != "exposures by day of flight":
        figure.update_yaxes(type="log")
    if title == "engagements per person":
        figure.update_xaxes(title="number, power of two")
    return figure


if __name__ == "__main__":
    main()
