"""The JSON Schema allows what the configuration allows, and refuses what it refuses, field by field."""

import json

import pytest
from jsonschema import Draft7Validator

from idgraph_widgets.config import PRESETS, GenerationConfig, preset
from idgraph_widgets.config.describe import field_table, template
from idgraph_widgets.config.files import parse_yaml
from idgraph_widgets.config.json_schema import json_schema
from idgraph_widgets.config.walking import walk

pytestmark = pytest.mark.quick

SCHEMA = json_schema()
VALIDATOR = Draft7Validator(SCHEMA)
FIELDS = {path: field for path, field, _, _ in walk(GenerationConfig()) if "setting" in field.metadata}


def part_of(path: str) -> dict:
    """The schema of a field."""
    found = SCHEMA
    for name in path.split("."):
        found = found["properties"][name]
    return found


def test_it_is_a_schema_and_every_field_is_explained():
    Draft7Validator.check_schema(SCHEMA)
    for row in field_table():
        found = part_of(row["path"])
        assert found["title"] == row["title"] and found["description"].startswith(row["help"])
        assert row["is_section"] or row["bounds"] in found["description"]


@pytest.mark.parametrize("name", [*PRESETS, None])
def test_presets_and_templates_are_valid(name):
    config = preset(name) if name else GenerationConfig()
    VALIDATOR.validate(json.loads(config.to_json()))
    plain = json.loads(json.dumps(parse_yaml(template(config)), default=str))
    VALIDATOR.validate(plain)
    VALIDATOR.validate({"$schema": "./idgraph.schema.json", **plain})


@pytest.mark.parametrize("wrong", [{"sede": 1}, {"seed": "42"}, {"household_config": {"households": 5}}, {"seed": -1}])
def test_what_is_no_setting_or_out_of_range_is_underlined(wrong):
    assert list(VALIDATOR.iter_errors(wrong))


def candidates(default):
    """Values near a default: some allowed, some not."""
    yield from (None, True, -1, 0, 1, 0.5, 10**12, "x", "2025-02-30x", [], [1, 2], {}, {"x": 0.5}, {"x": True}, default)
    if isinstance(default, dict):
        for name, value in default.items():
            yield from ({**default, name: "x"}, {**default, name: -1}, {**default, "no such name é" * 9: value})
            break
    if isinstance(default, list):
        yield from (default[:-1], [*default, *default], [*default[:-1], "x"])


@pytest.mark.parametrize("path", FIELDS)
def test_a_field_allows_no_less_than_the_configuration_and_hardly_more(path):
    kind, validator = FIELDS[path].metadata["setting"].kind, Draft7Validator(part_of(path))
    defaults = {row["path"]: row["default"] for row in field_table()}
    default = json.loads(json.dumps(defaults[path], default=str))
    for value in candidates(default):
        problems = list(kind.problems(kind.read(value), "x"))
        errors = list(validator.iter_errors(value))
        if not problems:
            assert not errors, f"{value!r} is allowed, but the schema says {errors[0].message}"
        # Sums, order, days that do not exist and names that lack have no form in JSON Schema.
        said = " ".join(problem.found + problem.suggestion for problem in problems)
        beyond = ("a sum of", "no value for", "Swap", "day in that range", "below the upper", "in quotes", "daily")
        if problems and not errors:
            assert any(word in said for word in beyond), f"{value!r}: {problems[0].message}"
