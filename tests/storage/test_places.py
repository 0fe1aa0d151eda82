"""What places support, as data that forms can be made of; names and texts inside SQL."""

import json

import pytest

from idgraph_widgets import capabilities
from idgraph_widgets.errors import ConfigError
from idgraph_widgets.schema import literal, quoted
from idgraph_widgets.storage import PLACES
from idgraph_widgets.storage.places import FEATURES

pytestmark = pytest.mark.quick


def test_every_place_tells_about_every_feature():
    for place, found in PLACES.items():
        document = json.loads(json.dumps(capabilities(place).to_dict()))
        assert document["place"] == place and set(document["features"]) == set(FEATURES)
        for name, feature in document["features"].items():
            assert feature["label"] and (feature["supported"] or feature["note"]), (place, name)
        assert found["write"]


def test_places_differ_where_they_do():
    assert capabilities("folder")["atomic_publish"] and not capabilities("databricks")["atomic_publish"]
    assert capabilities("databricks")["keys"] and not capabilities("delta")["keys"]
    assert capabilities("unity")["permissions"] and not capabilities("session")["statistics"]
    with pytest.raises(ConfigError, match="found 'hive', allowed is one of folder, unity, delta"):
        capabilities("hive")


@pytest.mark.parametrize("name", ["plain", "it's", "a`b", '"x"', "a; DROP TABLE t; --", "ünï 🙂", "a.b", "\\"])
def test_quoting_gives_the_name_back(name):
    inside = quoted(name)
    assert inside[0] == inside[-1] == "`"
    assert inside[1:-1].replace("``", "").count("`") == 0
    assert inside[1:-1].replace("``", "`") == name
    text = literal(name)
    assert text[1:-1].replace("\\\\", "").replace("\\'", "").count("'") == 0


def test_quoted_parts_are_joined():
    assert quoted("main", "s", "t") == "`main`.`s`.`t`"
    assert quoted(None, "s", "t") == "`s`.`t`"


def test_an_append_needs_a_place_that_can_undo_it():
    can = {place: bool(found["append"]) for place, found in PLACES.items()}
    assert can == {"folder": True, "unity": True, "delta": True, "databricks": True, "session": False}
    assert all(PLACES[place]["undo"] for place, appends in can.items() if appends)
    assert "could not be undone" in PLACES["session"]["append"].note
