"""What the schema says of tables fits together, and keys have room for the largest dataset."""

import subprocess
import sys

import numpy as np
import pytest

from idgraph_widgets.schema import GENERATED, META, RUNS, TABLES, TRUTH, Column, Cut, Table, ids, references
from idgraph_widgets.schema.source_records import SYSTEMS

pytestmark = pytest.mark.quick


def test_importing_the_schema_loads_no_engine_and_no_arrays():
    heavy = {"pyspark", "numpy", "pandas", "pyarrow", "deltalake", "faker", "idgraph_widgets.config"}
    code = f"import sys, idgraph_widgets.schema; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_table_is_named_once_and_lives_in_its_folder():
    assert len(TABLES) == 10 and len(GENERATED) == len(TABLES) + len(META) + len(TRUTH)
    assert {t.path for t in META.values()} == {f"meta/{name}" for name in META}
    assert {t.path for t in TRUTH.values()} == {f"truth/{name}" for name in TRUTH}
    assert RUNS.path == "meta/generation_runs" and RUNS.name not in GENERATED
    assert all(not table.column(name).nullable for table in GENERATED.values() for name in table.key)


def test_references_point_to_the_single_key_of_a_table():
    assert {reference.parent for reference in references()} >= {"households", "individuals", "campaigns"}
    for reference in references():
        parent = GENERATED[reference.parent]
        assert parent.key == (reference.parent_column,)
        child = GENERATED[reference.table].column(reference.column)
        assert child.type == parent.column(reference.parent_column).type


@pytest.mark.parametrize("table", GENERATED.values(), ids=list(GENERATED))
def test_a_cut_leads_to_households(table):
    path, here = [table.name], table
    while here.cut is not None and here.cut.keys_of not in ("households", "individuals"):
        here = GENERATED[here.cut.keys_of]
        assert here.cut is not None and here.name not in path, path
        path.append(here.name)
    about_all = {"campaigns", "campaign_daily", "outcome_metrics"}
    assert (table.cut is None) == (table.name in about_all or table.grows == "fixed")
    assert table.is_of_all == (table.name in about_all)


def test_ranges_of_households():
    assert TABLES["identity_mappings"].range_of(1, 10) == ("household_id", 1, 10)
    assert TABLES["response_events"].range_of(1, 10) == ("individual_id", 16, 175)
    assert TRUTH["truth_records"].range_of(2, 2) == ("true_individual_id", 32, 47)
    assert TRUTH["truth_conversion"].range_of(1, 10) is None
    assert TABLES["campaigns"].range_of(1, 10) is None


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"key": ("b",)}, "table t has no column b"),
        ({"cut": Cut("b", "households")}, "table t has no column b"),
        ({"cluster_by": ("b",)}, "table t has no column b"),
        ({"grows": "dated"}, "names the column dated_by"),
        ({"dated_by": "a"}, "names the column dated_by"),
        ({"columns": (Column("a", "int", ""), Column("a", "int", ""))}, "declares a column twice"),
    ],
)
def test_a_declaration_that_does_not_fit_is_refused(changed, said):
    declared = {"name": "t", "comment": "", "key": ("a",), "columns": (Column("a", "int", "Key"),)}
    assert Table(**declared).column_names == ("a",)
    with pytest.raises(ValueError, match=said):
        Table(**{**declared, **changed})


LAST = ids.individual_id(ids.MAX_HOUSEHOLDS, ids.PERSONS - 1)
"""The highest key of a person that can be."""


@pytest.mark.parametrize(
    ("highest", "room"),
    [
        (ids.mapping_number(LAST, (1 << ids.SLOT_BITS) - 1), 1 << ids.MAPPING_BITS),
        (ids.device_number(LAST, ids.DEVICE_SLOTS - 1), 1 << ids.DEVICE_BITS),
        ((LAST + 1) * len(SYSTEMS) * ids.RECORD_COPIES - 1, 1 << ids.RECORD_BITS),
        (
            ids.engagement_id(
                ids.session_id(LAST, ids.WEEKS - 1, ids.SESSIONS_PER_WEEK - 1), ids.EVENTS_PER_SESSION - 1
            ),
            ids.MAX_KEY,
        ),
        (ids.pattern_id(LAST, ids.CATEGORY_SLOTS - 1), ids.MAX_KEY),
        (ids.attribute_id(LAST, ids.RULE_SLOTS - 1), ids.MAX_KEY),
        (
            ids.response_number(
                ids.visit_chain(ids.intent_id(LAST, ids.PERIODS - 4, ids.SPELLS - 1), ids.VISITS_PER_SPELL - 1),
                ids.RESPONSE_TYPES - 1,
                ids.ORIGINS - 1,
            ),
            1 << ids.RESPONSE_BITS,
        ),
    ],
)
def test_keys_have_room_for_the_last_person(highest, room):
    assert 0 < highest < room


def test_ids_are_the_same_for_numbers_and_arrays():
    homes = np.arange(1, 30_001, dtype=np.int64)
    starts = (11_500, 15_000)
    made = {
        ids.block_of: (),
        ids.block_start: (),
        ids.budget_block: (starts,),
        ids.household_of: (),
        ids.person_number: (),
        ids.click_chain: (),
    }
    for function, others in made.items():
        found = function(homes, *others)
        assert found.dtype == np.int64
        assert found[::997].tolist() == [function(int(home), *others) for home in homes[::997]], function
    people = ids.individual_id(homes, 3)
    assert (ids.household_of(people) == homes).all() and (ids.person_number(people) == 3).all()
    assert len(np.unique(ids.session_id(people, 5, 63))) == len(homes)
    assert np.array_equal(ids.campaign_period(ids.campaign_id(homes, 11))[0], homes)


def test_budget_blocks_begin_where_appends_began_inside_a_block():
    homes = np.arange(1, 30_001, dtype=np.int64)
    assert np.unique(ids.budget_block(homes)).tolist() == [1, 10_001, 20_001]
    assert np.unique(ids.budget_block(homes, (11_500, 15_000))).tolist() == [1, 10_001, 11_500, 15_000, 20_001]
    assert ids.budget_block(19_999, (11_500, 15_000)) == ids.budget_block(15_000, (15_000, 11_500)) == 15_000
