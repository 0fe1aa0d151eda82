"""Identifier values: hashes are those of the standard library, spellings and shapes are those of the field."""

import base64
import hashlib
import re

import numpy as np
import pyarrow as pa
import pytest

from idgraph_widgets.arrays import Coded
from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.draws import hashed
from idgraph_widgets.generators import identity
from idgraph_widgets.generators.context import Context
from idgraph_widgets.generators.identity import values

pytestmark = pytest.mark.quick

MAILS = ["ann.lee7spz89@mail.example", "x@y.example", "", "zoë@mail.example"]


@pytest.fixture(scope="module")
def context():
    return Context.make(GenerationConfig(), identity.PREPARE)


def _digest(text):
    return hashlib.sha256(text.encode()).digest()


def test_hashes_are_sha256():
    mails = pa.array(MAILS)
    assert values.sha256_hex(mails).to_pylist() == [_digest(mail).hex() for mail in MAILS]
    assert values.sha256_base64(mails).to_pylist() == [base64.b64encode(_digest(mail)).decode() for mail in MAILS]
    assert values.sha256_hex(mails[:0]).to_pylist() == values.sha256_base64(mails[:0]).to_pylist() == []


def test_other_ways_to_hash():
    found = values.hash_variant(pa.array(MAILS[:1] * 3), np.array([3, 4, 5]))
    mail = MAILS[0]
    upper, blank = _digest(mail.upper()).hex(), _digest(mail + " ").hex()
    assert found.to_pylist() == [upper, blank, base64.b64encode(_digest(mail)).decode()]


def test_one_character_is_dropped():
    found = values.mistyped(pa.array(["abcdefg"] * 4), np.array([0, 1, 2, 3]))
    assert found.to_pylist() == ["abdefg", "abcefg", "abcdfg", "abdefg"]


def test_other_spellings_reach_the_same_mailbox():
    domain = Coded(np.zeros(3, np.int32), ("gmail.example",))
    found = values.respelt(pa.array(["ann.lee7", "ann.lee7", "annlee7"]), domain, np.array([1, 256, 256]))
    # Without a dot to drop, it is tagged.
    wanted = ["ann.lee7+shop", "annlee7", "annlee7+news"]
    assert found.to_pylist() == [f"{name}@gmail.example" for name in wanted]
    two = Coded(np.array([0, 1], np.int32), ("gmail.example", "notgmail.example"))
    assert values.takes_spellings(two).tolist() == [True, False]


def test_shapes_of_identifiers(context):
    number = np.arange(1, 500)
    keys = hashed(number)
    uuids = values.masked_uuids(context, "ad_id", keys, upper=number % 2 == 0).to_pylist()
    shape = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}")
    assert all(shape.fullmatch(uuid.lower()) for uuid in uuids)
    assert [uuid == uuid.upper() for uuid in uuids] == [n % 2 == 0 for n in number]
    cookies = values.cookie_values(context, number % 2 == 0, keys).to_pylist()
    assert all(re.fullmatch("[ft]p1[.][0-9a-f]{32}", cookie) for cookie in cookies)
    assert [cookie[0] == "f" for cookie in cookies] == [n % 2 == 0 for n in number]
    phones = values.phone_numbers(context, number).to_pylist()
    assert all(re.fullmatch("[+]1[01][0-9]{9}", phone) for phone in phones)
    for found in (uuids, cookies, phones, values.device_keys(context, number).tolist()):
        assert len(set(found)) == len(number)
