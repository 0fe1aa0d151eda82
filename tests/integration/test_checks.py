"""Every check can fail: break a sound dataset in one place and see the right check notice."""

from __future__ import annotations

import string

import check_mutations
import check_mutations_ads
import check_mutations_events
import check_mutations_identity
import check_mutations_outcomes
import check_mutations_records
import pytest

from idgraph_widgets.config import CampaignConfig, GenerationConfig, HouseholdConfig
from idgraph_widgets.dataset import Dataset
from idgraph_widgets.pipeline import run_pipeline
from idgraph_widgets.quality import all_checks, run_checks, runner
from idgraph_widgets.schema import GENERATED

MUTATIONS = [
    *check_mutations.HOUSEHOLDS,
    *check_mutations.INDIVIDUALS,
    *check_mutations_identity.IDENTITY,
    *check_mutations_records.RECORDS,
    *check_mutations_events.ENGAGEMENT,
    *check_mutations_events.AUDIENCE,
    *check_mutations_ads.CAMPAIGNS,
    *check_mutations_ads.EXPOSURES,
    *check_mutations_outcomes.RESPONSES,
    *check_mutations_outcomes.OUTCOMES,
]

# Names in `also` that stand for a family of checks.
FAMILIES = {
    "AGGREGATES": ("viewership.", "audience.none_", "audience.score"),
    "MEMBERSHIP": ("audience.none_", "audience.one_row", "audience.score"),
    "TOTALS": ("outcomes.", "campaign_daily.", "exposures.budget", "exposures.block_budget"),
}

# Checks made from the declared tables, broken by the tests at the end of this file.
DECLARED = ("columns", "required", "key_range", "key_unique", "vocabulary", "rows")


BATCH = 30
"""Mutations tried at once, each on a row of its own."""


def batches(mutations) -> list[list]:
    """Mutations packed so that none may break what another one of the same batch is there to break."""
    packed: list[list] = []
    for mutation in mutations:
        for batch in packed:
            if len(batch) < BATCH and not any(interferes(mutation, other) for other in batch):
                batch.append(mutation)
                break
        else:
            packed.append([mutation])
    return packed


def allowed(mutation) -> tuple[str, ...]:
    """Prefixes of the checks that may break besides the named one."""
    names = [name for entry in mutation.also for name in FAMILIES.get(entry, (entry,))]
    # Every cell of a source record is compared with these two tables.
    of_people = mutation.table in ("households", "individuals")
    return (*names, "records.", "structure.truth_records.individual_fk") if of_people else tuple(names)


def interferes(a, b) -> bool:
    return a.check == b.check or a.check.startswith(allowed(b)) or b.check.startswith(allowed(a))


@pytest.fixture(scope="module")
def busy(spark, engine, tmp_path_factory):
    """A dataset of 1 000 households with many clicks, purchases and campaigns per advertiser."""
    rates = {"search": 0.3, "social": 0.2, "display": 0.1, "video": 0.1, "ctv": 0.0, "audio": 0.1, "email": 0.2}
    campaigns = CampaignConfig(
        campaigns_per_period=10,
        num_advertisers=4,
        channel_mix={
            "search": 0.2,
            "social": 0.2,
            "display": 0.2,
            "video": 0.1,
            "ctv": 0.1,
            "audio": 0.1,
            "email": 0.1,
        },
        click_through_rates=rates,
        click_to_visit=0.9,
        visit_to_sign_up=0.3,
        visit_to_cart=0.5,
        cart_to_purchase=0.8,
        organic_visits_per_person_90_days=0.5,
    )
    config = GenerationConfig(seed=7, household_config=HouseholdConfig(num_households=1_000), campaign_config=campaigns)
    out = tmp_path_factory.mktemp("datasets") / "busy"
    run_pipeline(spark, config, out, engine=(engine.name, engine.version))
    with Dataset(out, spark) as dataset:
        yield dataset


@pytest.fixture(scope="module")
def sound(busy):
    """That dataset, every table also as a view named like the table."""
    tables = dict(busy.tables())
    for name, df in tables.items():
        df.createOrReplaceTempView(f"sound_{name}")
    yield busy.spark, tables, busy.config
    for name in tables:
        busy.spark.catalog.dropTempView(f"sound_{name}")


def named(sql: str) -> str:
    """Table names in braces as the views of the sound tables."""
    return "".join(text + (f"sound_{name}" if name else "") for text, name, _, _ in string.Formatter().parse(sql))


def literal(value) -> str:
    return str(value) if isinstance(value, int) else f"'{value}'" if isinstance(value, str) else f"date'{value}'"


def target(spark, mutation, used: set) -> str:
    """SQL that is true for the row to break: the lowest key that fits and is not yet broken."""
    table = GENERATED[mutation.table]
    keys = ", ".join(table.key)
    fits = f"select {keys} from sound_{table.name} where {named(mutation.where)}"
    query = f"{fits} order by {keys} limit {BATCH + 1}"
    for row in spark.sql(query).collect():
        if (table.name, *row) not in used:
            used.add((table.name, *row))
            return " and ".join(f"{name} = {literal(value)}" for name, value in zip(table.key, row))
    raise AssertionError(f"no row of {table.name} fits the mutation for {mutation.check}")


def changed_row(spark, mutation, match: str) -> str:
    """SELECT of the row after the mutation."""
    table = GENERATED[mutation.table]
    changed = {name: named(sql) for name, sql in mutation.set.items()}
    # Scalar subqueries become literals first: not every engine takes them everywhere.
    for name, sql in changed.items():
        if "select" in sql:
            query = f"select {sql} as value from sound_{table.name} where {match}"
            changed[name] = literal(spark.sql(query).collect()[0][0])
    columns = ", ".join(f"cast({changed.get(c.name, c.name)} as {c.type}) as {c.name}" for c in table.columns)
    return f"select {columns} from sound_{table.name} where {match}"


def break_all(spark, tables, mutations, folder) -> dict:
    """The tables with every mutation applied to a row of its own, written below a folder."""
    used: set = set()
    gone: dict[str, list[str]] = {}
    new: dict[str, list[str]] = {}
    for mutation in mutations:
        match = target(spark, mutation, used)
        gone.setdefault(mutation.table, []).extend([] if mutation.how == "add" else [match])
        new.setdefault(mutation.table, []).extend(
            [] if mutation.how == "remove" else [changed_row(spark, mutation, match)]
        )
    result = dict(tables)
    for name, matches in gone.items():
        columns = ", ".join(GENERATED[name].column_names)
        kept = " and ".join(f"not ({match})" for match in matches) or "true"
        query = " union all ".join([f"select {columns} from sound_{name} where {kept}", *new[name]])
        path = str(folder / name)
        spark.sql(query).write.parquet(path)
        result[name] = spark.read.schema(GENERATED[name].struct_type()).parquet(path)
    return result


def test_default_dataset_passes(dataset_1k):
    report = run_checks(dataset_1k.spark, dataset_1k.tables(), dataset_1k.config, dataset_1k.manifest)
    assert report.passed, report.to_text()


def test_sound_dataset_passes(sound, busy):
    spark, tables, config = sound
    seen = []
    report = run_checks(
        spark, tables, config, busy.manifest, on_progress=lambda done, total, text: seen.append((done, total))
    )
    assert report.passed, report.to_text()
    assert len(report.results) == len({result.id for result in report.results})
    assert [done for done, _ in seen] == list(range(1, seen[0][1] + 1))
    assert "checks hold" in report.to_text().splitlines()[-1]


def test_every_check_has_a_mutation(sound):
    ids = {check.id for check in all_checks(sound[2]) if not check.id.endswith(DECLARED)}
    assert ids - {mutation.check for mutation in MUTATIONS} == set()


@pytest.mark.parametrize("batch", batches(MUTATIONS), ids=lambda batch: f"{batch[0].check}_and_{len(batch) - 1}_more")
def test_mutations_are_noticed(sound, batch, tmp_path):
    spark, tables, config = sound
    report = run_checks(spark, break_all(spark, tables, batch, tmp_path), config)
    found = {result.id for result in report.failed}
    named_checks = {mutation.check for mutation in batch}
    may = tuple(name for mutation in batch for name in allowed(mutation))
    assert named_checks - found == set()
    assert {i for i in found - named_checks if not i.startswith(may)} == set()


def test_values_of_every_table(sound):
    """In every table a row with a null, a key out of range and words outside every vocabulary, twice."""
    spark, tables, config = sound
    changed, expected = {}, set()
    for table in GENERATED.values():
        if table.name == "generation_runs":
            continue
        values = {column.name: "'nonsense'" for column in table.columns if column.vocabulary}
        expected |= {f"structure.{table.name}.{name}.vocabulary" for name in values}
        plain = [c.name for c in table.columns if not c.nullable and c.name not in table.key and c.name not in values]
        for name in plain[:1]:
            values[name] = "null"
            expected.add(f"structure.{table.name}.required")
        if table.column(table.key[0]).type == "bigint":
            values[table.key[0]] = "-1"
            expected.add(f"structure.{table.name}.key_range")
        expected |= {f"structure.{table.name}.key_unique"}
        columns = ", ".join(f"cast({values.get(c.name, c.name)} as {c.type}) as {c.name}" for c in table.columns)
        bad = f"(select {columns} from sound_{table.name} limit 1)"
        good = f"select {', '.join(table.column_names)} from sound_{table.name}"
        changed[table.name] = spark.sql(f"{good} union all {bad} union all {bad}")
    report = run_checks(spark, {**tables, **changed}, config, groups=["structure"])
    found = {result.id: result.keys for result in report.failed}
    assert expected - set(found) == set()
    assert all(found[name] for name in expected)


def test_missing_column_and_other_type(sound):
    spark, tables, config = sound
    changed = {
        **tables,
        "campaigns": tables["campaigns"].drop("budget"),
        "households": spark.sql("select *, cast(household_size as bigint) as s from sound_households")
        .drop("household_size")
        .withColumnRenamed("s", "household_size"),
    }
    del changed["truth_conversion"]
    report = run_checks(spark, changed, config)
    found = {
        result.id: [key["problem"] for key in result.keys] for result in report.failed if result.id.endswith(".columns")
    }
    assert found == {
        "structure.campaigns.columns": ["budget: missing, declared decimal(18,2)"],
        "structure.households.columns": ["household_size: bigint, declared int"],
        "structure.truth_conversion.columns": ["the table is missing"],
    }
    assert "exposures.within_flight" in report.skipped and not report.passed


def test_row_counts_of_manifest(sound, busy):
    spark, tables, config = sound
    entries = {name: dict(entry) for name, entry in busy.manifest["tables"].items()}
    entries["individuals"]["rows"] += 1
    report = run_checks(spark, tables, config, {"tables": entries}, groups=["structure"])
    assert [result.id for result in report.failed] == ["structure.individuals.rows"]
    assert {result.group for result in report.results} == {"structure"}


def test_unknown_group_is_refused(sound):
    spark, tables, config = sound
    with pytest.raises(ValueError, match="structure, consistency, reconciliation"):
        run_checks(spark, tables, config, groups=["nonsense"])


def test_slices_add_up(sound, monkeypatch, tmp_path):
    """Cut into slices of households, everything that stays inside a household is found the same."""
    spark, tables, config = sound
    mutations = [m for m in MUTATIONS if m.check in ("outcomes.reach", "viewership.counts", "campaign_daily.sums")]
    changed = break_all(spark, tables, mutations, tmp_path)
    monkeypatch.setattr(runner, "SLICE", 300)
    report = run_checks(spark, changed, config)
    bridges = {
        "identity.false_link_repeats",
        "structure.truth_identity.individual_fk",
        "structure.truth_identity.every_mapping",
        "structure.truth_identity.mapping_fk",
    }
    found = {r.id: r.violations for r in report.failed if r.id not in bridges}
    assert {m.check: found.get(m.check) for m in mutations} == {m.check: 1 for m in mutations}
    assert set(found) <= {m.check for m in mutations} | {"outcomes.avg_frequency"}


def test_views_are_dropped(sound):
    spark, tables, config = sound
    before = {t.name for t in spark.catalog.listTables()}
    run_checks(spark, {"households": tables["households"]}, config, groups=["structure"])
    assert {t.name for t in spark.catalog.listTables()} == before
