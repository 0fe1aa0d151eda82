"""Local parts of mailboxes: patterns of names, unique whatever the number of homes, kept when homes are appended."""

import gc
import re
import weakref

import numpy as np
import pytest

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.generators import identity, people
from idgraph_widgets.generators.context import Context
from idgraph_widgets.generators.identity import local_parts
from idgraph_widgets.schema import ids

pytestmark = pytest.mark.quick


def _context(homes, **dials):
    config = GenerationConfig(seed=3)
    config.household_config.num_households = homes
    for name, value in dials.items():
        setattr(config.demographics_config.identity_mappings, name, value)
    return Context.make(config, (*people.PREPARE, *identity.PREPARE))


def _parts(context, blocks):
    """Local parts of all mailboxes of some blocks."""
    return [part for block in blocks for part in local_parts._of_block(context, block)[2].to_pylist()]


def test_local_parts_are_unique_with_and_without_dots_in_near_and_far_blocks():
    found = _parts(_context(ids.MAX_HOUSEHOLDS), (0, 1, 500, 999))
    assert len(set(found)) == len(found) > 160_000
    assert len({part.replace(".", "") for part in found}) == len(found)


def test_random_characters_are_a_last_resort():
    found = _parts(_context(10_000), (0,))
    pattern = re.compile("[a-z]+([._][a-z]+)?[0-9]{3,4}")
    assert sum(pattern.fullmatch(part) is None for part in found) < 0.01 * len(found)
    assert 0.25 < sum("." in part for part in found) / len(found) < 0.5


def test_where_digits_run_out_characters_tell_people_apart(monkeypatch):
    monkeypatch.setattr(local_parts, "_MOST", 1)
    found = _parts(_context(10_000), (0,))
    assert sum("-" in part for part in found) > 100
    assert len(set(found)) == len(found)


def test_what_is_remembered_goes_with_its_context():
    context = _context(300)
    seen, calls = weakref.ref(context), []

    def twice(given, number):
        calls.append(given.config.seed)
        return 2 * number

    assert [context.remembered(twice, 4)(n) for n in (3, 3, 5)] == [6, 6, 10]
    assert len(calls) == 2
    _parts(context, (0,))
    gc.collect()
    gc.disable()
    try:
        del context
        assert seen() is None
    finally:
        gc.enable()


@pytest.mark.parametrize("homes", [300, 4_000])
def test_a_mailbox_keeps_its_name_when_homes_are_appended(homes):
    owner = ids.individual_id(np.arange(1, homes + 1), 1)
    few = local_parts.local_parts(_context(homes), owner, np.zeros_like(owner))
    many = local_parts.local_parts(_context(12_000), owner, np.zeros_like(owner))
    assert few.equals(many)


def test_a_couples_mailbox_is_the_familys():
    context = _context(2_000, shared_email_share=0.5)
    owners = local_parts._owners(context, 0)
    heads = owners.individual_id[owners.both & (ids.person_number(owners.individual_id) == 1)]
    found = local_parts.local_parts(context, heads, np.zeros_like(heads)).to_pylist()
    assert len(found) > 100 and all("family" in part for part in found)
