"""Every check can fail: break a sound dataset in one place and see the right check notice."""

from __future__ import annotations

import string

import check_mutations
import check_mutations_ads
import pytest
from idgraph_widgets.quality import all_checks, run_checks, runner
from idgraph_widgets.quality.checks import Partial
from idgraph_widgets.quality.structure import declared

MUTATIONS = [
    *check_mutations.HOUSEHOLDS,
    *check_mutations.INDIVIDUALS,
    *check_mutations.IDENTITY,
    *check_mutations.ENGAGEMENT,
    *check_mutations.AUDIENCE,
    *check_mutations_ads.CAMPAIGNS,
    *check_mutations_ads.EXPOSURES,
    *check_mutations_ads.RESPONSES,
    *check_mutations_ads.OUTCOMES,
]

# Names in `also` that stand for a family of checks.
FAMILIES = {
    "AGGREGATES": ("viewership.", "audience.none_"),
    "MEMBERSHIP": ("audience.none_", "audience.one_row"),
    "TOTALS": ("outcomes.", "campaign_daily.", "exposures.budget", "exposures.block_budget"),
}

# Checks made from the declared tables, broken by the tests at the end of this file.
DECLARED = ("columns", "required", "key_range", "key_unique", "vocabulary", "rows")


@pytest.fixture(scope="module")
def sound(dataset_1k):
    """The generated dataset with every table as a view named like the table."""
    tables = dict(dataset_1k.tables())
    for name, df in tables.items():
        df.createOrReplaceTempView(f"sound_{name}")
    yield dataset_1k.spark, tables, dataset_1k.config
    for name in tables:
        dataset_1k.spark.catalog.dropTempView(f"sound_{name}")


def named(sql: str) -> str:
    """Table names in braces as the views of the sound tables."""
    return "".join(
        text + (f"sound_{name}" if name else "") for text, name, _, _ in string.Formatter().parse(sql)
    )


def literal(value) -> str:
    return str(value) if isinstance(value, int) else f"'{value}'" if isinstance(value, str) else f"date'{value}'"


def broken(spark, mutation):
    """The mutation's table with one row changed, added or removed."""
    table = declared()[mutation.table]
    view = f"sound_{table.name}"
    keys = ", ".join(table.key)
    row = spark.sql(f"select {keys} from {view} where {named(mutation.where)} order by {keys} limit 1").collect()
    assert row, f"no row of {table.name} fits the mutation for {mutation.check}"
    match = " and ".join(f"{name} = {literal(value)}" for name, value in zip(table.key, row[0]))
    changed = {name: named(sql) for name, sql in mutation.set.items()}
    # Scalar subqueries become literals first: not every engine takes them inside a CASE.
    for name, sql in changed.items():
        if "select" in sql:
            changed[name] = literal(spark.sql(f"select {sql} as value from {view} where {match}").collect()[0][0])
    new = ", ".join(
        f"cast({changed.get(c.name, c.name)} as {c.type}) as {c.name}" for c in table.columns
    )
    old = ", ".join(table.column_names)
    if mutation.how == "remove":
        return spark.sql(f"select {old} from {view} where not ({match})")
    kept = "true" if mutation.how == "add" else f"not ({match})"
    return spark.sql(f"select {old} from {view} where {kept} union all select {new} from {view} where {match}")


def affected(parts, table: str) -> list:
    """The parts that read a table, directly or through partials, with all partials these need."""
    names, chosen = {table}, []
    for part in parts:
        if part.needs & names:
            chosen.append(part)
            names |= {part.name} if isinstance(part, Partial) else set()
    needed = {name for part in chosen for name in part.needs}
    return [p for p in parts if p in chosen or (isinstance(p, Partial) and p.name in needed)]


def fired(spark, tables, config, table: str) -> set[str]:
    """Ids of the checks that find violations, of those that read a table."""
    context = runner.context_of(tables, config)
    run = runner._Run(spark, tables, config.household_config.num_households, None)
    try:
        report = run.evaluate(affected(runner._parts(context, None), table), context)
    finally:
        run.close()
    return {result.id for result in report.failed}


def test_sound_dataset_passes(sound, dataset_1k):
    spark, tables, config = sound
    seen = []
    report = run_checks(
        spark, tables, config, dataset_1k.manifest, on_progress=lambda done, total, text: seen.append((done, total))
    )
    assert report.passed, report.to_text()
    assert len(report.results) == len({result.id for result in report.results})
    assert seen[0][0] == 0 and seen[-1][0] == seen[-1][1] - 1
    assert "checks hold" in report.to_text().splitlines()[-1]


def test_every_check_has_a_mutation(sound):
    ids = {check.id for check in all_checks(sound[2]) if not check.id.endswith(DECLARED)}
    assert ids - {mutation.check for mutation in MUTATIONS} == set()


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda m: m.check)
def test_mutation_is_noticed(sound, mutation):
    spark, tables, config = sound
    changed = {**tables, mutation.table: broken(spark, mutation)}
    found = fired(spark, changed, config, mutation.table)
    assert mutation.check in found
    allowed = [name for entry in mutation.also for name in FAMILIES.get(entry, (entry,))]
    extra = {i for i in found - {mutation.check} if not i.startswith(tuple(allowed) or ("-",))}
    assert extra == set()


@pytest.mark.parametrize("name", [t for t in declared() if t != "generation_runs"])
def test_values_of_every_table(sound, name):
    """One row with a null, a key out of range, a doubled key and words outside every vocabulary."""
    spark, tables, config = sound
    table = declared()[name]
    words = [c.name for c in table.columns if c.vocabulary]
    value = next((c for c in table.columns if not c.nullable and c.name not in table.key and not c.vocabulary), None)
    broken_values = {word: "'nonsense'" for word in words}
    if value is not None:
        broken_values[value.name] = "null"
    big = table.column(table.key[0]).type == "bigint"
    if big:
        broken_values[table.key[0]] = "-1"
    columns = ", ".join(f"cast({broken_values.get(c.name, c.name)} as {c.type}) as {c.name}" for c in table.columns)
    bad = f"(select {columns} from sound_{name} limit 1)"
    df = spark.sql(f"select {', '.join(table.column_names)} from sound_{name} union all {bad} union all {bad}")
    report = run_checks(spark, {**tables, name: df}, config, groups=["structure"])
    found = {result.id: result for result in report.failed}
    expected = {f"structure.{name}.{word}.vocabulary" for word in words}
    expected |= {f"structure.{name}.required"} if value is not None else set()
    expected |= {f"structure.{name}.key_range"} if big else set()
    if big and len(table.key) == 1:
        expected.add(f"structure.{name}.key_unique")
    assert expected <= set(found)
    assert found[min(expected)].keys if expected else True


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
    found = {result.id: [key["problem"] for key in result.keys] for result in report.failed}
    assert found["structure.campaigns.columns"] == ["budget: missing, declared decimal(18,2)"]
    assert found["structure.households.columns"] == ["household_size: bigint, declared int"]
    assert found["structure.truth_conversion.columns"] == ["the table is missing"]
    assert "exposures.within_flight" in report.skipped and not report.passed


def test_row_counts_of_manifest(sound, dataset_1k):
    spark, tables, config = sound
    entries = {name: dict(entry) for name, entry in dataset_1k.manifest["tables"].items()}
    entries["individuals"]["rows"] += 1
    report = run_checks(spark, tables, config, {"tables": entries}, groups=["structure"])
    assert [result.id for result in report.failed] == ["structure.individuals.rows"]
    assert {result.group for result in report.results} == {"structure"}


def test_unknown_group_is_refused(sound):
    spark, tables, config = sound
    with pytest.raises(ValueError, match="structure, consistency, reconciliation"):
        run_checks(spark, tables, config, groups=["statistics"])


def test_slices_add_up(sound, monkeypatch):
    """Cut into slices of households, everything that stays inside a household is found the same."""
    spark, tables, config = sound
    mutations = [m for m in MUTATIONS if m.check in ("outcomes.reach", "viewership.counts", "campaign_daily.sums")]
    changed = {**tables, **{m.table: broken(spark, m) for m in mutations}}
    monkeypatch.setattr(runner, "SLICE", 300)
    report = run_checks(spark, changed, config)
    bridges = {"identity.false_link_repeats", "structure.truth_identity.individual_fk",
               "structure.truth_identity.every_mapping", "structure.truth_identity.mapping_fk"}  # fmt: skip
    found = {r.id: r.violations for r in report.failed if r.id not in bridges}
    assert {m.check: found.get(m.check) for m in mutations} == {m.check: 1 for m in mutations}
    assert set(found) <= {m.check for m in mutations} | {"outcomes.avg_frequency"}


def test_views_are_dropped(sound):
    spark, tables, config = sound
    before = {t.name for t in spark.catalog.listTables()}
    run_checks(spark, {"households": tables["households"]}, config, groups=["structure"])
    assert {t.name for t in spark.catalog.listTables()} == before
