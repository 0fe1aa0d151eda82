"""Can a classifier read the truth of links? How identifiers of a dataset behave, beyond what SQL can tell.

    python -m benchmarks.realism_identifiers data/demo
    python -m benchmarks.realism_identifiers --households 100000 --seed 7

Gradient boosting learns, on half of the probabilistic links, from what their rows and repetitions say which are false,
and is scored on the other half: the area under its curve is to stay below 0.80. Addresses of the links' events, which
are honest evidence, are a second set of features, reported beside the first. And a device graph is made of who was seen
on one address, but for addresses with many, and scored by home. Needs scikit-learn, a development extra.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

WANTED = 0.80
"""Area under the curve, at most, from rows and repetitions."""

LINKS = """
select m.mapping_id, m.individual_id, m.household_id, m.device_id, m.identifier_type, m.identifier_value,
  m.device_type, m.platform, m.browser, m.cookie_scope, m.ifa_type, m.att_status, m.match_type, m.confidence,
  m.is_shared, unix_micros(m.first_seen_ts) as first, unix_micros(m.last_seen_ts) as last,
  m.opted_out_ts is not null as opted_out, m.is_active, m.source, i.age, i.role, h.household_size,
  t.relation not in ('owner', 'co_user') as is_false
from identity_mappings m join truth_identity t on m.mapping_id = t.mapping_id
join individuals i on m.individual_id = i.individual_id join households h on m.household_id = h.household_id
"""

EVENTS = """
select e.mapping_id, count(*) as events, sum(case when e.is_logged_in then 1 else 0 end) as logged_in,
  count(distinct e.ip_address) as addresses, count(distinct date_trunc('day', e.engagement_ts)) as days,
  sum(case when h.home_ip = e.ip_address then 1 else 0 end) as at_home,
  sum(case when o.people > 1 then 1 else 0 end) as with_others
from content_engagements e join identity_mappings m on e.mapping_id = m.mapping_id
join households h on m.household_id = h.household_id
left join (
  select m.household_id, e.ip_address, count(distinct e.mapping_id) as people from content_engagements e
  join identity_mappings m on e.mapping_id = m.mapping_id group by m.household_id, e.ip_address
) o on o.household_id = m.household_id and o.ip_address = e.ip_address
group by e.mapping_id
"""

SIGHTINGS = """
select m.identifier_value as identifier, e.ip_address,
  min(coalesce(t.true_individual_id div 16, -m.mapping_id)) as home
from content_engagements e join identity_mappings m on e.mapping_id = m.mapping_id
join truth_identity t on m.mapping_id = t.mapping_id
group by m.identifier_value, e.ip_address
"""

CROWD = 10
"""Identifiers on one address from which on it joins nobody."""

GRAPH_WANTED = (0.6, 0.8)
"""Pairwise F1 of the device graph by home."""

_WORDS = (
    "identifier_type", "device_type", "platform", "browser", "cookie_scope", "ifa_type", "att_status", "source", "role",
)  # fmt: skip


def row_features(links: pd.DataFrame) -> pd.DataFrame:
    """What the rows of links, and others with their value, person, device or home, say of them.

    Parameters
    ----------
    links : DataFrame
        Columns of `LINKS`, all links.
    """
    words = {name: links[name].astype("category").cat.codes for name in _WORDS}
    found = links.assign(
        **words,
        days=(links["last"] - links["first"]) / 86_400e6,
        begins=(links["first"] - links["first"].min()) / 86_400e6,
        certain=links.match_type == "deterministic",
    )
    for name, keys in (
        ("of_value", ["identifier_type", "identifier_value"]),
        ("of_value_at_home", ["identifier_type", "identifier_value", "household_id"]),
        ("of_person", ["individual_id"]),
        ("of_type", ["individual_id", "identifier_type"]),
        ("of_home", ["household_id"]),
        ("of_device", ["device_id"]),
        ("of_device_of_person", ["device_id", "individual_id"]),
    ):
        group = found.groupby(keys, dropna=False, sort=False)
        found[name] = group.mapping_id.transform("size")
        found[f"{name}_certain"] = group.certain.transform("sum")
    for name, keys in (("value", ["identifier_type", "identifier_value"]), ("device", ["device_id"])):
        group = found.groupby(keys, dropna=False, sort=False)
        found[f"homes_of_{name}"] = group.household_id.transform("nunique")
        found[f"order_in_{name}"] = group.household_id.rank(method="min")
        found[f"seen_in_{name}"] = found["first"] - group["first"].transform("min")
        found[f"surest_of_{name}"] = group.confidence.transform("max")
    return found.drop(columns=["mapping_id", "individual_id", "household_id", "device_id", "identifier_value", "first"])


def area(features: pd.DataFrame, is_false: np.ndarray, group: np.ndarray, seed: int = 0) -> float:
    """Area under the curve of gradient boosting that learns from half of the groups, on the others."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.metrics import roc_auc_score

    learns = np.random.default_rng(seed).random(group.max() + 1)[group] < 0.5
    values = features.to_numpy(float)
    model = HistGradientBoostingClassifier(max_iter=200, random_state=seed).fit(values[learns], is_false[learns])
    return float(roc_auc_score(is_false[~learns], model.predict_proba(values[~learns])[:, 1]))


def measure(links: pd.DataFrame, events: pd.DataFrame | None = None) -> dict[str, float]:
    """Areas under the curve from confidence alone, from rows and repetitions, and with the addresses of events.

    Parameters
    ----------
    links, events : DataFrame
        Columns of `LINKS` and of `EVENTS`.
    """
    guessed = (links.match_type == "probabilistic").to_numpy()
    rows = row_features(links)[guessed].drop(columns=["match_type", "is_false", "certain"])
    is_false, home = links.is_false.to_numpy()[guessed], links.household_id.to_numpy()[guessed]
    found = {
        "confidence alone": area(rows[["confidence"]], is_false, home),
        "rows and repetitions": area(rows, is_false, home),
        "without confidence": area(rows.drop(columns="confidence"), is_false, home),
    }
    if events is not None:
        acts = links[["mapping_id"]][guessed].merge(events, on="mapping_id", how="left").drop(columns="mapping_id")
        logins = acts[["events", "logged_in", "days"]].set_index(rows.index).add_prefix("acts_")
        found["rows, repetitions and log-ins"] = area(rows.join(logins), is_false, home)
        found["addresses, too"] = area(rows.join(acts.set_index(rows.index).add_prefix("acts_")), is_false, home)
    return found


def device_graph(sightings: pd.DataFrame) -> dict[str, float]:
    """Pairwise precision, recall and F1, by home, of identifiers that were seen on one address.

    Parameters
    ----------
    sightings : DataFrame
        Columns of `SIGHTINGS`.
    """
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    identifier, names = sightings.identifier.factorize()
    seen = sightings.assign(identifier=identifier)
    crowd = seen.groupby("ip_address").identifier.transform("nunique")
    quiet = seen[crowd <= CROWD]
    first = quiet.groupby("ip_address").identifier.transform("min")
    edges = coo_matrix((np.ones(len(quiet)), (first, quiet.identifier)), shape=(len(names), len(names)))
    _, group = connected_components(edges, directed=False)
    home = seen.groupby("identifier").home.min().to_numpy()

    def pairs(*keys) -> int:
        counts = np.unique(np.stack(keys), axis=1, return_counts=True)[1]
        return int((counts * (counts - 1) // 2).sum())

    both, said, true = pairs(group, home), pairs(group), pairs(home)
    return {"precision": both / said, "recall": both / true, "F1": 2 * both / (said + true)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("datasets", nargs="*", help="folders of datasets")
    parser.add_argument("--households", type=int, help="make a dataset of this size, and look at it")
    parser.add_argument("--seed", type=int, default=42)
    arguments = parser.parse_args()
    if not arguments.datasets and not arguments.households:
        parser.error("name datasets, or give --households")
    from idgraph_widgets import Dataset, GenerationConfig, run_pipeline
    from idgraph_widgets.engines import start_engine

    with start_engine("embedded") as engine, tempfile.TemporaryDirectory() as scratch:
        paths = list(arguments.datasets)
        if arguments.households:
            config = GenerationConfig(seed=arguments.seed)
            config.household_config.num_households = arguments.households
            paths.append(Path(scratch) / "made")
            run_pipeline(engine.spark, config, paths[-1], engine=(engine.name, engine.version))
        for path in paths:
            with Dataset(path, engine.spark) as dataset:
                links, events, sightings = (dataset.sql(query).toPandas() for query in (LINKS, EVENTS, SIGHTINGS))
                print(f"\n{dataset.config.household_config.num_households:,} households: area under the curve")
            for name, value in measure(links, events).items():
                wanted = f"  (wanted: at most {WANTED})" if name == "rows and repetitions" else ""
                print(f"  {name:32} {value:.3f}{wanted}", flush=True)
            found = ", ".join(f"{name} {value:.3f}" for name, value in device_graph(sightings).items())
            print(f"  device graph by address: {found} (wanted: F1 from {GRAPH_WANTED[0]} to {GRAPH_WANTED[1]})")


if __name__ == "__main__":
    main()
