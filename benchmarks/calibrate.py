"""Measures what `estimate` promises: rows and bytes of the presets, and how far other configurations stray.

    python -m benchmarks.calibrate [--sizes 1000 10000 100000 1000000] [--write]

Runs each size at the defaults, then 2,000 households over seeds and dials, and prints per table the calibrated
constants and the largest deviation found; and, of the largest size, the constants of expected purchases. ``--write``
puts them into ``calibration.json``.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from datetime import date
from pathlib import Path

import idgraph_widgets.forecast
from idgraph_widgets.config import GenerationConfig, SizeDistribution
from idgraph_widgets.forecast.calibration import calibration
from idgraph_widgets.forecast.purchases import purchases_with
from idgraph_widgets.forecast.rows import expected_rows

CALIBRATION = Path(idgraph_widgets.forecast.__file__).with_name("calibration.json")
SMALL = 2_000
EXACT = ("households", "content_catalog", "segment_rules")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", nargs="+", type=int, default=[1_000, 10_000, 100_000, 1_000_000])
    parser.add_argument(
        "--measured", nargs="*", default=[], help="JSON files of benchmarks.speed --one, instead of runs"
    )
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    from idgraph_widgets.engines import start_engine

    with start_engine("embedded") as engine:
        if arguments.measured:
            runs = [json.loads(Path(file).read_text().splitlines()[-1])["tables"] for file in arguments.measured]
        else:
            runs = [run(engine, _sized(size)) for size in arguments.sizes]
        constants = fit(runs)
        others = [(config, run(engine, config)) for config in variations()]
    for name, entry in constants["tables"].items():
        entry["spread"] = 0 if name in EXACT else _spread(name, entry, constants, others)
        print(f"{name:22s} {json.dumps(entry)}")
    print(f"{'purchases':22s} {json.dumps(constants['purchases'])}")
    if arguments.write:
        CALIBRATION.write_text(json.dumps(constants, indent=2) + "\n")


def run(engine, config: GenerationConfig) -> dict[str, list[int]]:
    """Rows and bytes per table of one run."""
    from idgraph_widgets import Dataset
    from idgraph_widgets.pipeline import run_pipeline

    with tempfile.TemporaryDirectory() as folder:
        tables = run_pipeline(engine.spark, config, out=Path(folder, "d")).manifest.tables
        with Dataset(Path(folder, "d"), engine.spark) as dataset:
            bought = [int(n or 0) for n in dataset.sql(_BOUGHT).collect()[0]]
    return {"bought": bought, **{name: [entry.rows, entry.bytes] for name, entry in tables.items()}}


_BOUGHT = """
select sum(case when origin = 'created' then 0 else 1 end), sum(case when origin = 'captured' then 1 else 0 end),
  sum(case when origin = 'created' then 1 else 0 end),
  (select count(*) from (select distinct campaign_id, individual_id from campaign_exposures)),
  (select count(*) from individuals where age >= 18), (select count(*) from campaigns) from truth_conversion
"""
"""Purchases without an ad's doing, with its credit, and by its doing; people reached, summed over campaigns; adults;
campaigns."""


def purchases(found: dict[str, list[int]], constants: dict) -> dict[str, float]:
    """The constants of `idgraph_widgets.forecast.purchases` that give what a run of the defaults had."""
    anyway, captured, created, reached, adults, campaigns = found["bought"]
    config = _sized(found["households"][0])
    cfg = config.campaign_config
    visits = adults * cfg.organic_visits_per_person_90_days / 90 * config.window_days
    eligible = constants["eligible_share"] * cfg.reach_share * (1 - cfg.holdout_share)
    measured = {
        "bought": anyway / (visits * cfg.visit_to_cart * cfg.cart_to_purchase),
        "covered": 1.0,
        "reached": reached / campaigns / adults / eligible,
        "works": 1.0,
    }
    expected = purchases_with(config, found["campaign_exposures"][0], measured)
    measured |= {"covered": captured / expected.captured, "works": created / expected.created}
    return {name: round(value, 3) for name, value in measured.items()}


def fit(runs: list[dict]) -> dict:
    """Scale and bytes per row of every table at each size of a preset."""
    sizes = [found["households"][0] for found in runs]
    constants = {**calibration(), "measured_households": sizes}
    constants["status"] = "measured by benchmarks/calibrate.py on the embedded engine"
    if "bought" in runs[-1]:
        constants["purchases"] = purchases(runs[-1], constants)
    models = [expected_rows(_sized(size), constants) for size in sizes]
    small = [size for size in sizes if size < 10_000]
    constants["tables"] = {name: {} for name in models[0]}
    for name, entry in constants["tables"].items():
        entry["scale"] = [round(found[name][0] / model[name], 4) for found, model in zip(runs, models)]
        # A thousand homes tell what files cost beyond their rows; for the rows they are too few.
        entry["scale"][: len(small)] = [entry["scale"][len(small)]] * len(small)
        entry["bytes_per_row"] = [round(found[name][1] / found[name][0], 3) for found in runs]
    return constants


def variations() -> list[GenerationConfig]:
    """Other seeds, and other settings of the dials that move volume."""
    found = [_sized(SMALL, seed=seed) for seed in (1, 2, 3, 4, 5, 6, 7, 8)]
    for number, change in enumerate(_CHANGES):
        config = _sized(SMALL, seed=100 + number)
        change(config)
        found.append(config)
    return found


def _larger_homes(config):
    config.household_config.size_distribution = SizeDistribution(mean=3.2, std_dev=1.5)


def _longer(config):
    config.end_date = date(2025, 6, 30)


def _shorter(config):
    config.end_date = date(2025, 2, 15)


def _busier(config):
    config.engagement_config.events_per_person_day = 0.5


def _flatter(config):
    config.engagement_config.activity_sigma = 0.6


def _more_seen(config):
    shares = config.demographics_config.identity_mappings.observation_shares
    config.demographics_config.identity_mappings.observation_shares = {k: min(1.0, 2 * v) for k, v in shares.items()}


def _adults(config):
    config.demographics_config.age_range = (18, 90)


def _more_campaigns(config):
    config.campaign_config.campaigns_per_period = 24


def _rarer_ads(config):
    config.campaign_config.impressions_per_view = 0.3


_CHANGES = (_larger_homes, _longer, _shorter, _busier, _flatter, _more_seen, _adults, _more_campaigns, _rarer_ads)


def _sized(households: int, seed: int = 42) -> GenerationConfig:
    config = GenerationConfig(seed=seed)
    config.household_config.num_households = households
    return config


def _spread(name: str, entry: dict, constants: dict, others) -> float:
    """The deviation that covers all variations, beyond what chance explains in a small table."""
    worst = 0.05
    for config, found in others:
        expected = entry["scale"][0] * expected_rows(config, constants)[name]
        allowed = 3 / max(expected, 1) ** 0.5
        worst = max(worst, abs(found[name][0] / max(expected, 1) - 1) - allowed)
    return round(worst * 1.25, 3)


if __name__ == "__main__":
    main()
