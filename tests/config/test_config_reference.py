"""The published facts that ship with the package, and what is known of the states."""

import math
import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from idgraph_widgets import reference

pytestmark = pytest.mark.quick


def test_facts_are_typed_and_sourced():
    assert len(reference.fact_names()) >= 28
    for name in reference.fact_names():
        rows = reference.facts(name)
        assert rows, name
        assert {"source", "basis"} & set(rows[0]), name
        assert None not in rows[0], name
    row = reference.facts("household_size")[0]
    assert row["persons"] == 1 and row["household_share"] == 0.28986
    fips = {row["state"]: row["state_fips"] for row in reference.facts("state_shares")}
    assert fips["AL"] == "01"
    assert reference.facts("iab_audience")[0]["unique_id"] == "1"
    assert reference.facts("iab_audience")[0]["parent_id"] is None


def test_facts_are_copies():
    reference.facts("dayparts")[0]["daypart"] = "changed"
    assert reference.facts("dayparts")[0]["daypart"] == "early_morning"
    with pytest.raises(KeyError, match="household_size"):
        reference.facts("../state_geography")


def test_states_are_complete():
    assert len(reference.STATES) == 51 and list(reference.STATES) == sorted(reference.STATES)
    for rows in (reference.state_shares(), reference.state_geography()):
        assert tuple(row["state"] for row in rows) == reference.STATES
    assert reference.state_names()["DC"] == "District of Columbia"


def test_state_clocks_are_standard_time():
    for row in reference.state_geography():
        offset = datetime(2025, 1, 15, tzinfo=ZoneInfo(row["time_zone"])).utcoffset()
        assert offset.total_seconds() == 60 * row["utc_offset_minutes"], row["state"]


def _km(a: dict, b: dict) -> float:
    north = a["latitude"] - b["latitude"]
    east = (a["longitude"] - b["longitude"]) * math.cos(math.radians((a["latitude"] + b["latitude"]) / 2))
    return 111.195 * math.hypot(north, east)


def test_places_lie_near_the_centre_of_their_zip3():
    centres = {row["zip3"]: row for row in reference.facts("zip3_centres")}
    for place in reference.facts("zip3_places"):
        centre = centres[place["zip3"]]
        assert place["state"] == centre["state"] and place["people"] > 0
        assert _km(place, centre) < 60, place
        assert 18.9 < place["latitude"] < 71.4 and -168.2 < place["longitude"] < -66.9
    known = {"021": (42.35, -71.06), "100": (40.75, -73.98), "606": (41.87, -87.67), "900": (34.03, -118.28)}
    for zip3, (latitude, longitude) in known.items():
        assert _km(centres[zip3], {"latitude": latitude, "longitude": longitude}) < 15, zip3
    of = {zip3: row["state"] for row in reference.state_geography() for zip3 in row["zip3s"]}
    assert {zip3: row["state"] for zip3, row in centres.items()}.items() <= of.items()
    assert {row["state"] for row in centres.values()} == set(reference.STATES)


def test_zip_prefixes_belong_to_one_state():
    rows = reference.state_geography()
    prefixes = [zip3 for row in rows for zip3 in row["zip3s"]]
    assert len(prefixes) == len(set(prefixes)) > 800
    assert all(re.fullmatch(r"\d{3}", zip3) for zip3 in prefixes)
    assert all(row["zip3s"] for row in rows)
    of = {zip3: row["state"] for row in rows for zip3 in row["zip3s"]}
    known = {"021": "MA", "100": "NY", "606": "IL", "770": "TX", "941": "CA", "968": "HI", "995": "AK", "200": "DC"}
    assert {zip3: of[zip3] for zip3 in known} == known
