"""Every check can fail: break a sound dataset in one place and see the right check notice."""

from __future__ import annotations

import pytest
from support.mutations import DECLARED, MUTATIONS
from support.nightly import but_first
from support.planting import allowed, batches, break_all, break_values

from idgraph_widgets.quality import all_checks, run_checks, runner
from idgraph_widgets.quality.checks import facts_in
from idgraph_widgets.quality.local import local_frame
from idgraph_widgets.quality.registry import REGISTRY
from idgraph_widgets.quality.sql import PUBLISHED
from idgraph_widgets.schema import GENERATED


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
    ids = {check.id for check in all_checks(sound[2]) if not check.id.endswith(tuple(DECLARED))}
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


def test_rows_of_a_table_are_there_once_with_all_columns(sound):
    """Where checks of a table alone are evaluated in a join: what it says of its rows is true."""
    spark, tables, config = sound
    context = runner.context_of(tables, config)
    hosts = [query for queries in REGISTRY.values() for query in queries(context) if getattr(query, "rows_of", "")]
    run = runner._Run(spark, tables, context, None, 0)
    try:
        for name in sorted(set().union(*(facts_in(host.source) for host in hosts))):
            run._register(name, local_frame(spark, *PUBLISHED[name]()))
        for host in hosts:
            table = GENERATED[host.rows_of]
            found = spark.sql(run._text(host.source, runner.ALL))
            assert len(found.columns) == len(set(found.columns))
            key = list(table.key)
            assert found.select(key).distinct().count() == found.count() == tables[table.name].count(), table.name
            assert {column.name for column in table.columns} <= set(found.columns)
    finally:
        run.close()


@pytest.mark.parametrize("size", but_first([300, runner.SLICE]))
def test_values_of_every_table(sound, monkeypatch, size):
    """In every table a row with a null, a key out of range and words outside every vocabulary, twice.

    Also where it says to which household it belongs, and everything is read in slices of households.
    """
    spark, tables, config = sound
    monkeypatch.setattr(runner, "SLICE", size)
    changed, expected = break_values(spark, tables)
    report = run_checks(spark, changed, config, groups=["structure"])
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
    assert not report.passed and set(report.lacking) == set(report.skipped)
    # What does not need these columns is checked.
    checked = {result.id for result in report.results}
    assert {"exposures.within_flight", "households.couples", "campaigns.caps"} <= checked
    assert report.lacking["exposures.budget"] == "campaigns.budget (missing, declared decimal(18,2))"
    assert report.lacking["households.size_bounds"] == "households.household_size (bigint, declared int)"
    assert report.lacking["responses.truth_every_purchase"] == "the table truth_conversion"


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
        "identity.co_user_elsewhere",
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
