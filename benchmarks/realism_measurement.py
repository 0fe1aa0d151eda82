"""Do measurements come out as the truth says? Lift, holdout, marketing mix and wants, over several seeds.

    python -m benchmarks.realism_measurement                       # ten seeds of the preset measurement
    python -m benchmarks.realism_measurement --seeds 3 --households 30000
    python -m benchmarks.realism_measurement data/a data/b         # datasets that are there
    python -m benchmarks.realism_measurement --wants 100000        # the defaults: who will visit, and without campaigns

For each dataset: intervals of lift against the truth, of all of the audience and of those who could be reached;
purchases that no ad created, held out against not; a marketing mix model by market and week. With ``--wants``: what is
known of people at the end of the lookback predicts who visits an advertiser of themselves in the month after it
(gradient boosting; needs scikit-learn, a development extra), and the dataset is made again with campaigns that reach
hardly anybody: what people buy without an ad's doing must be the same, row by row.
"""

from __future__ import annotations

import argparse
import math
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from idgraph_widgets.measurement import (
    added_by_ads,
    exposed_lift,
    fit_marketing_mix,
    holdout_lift,
    market_weeks,
    true_lift,
)
from idgraph_widgets.measurement.comparison import INTERVAL_Z, LiftEstimate, compared
from idgraph_widgets.measurement.population import audience, purchases

LIFTS_HELD = 5 / 6
"""Share of intervals of 95 % that hold the true lift, at least."""

MOST_Z = 3.0
"""Standard errors that pooled errors may be away from 0."""

MIX_HELD = 0.8
"""Share of seeds whose interval of 90 % holds what ads added, at least."""

AREA_WANTED = (0.62, 0.80)
"""Area under the curve of who visits of themselves."""

AFTER_DAYS = 30

_COMPLETE = """
select campaign_id from campaigns
where unix_date(end_date) + attribution_window_days <= unix_date(date'{end}') order by campaign_id
"""

_BOUGHT = """
select r.individual_id, r.advertiser_id, r.response_ts, r.revenue
from response_events r join truth_conversion t on r.response_id = t.response_id where t.origin <> 'created'
"""


@dataclass(frozen=True)
class Error:
    """An estimate against the truth: how far off, its standard error, and whether the interval holds the truth."""

    off: float
    error: float
    held: bool


def against(found: LiftEstimate, truth: float) -> Error:
    """A lift against the true one, on the scale of logarithms.

    >>> against(LiftEstimate(1, 0.10, 0.05, 0.155, 10, 10, 5, 5), 0.04).held
    False
    """
    error = math.log((1 + found.high) / (1 + found.low)) / 2 / INTERVAL_Z
    return Error(math.log((1 + found.lift) / (1 + truth)), error, found.low <= truth <= found.high)


def pooled(errors: list[Error]) -> tuple[float, float]:
    """Mean error and its standard error, weighted by how sure each is.

    >>> pooled([Error(0.2, 0.1, False), Error(-0.2, 0.1, False)])[0]
    0.0
    """
    weight = [1 / e.error**2 for e in errors]
    return sum(w * e.off for w, e in zip(weight, errors)) / sum(weight), sum(weight) ** -0.5


def lifts(dataset) -> dict[str, list[Error]]:
    """Of campaigns whose flight and attribution window end inside the window; see the module.

    ``placebo`` are purchases in the campaign's time that no ad created, treated against held out; ``exposed`` compares
    exposed with unexposed people.
    """
    found: dict[str, list[Error]] = {"audience": [], "reachable": [], "placebo": [], "exposed": []}
    created = dataset.truth_conversion.filter("origin = 'created'").select("response_id")
    for row in dataset.sql(_COMPLETE.format(end=dataset.config.end_date)).collect():
        campaign = row[0]
        for name, only in (("audience", False), ("reachable", True)):
            found[name].append(against(holdout_lift(dataset, campaign, only), true_lift(dataset, campaign, only).lift))
        people = audience(dataset, campaign)
        bought = purchases(dataset, campaign, people).join(created, "response_id", "left_anti")
        control = people.withColumnRenamed("held_out", "in_control")
        found["placebo"].append(against(compared(control, bought, campaign, "nobody bought"), 0.0))
        seen, caused = exposed_lift(dataset, campaign), true_lift(dataset, campaign).caused
        # Only who was exposed bought what the campaign created.
        found["exposed"].append(against(seen, caused / (seen.treated_purchases - caused)))
    return found


def mix(dataset) -> Error:
    """What a marketing mix model says that ads added, against the truth; in purchases."""
    found, truth = fit_marketing_mix(market_weeks(dataset)), added_by_ads(dataset)
    error = (found.high - found.low) / 2 / 1.644854
    return Error(found.purchases - truth, error, found.low <= truth <= found.high)


def visitors(dataset) -> float:
    """Area under the curve of gradient boosting: who visits of themselves in the month after the lookback.

    Features are what an analyst knows then: age, sex, income, children, sessions, views and clicks by category of
    content, and earlier visits. Half of the adults teach, the other half is scored.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.metrics import roc_auc_score

    start, days = dataset.config.start_date, dataset.config.audience_config.lookback_days
    known = f"date_add(date'{start}', {days})"
    categories = [r[0] for r in dataset.sql("select distinct content_category from content_engagements").collect()]
    counts = ", ".join(
        f"sum(case when content_category = '{name}' then 1 else 0 end) as v{i},"
        f" sum(case when content_category = '{name}' and engagement_type = 'click' then 1 else 0 end) as c{i}"
        for i, name in enumerate(sorted(categories))
    )
    table = dataset.sql(f"""
        select i.individual_id, i.age, case when i.gender = 'male' then 1 else 0 end as male,
          cast(h.annual_income as double) as income, case when h.has_children then 1 else 0 end as children,
          f.*, p.visits, y.y
        from individuals i join households h on i.household_id = h.household_id
        left join (
          select individual_id as who, count(*) as events, count(distinct session_id) as sessions, {counts}
          from content_engagements where engagement_ts < {known} group by individual_id
        ) f on i.individual_id = f.who
        left join (
          select individual_id as visitor, count(*) as visits from response_events
          where response_type = 'site_visit' and response_ts < {known} group by individual_id
        ) p on i.individual_id = p.visitor
        left join (
          select individual_id as later, 1 as y from response_events
          where response_type = 'site_visit' and conversion_path <> 'click_through' and response_ts >= {known}
            and response_ts < date_add({known}, {AFTER_DAYS}) group by individual_id
        ) y on i.individual_id = y.later
        where i.age >= 18""").toPandas()
    visits = table.y.notna().to_numpy()
    teaches = np.random.default_rng(0).random(len(table)) < 0.5
    values = table.drop(columns=["individual_id", "who", "y"]).fillna(0).to_numpy(float)
    model = HistGradientBoostingClassifier(max_iter=120, learning_rate=0.05, max_leaf_nodes=8, random_state=0)
    model.fit(values[teaches], visits[teaches])
    return float(roc_auc_score(visits[~teaches], model.predict_proba(values[~teaches])[:, 1]))


def without_campaigns(config):
    """The configuration, with campaigns that reach next to nobody."""
    campaign = replace(config.campaign_config, **_NOBODY)
    return replace(config, campaign_config=campaign)


_NOBODY = {
    "reach_share": 0.001,
    "impressions_per_view": 0.0001,
    "mailings_per_week": 0.01,
    "searches_per_week": 0.0,
    "dark_market_share": 0.95,
}


def bought_anyway(dataset, other) -> tuple[int, int]:
    """Purchases that no ad created: how many there are, and how many are in only one of two datasets."""
    one, two = (d.sql(_BOUGHT).toPandas() for d in (dataset, other))
    both = one.merge(two, on=list(one.columns), how="outer", indicator=True)
    return len(one), int((both["_merge"] != "both").sum())


def report(errors: dict[str, list[Error]], mixes: list[Error]) -> list[str]:
    """Lines of what was found, with what is wanted."""
    lines = []
    for name, title in (("audience", "lift by holdout"), ("reachable", "lift by holdout, reachable homes")):
        mean, error = pooled(errors[name])
        held = sum(e.held for e in errors[name])
        lines.append(
            f"{title}: {held} of {len(errors[name])} intervals hold the truth (wanted: {LIFTS_HELD:.0%} or more), "
            f"pooled error {mean:+.4f}, z {mean / error:+.2f} (wanted: within {MOST_Z:g})"
        )
    mean, error = pooled(errors["placebo"])
    lines.append(
        f"purchases that no ad created, held out ÷ not: {math.exp(-mean):.4f} ± {error:.4f} "
        f"(wanted: 1 ± {MOST_Z:g} standard errors)"
    )
    mean, error = pooled(errors["exposed"])
    lines.append(
        f"exposed against unexposed: {math.expm1(mean):+.0%} too much (z {mean / error:+.1f}; wanted: too much)"
    )
    held, off = sum(e.held for e in mixes), sum(e.off / e.error for e in mixes) / len(mixes) ** 0.5
    lines.append(
        f"marketing mix by market and week: {held} of {len(mixes)} intervals hold the truth (wanted: {MIX_HELD:.0%} or "
        f"more), z {off:+.2f}"
    )
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("datasets", nargs="*", help="folders of datasets")
    parser.add_argument("--households", type=int, default=100_000)
    parser.add_argument("--seeds", type=int, default=10, help="how many datasets to make where none is named")
    parser.add_argument("--wants", type=int, metavar="HOUSEHOLDS", help="look at wants at the defaults instead")
    arguments = parser.parse_args()
    from idgraph_widgets import Dataset, GenerationConfig, preset, run_pipeline
    from idgraph_widgets.engines import start_engine

    def made(config, out: Path) -> Path:
        run_pipeline(engine.spark, config, out, engine=(engine.name, engine.version))
        return out

    with start_engine("embedded") as engine, tempfile.TemporaryDirectory() as scratch:
        if arguments.wants:
            config = GenerationConfig()
            config.household_config.num_households = arguments.wants
            paths = [made(c, Path(scratch, str(i))) for i, c in enumerate((config, without_campaigns(config)))]
            with Dataset(paths[0], engine.spark) as one, Dataset(paths[1], engine.spark) as other:
                count, apart = bought_anyway(one, other)
                print(
                    f"purchases that no ad created: {count:,}, without campaigns {apart} others (wanted: 0)", flush=True
                )
                low, high = AREA_WANTED
                print(f"who visits, area under the curve: {visitors(one):.3f} (wanted: {low} to {high})")
            return
        errors: dict[str, list[Error]] = {}
        mixes = []
        for number in range(len(arguments.datasets) or arguments.seeds):
            with tempfile.TemporaryDirectory(dir=scratch) as place:
                if arguments.datasets:
                    path = Path(arguments.datasets[number])
                else:
                    config = preset("measurement")
                    config.seed, config.household_config.num_households = number + 1, arguments.households
                    path = made(config, Path(place, "made"))
                with Dataset(path, engine.spark) as dataset:
                    for name, found in lifts(dataset).items():
                        errors.setdefault(name, []).extend(found)
                    mixes.append(mix(dataset))
                    sure = f"{mixes[-1].off:+.0f} ± {mixes[-1].error:.0f} purchases"
                    print(f"seed {dataset.config.seed}: {len(errors['audience'])} lifts so far, mix {sure}", flush=True)
        print("\n".join(report(errors, mixes)))


if __name__ == "__main__":
    main()
