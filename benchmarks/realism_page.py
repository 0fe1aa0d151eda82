"""docs/realism.md: what was wanted and what was found on datasets of several sizes, with pictures."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from support.realism import Cell, across, table

from benchmarks.realism import calibration_figure, degree_figure, degrees, shares_figure
from benchmarks.realism_rows import ADDRESSES, ROWS, cells

PICTURES = {
    "realism-hours": ("Hours of sessions on phones, on weekends", shares_figure, "hours_weekend_mobile"),
    "realism-views": ("Where views of videos end", shares_figure, "view_ends_video"),
    "realism-sizes": ("People in a household", shares_figure, "household_size"),
    "realism-mothers": ("Ages at which women had the children who live with them", shares_figure, "mothers_age"),
    "realism-confidence": ("Confidence of links and share of true ones", calibration_figure),
    "realism-identifiers": ("Identifiers per person", degree_figure, "identifiers per person"),
    "realism-activity": ("Engagements per person, powers of two", degree_figure, "engagements per person"),
    "realism-flight": ("Exposures by day of flight", degree_figure, "exposures by day of flight"),
}
"""By name of the file: title, and what draws it of all datasets, with what it is given besides."""

_COLORS = ("@accent", "#c9700f", "#1f9488", "#8468cf", "#8a8510")

_HEAD = """# How realistic it is

Generated: `python -m benchmarks.realism --write`. Do not edit.

What has causes in life has them here, and this page measures it: on datasets of several sizes at the default settings,
on one that was grown (first by homes, then by days), and on a seed that nobody had looked at. ✓ is what is wanted, ✗ is
not, neither: too few rows to say, or not measured there. Rows of *0 rows* are guaranteed checks, the others statistics
of `idgraph check` with target and what is allowed, or measured by this script with means of its own (a classifier,
a device graph, the dataset made again). Which numbers are published and which are design: [defaults.md](defaults.md).
"""


def write(docs: Path, sizes: list[int], seed: int, other_seed: int, seeds: int) -> None:
    """Make the datasets one after the other, measure them, and write the page.

    Parameters
    ----------
    docs : Path
        Folder of the page; pictures go into ``images`` below it.
    sizes : list of int
        Households of the datasets of `seed`; the grown one has as many as the smallest, the one of `other_seed` as
        many as the middle one.
    seed, other_seed : int
    seeds : int
        Datasets of the preset *measurement* on which lift and marketing mix are measured.
    """
    from idgraph_widgets.engines import start_engine

    begun, looked, columns = time.monotonic(), [], []
    with start_engine("embedded") as engine:
        for name, make in _datasets(engine, sizes, seed, other_seed):
            with _looked_at(engine, name, make) as (dataset, one):
                looked.append(one)
                columns.append(cells(dataset, one["report"]))
                print(f"{name}: measured after {time.monotonic() - begun:,.0f} s", flush=True)
        measured = _measurement(engine, seeds)
    docs.joinpath("images").mkdir(parents=True, exist_ok=True)
    drawn = [name for name in PICTURES if _picture(name, looked, docs)]
    alike = next(i for i, row in enumerate(ROWS) if row.what == ADDRESSES)
    text = page([o["name"] for o in looked], across(columns, alike), measured, drawn)
    docs.joinpath("realism.md").write_text(text)
    print(f"{docs / 'realism.md'}: {time.monotonic() - begun:,.0f} s in all")


def page(names: list[str], columns: list[list[Cell]], measured: list[str], pictures: list[str]) -> str:
    """The page as Markdown.

    Parameters
    ----------
    names : list of str
        Of the datasets.
    columns : list of list of Cell
        By dataset, a cell for each of `ROWS`.
    measured : list of str
        What `benchmarks.realism_measurement` found.
    pictures : list of str
        Among `PICTURES`.
    """
    lines = [_HEAD, *table(names, ROWS, columns), ""]
    lines += ["## Lift, holdout and marketing mix", "", "Of datasets of the preset *measurement*, a seed each.", ""]
    lines += [f"- {sentence}" for sentence in measured]
    lines += [
        "",
        "Resolving identities with Splink: `notebooks/resolve_identities.ipynb` (F1 of .90 to .95 is wanted).",
        "",
    ]
    lines += ["## Pictures", ""]
    for name in pictures:
        lines += [f"**{PICTURES[name][0]}**", "", f"![{PICTURES[name][0]}](images/{name}.svg)", ""]
    return "\n".join(lines).rstrip() + "\n"


def _datasets(engine, sizes: list[int], seed: int, other_seed: int) -> Iterator[tuple[str, Callable[[Path], None]]]:
    """Names of the datasets and how each is made in a folder."""
    from idgraph_widgets import GenerationConfig, run_pipeline

    def config(households: int, seed: int = seed, short: int = 0, appends: bool = False):
        made = GenerationConfig(seed=seed, incremental=appends)
        made.household_config.num_households = households
        made.end_date -= timedelta(days=short)
        return made

    def run(made, out: Path) -> None:
        run_pipeline(engine.spark, made, out, engine=(engine.name, engine.version))

    def grow(out: Path) -> None:
        run(config(smallest // 2, short=30), out)
        run(config(smallest, short=30, appends=True), out)
        run(config(smallest, appends=True), out)

    smallest, middle = min(sizes), sorted(sizes)[len(sizes) // 2]
    for size in sizes:
        yield f"{size:,}", lambda out, size=size: run(config(size), out)
    yield f"{smallest:,}, grown", grow
    yield f"{middle:,}, seed {other_seed}", lambda out: run(config(middle, other_seed), out)


@contextmanager
def _looked_at(engine, name: str, make: Callable[[Path], None]):
    """A dataset that is made, open, with what checks say of it; gone afterwards."""
    from idgraph_widgets import Dataset
    from idgraph_widgets.quality import run_checks

    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "made")
        make(out)
        with Dataset(out, engine.spark) as dataset:
            tables, config = dataset.tables(), dataset.config
            report = run_checks(engine.spark, tables, config, groups=["statistics"], progress=False)
            names = sorted({check for row in ROWS for check in row.checks} & _known(config))
            promised = run_checks(engine.spark, tables, config, only=names, progress=False)
            report.results.extend(promised.results)
            yield dataset, {"name": name, "report": report, "degrees": degrees(dataset)}


def _known(config) -> set[str]:
    from idgraph_widgets.quality import all_checks

    return {check.id for check in all_checks(config)}


def _measurement(engine, seeds: int) -> list[str]:
    """Lines of `benchmarks.realism_measurement` over some seeds."""
    try:
        from benchmarks import realism_measurement as measurement
    except ImportError:
        return ["not measured: there is no benchmarks.realism_measurement"]
    from idgraph_widgets import Dataset, preset, run_pipeline

    if not seeds:
        return ["not measured: no seeds were asked for"]
    errors: dict[str, list] = {}
    mixes = []
    for number in range(seeds):
        config = preset("measurement")
        config.seed = number + 1
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder, "made")
            run_pipeline(engine.spark, config, out, engine=(engine.name, engine.version))
            with Dataset(out, engine.spark) as dataset:
                for name, found in measurement.lifts(dataset).items():
                    errors.setdefault(name, []).extend(found)
                mixes.append(measurement.mix(dataset))
        print(f"measurement, seed {number + 1} of {seeds}", flush=True)
    return measurement.report(errors, mixes)


def _picture(name: str, looked: list[dict], docs: Path) -> bool:
    """Draw one picture into a file; False where there is nothing to draw."""
    from idgraph_widgets.charts.svg import to_picture

    title, draw, *arguments = PICTURES[name]
    figure = draw(looked, *arguments)
    if figure is None:
        return False
    plain = figure.to_plotly_json()
    layout = {key: value for key, value in plain["layout"].items() if key in ("xaxis", "yaxis", "barmode")}
    # A dataset has one colour in all pictures; what is wanted is dark.
    data = [
        _painted(dict(trace), "@text" if trace["name"] == "wanted" else _COLORS[i % len(_COLORS)])
        for i, trace in enumerate(plain["data"])
    ]
    drawn = to_picture({"data": data, "layout": {**layout, "showlegend": True}}, 760, 300, title)
    docs.joinpath("images", f"{name}.svg").write_text(drawn + "\n", encoding="utf-8")
    return True


def _painted(trace: dict, color: str) -> dict:
    trace = {key: list(value) if isinstance(value, tuple) else value for key, value in trace.items()}
    size = 5 if trace.get("mode") == "lines+markers" else 8
    trace["marker"] = {"color": color, "size": size}
    if trace["type"] == "scatter":
        trace["line"] = {**trace.get("line", {}), "color": color, "width": 1.5}
    return trace
