"""Configurations as dicts, YAML, JSON and commented templates: exact there and back, safe on bad input."""

import json
import random
import subprocess
import sys
from datetime import date

import pytest
import yaml

from idgraph_widgets.config import ConfigError, GenerationConfig, field_table, preset, template

pytestmark = pytest.mark.quick


def unusual() -> GenerationConfig:
    """A valid configuration in which many kinds of value differ from the default."""
    config = preset("tiny")
    config.seed = 0
    config.catalog_name, config.schema_name = "main", "no"
    config.start_date, config.end_date = date(2024, 2, 29), date(2025, 1, 1)
    config.incremental = True
    household = config.household_config
    household.income_brackets = {"on": 0.1, "5": 0.2, '☃ "x": #1': 0.3, "1M+": 0.4}
    household.income_bounds = {"on": (0, 10), "5": (10, 20), '☃ "x": #1': (20, 1_000_000)}
    household.size_distribution = type(household.size_distribution)(mean=2.1, std_dev=1.1, max_size=9)
    household.location_distribution = {"OR": 1 / 3, "NE": 2 / 3}
    config.demographics_config.age_range = (18, 64)
    config.demographics_config.identity_mappings.typo_share = 1e-7
    config.audience_config.segments = {"IAB-1": False, "null": True}
    config.campaign_config.cpc_channels = []
    config.campaign_config.frequency_caps["email"] = {"daily": 1, "weekly": 1, "scope": "identifier"}
    config.check()
    return config


@pytest.mark.parametrize("config", [GenerationConfig(), preset("large"), unusual()], ids=["default", "large", "odd"])
def test_round_trips_are_exact(config, tmp_path):
    assert GenerationConfig.from_dict(config.to_dict()) == config
    assert GenerationConfig.from_yaml(config.to_yaml()) == config
    assert GenerationConfig.from_json(config.to_json()) == config
    assert GenerationConfig.from_yaml(template(config)) == config
    assert GenerationConfig.from_yaml(config.to_yaml()).to_json() == config.to_json()
    for name in ("c.yaml", "c.yml", "c.json"):
        config.save(tmp_path / name)
        assert GenerationConfig.from_file(tmp_path / name) == config
        assert GenerationConfig.from_file(tmp_path / name).fingerprint() == config.fingerprint()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["c.json", "c.yaml", "c.yml"]


def test_random_floats_survive():
    rng = random.Random(5)
    for _ in range(6):
        config = GenerationConfig()
        config.engagement_config.events_per_person_day = rng.uniform(0.001, 8)
        config.demographics_config.identity_mappings.typo_share = rng.random() ** 40
        share = rng.random()
        config.campaign_config.objective_mix = {"awareness": share, "conversion": 1 - share}
        for again in (config.to_yaml(), template(config)):
            assert GenerationConfig.from_yaml(again) == config
        assert GenerationConfig.from_json(config.to_json()) == config


def test_keys_are_the_field_names():
    data = json.loads(GenerationConfig().to_json())
    assert list(data) == [
        "seed",
        "catalog_name",
        "schema_name",
        "start_date",
        "end_date",
        "incremental",
        "household_config",
        "demographics_config",
        "engagement_config",
        "audience_config",
        "campaign_config",
        "extra_columns",
    ]
    assert data["start_date"] == "2025-01-01"
    assert data["household_config"]["size_distribution"]["shares"]["1"] == 0.29
    assert yaml.safe_load(GenerationConfig().to_yaml())["end_date"] == date(2025, 4, 1)


def test_what_is_left_out_has_its_default():
    assert GenerationConfig.from_yaml("") == GenerationConfig()
    assert GenerationConfig.from_yaml("# nothing\nhousehold_config:\n") == GenerationConfig()
    config = GenerationConfig.from_yaml("campaign_config: {bid_prices: {ctv: 30}, frequency_caps: {ctv: {daily: 1}}}")
    assert config.campaign_config.bid_prices["ctv"] == 30
    assert config.campaign_config.bid_prices["search"] == 4.0
    assert config.campaign_config.frequency_caps["ctv"] == {"daily": 1, "weekly": 7, "scope": "household"}


def test_numbers_as_people_write_them():
    config = GenerationConfig.from_yaml(
        "household_config: {num_households: 20_000}\n"
        "demographics_config: {identity_mappings: {typo_share: 1e-3, ios_share: 1}}\n"
    )
    assert config.household_config.num_households == 20_000
    assert config.demographics_config.identity_mappings.typo_share == 0.001


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("seed: 010", "seed: found '010'; allowed: a whole number"),
        ("seed: -010", "seed: found '-010'"),
        ("seed: 0x1F", "seed: found '0x1F'"),
        ("seed: 0b11", "seed: found '0b11'"),
        ("seed: 1:30", "seed: found '1:30'"),
        ("household_config: {num_households: 16:40:00}", "num_households: found '16:40:00'"),
        ("campaign_config: {ad_lift: 0:0.5}", "ad_lift: found '0:0.5'"),
        ("incremental: yes", "incremental: found 'yes'; allowed: true or false"),
        ("incremental: off", "incremental: found 'off'"),
        ("household_config: {location_distribution: {NO: 1.0}}", "found the state 'NO'"),
        ("start_date: 2024-12-01 10:00:00", r"start_date: found 2024-12-01 10:00:00; allowed: a day from"),
        ("seed: 2024-12-01", "seed: found 2024-12-01; allowed: a whole number"),
        ("demographics_config: {age_range: [2024-12-01, 5]}", r"age_range\[0\]: found 2024-12-01; allowed"),
        ("? 2024-12-01\n: 1\n? 2024-12-01\n: 2", "the key 2024-12-01 is given twice"),
    ],
)
def test_what_yaml_counts_in_other_ways_is_no_number(text, said):
    with pytest.raises(ConfigError, match=said):
        GenerationConfig.from_yaml(text)


def test_names_that_look_like_other_values_come_back():
    config = GenerationConfig()
    names = ("010", "08", "1e3", "1:30", "yes", "no", "0x1F", "1_000", "~", "2024-12-01", ".5", "true")
    config.household_config.income_brackets = {name: 1 / len(names) for name in names}
    config.household_config.income_bounds = {name: (i * 10, i * 10 + 10) for i, name in enumerate(names)}
    for text in (config.to_yaml(), template(config)):
        assert GenerationConfig.from_yaml(text) == config
        assert list(yaml.safe_load(text)["household_config"]["income_brackets"]) == list(names)


def test_template_explains_every_field_and_is_plain_yaml():
    text = template()
    assert yaml.safe_load(text) == yaml.safe_load(GenerationConfig().to_yaml())
    assert yaml.safe_load(template(unusual())) == unusual().to_dict()
    flat = " ".join(text.replace("#", " ").split())
    for row in field_table():
        assert " ".join(row["help"].replace("#", " ").split()) in flat, row["path"]
        if not row["is_section"]:
            assert f"Allowed: {row['bounds']}" in flat, row["path"]
            assert f"[{row['source']['status']}]" in flat
    assert max(map(len, text.splitlines())) <= 110


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("seed: 1\nseed: 2\n", r"line 2.*'seed' is given twice"),
        ("household_config:\n  num_households: 1000\n  num_households: 2000\n", "line 3.*given twice"),
        ("seed: [1\nend_date: 2\n", "line 2"),
        ("seed: 1\n\tend_date: 2\n", "line 2"),
        ("seed: !!python/object/apply:os.getcwd []\n", "line 1.*could not determine a constructor"),
        ("a: 1\n---\nb: 2\n", "line 2"),
        ("seed: *nothing\n", "line 1.*undefined alias"),
        ("? [1, 2]\n: 3\n? {a: 1}\n: 2\n", "unhashable"),
        ("[" * 2000, "nested too deeply"),
        ("seed: \x00", "not readable"),
        ("- seed\n", "a mapping of settings"),
        ("seed\n", "a mapping of settings"),
        ("end_date: 2025-02-30\n", "end_date: found '2025-02-30'"),
        ("# " + "x" * 1024 * 1024, "1 MiB"),
        ("seed: " + "9" * 5000, "YAML"),
    ],
)
def test_bad_yaml(text, said):
    with pytest.raises(ConfigError, match=f"(?s){said}"):
        GenerationConfig.from_yaml(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"seed": 1,\n "seed": 2}', "line 2: the key 'seed' is given twice"),
        ('{"seed": 1,\n}', "line 2"),
        ("", "line 1"),
        ("[" * 100_000, "nested too deeply"),
        ("[]", "a mapping of settings"),
        ('{"seed": NaN}', "seed: found nan"),
        ('{"household_config": {"num_households": 1e4}}', "found 10000.0"),
        ('"' + "x" * 1024 * 1024 + '"', "1 MiB"),
    ],
)
def test_bad_json(text, said):
    with pytest.raises(ConfigError, match=said):
        GenerationConfig.from_json(text)


def test_aliases_cannot_blow_up():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 12)]
    with pytest.raises(ConfigError) as caught:
        GenerationConfig.from_yaml("\n".join([*lines, "seed: *a11", "engagement_config: {weekday_weights: *a11}"]))
    assert len(str(caught.value)) < 10_000
    with pytest.raises(ConfigError):
        GenerationConfig.from_yaml("seed: &a [*a]")


def test_bad_files(tmp_path):
    cases = {
        "missing.yaml": (None, "no such file"),
        "config.toml": (b"", ".yaml, .yml, .json"),
        "big.yaml": (b"#" * (1024 * 1024 + 1), "1 MiB"),
        "latin.yaml": ("a: é".encode("latin-1"), "UTF-8"),
        "twice.json": (b'{"seed": 1, "seed": 1}', "twice.json, line 1"),
    }
    for name, (content, said) in cases.items():
        if content is not None:
            (tmp_path / name).write_bytes(content)
        with pytest.raises(ConfigError, match=said):
            GenerationConfig.from_file(tmp_path / name)
    (tmp_path / "folder.yaml").mkdir()
    with pytest.raises(ConfigError, match="cannot be read"):
        GenerationConfig.from_file(tmp_path / "folder.yaml")
    with pytest.raises(ConfigError, match="cannot be written"):
        GenerationConfig().save(tmp_path / "nowhere" / "c.yaml")


def test_a_byte_order_mark_is_fine(tmp_path):
    (tmp_path / "c.yaml").write_bytes(b"\xef\xbb\xbfseed: 7\n")
    assert GenerationConfig.from_file(tmp_path / "c.yaml").seed == 7


def test_import_needs_neither_spark_nor_pandas_nor_yaml():
    code = (
        "import sys; import idgraph_widgets.config as c, idgraph_widgets.config.segments as s;"
        "import idgraph_widgets.reference as r, idgraph_widgets.forecast as f;"
        "r.facts('household_size'); s.all_rules(c.GenerationConfig());"
        "f.estimate(c.GenerationConfig()); f.expected_purchases(c.GenerationConfig()); f.time_of(c.GenerationConfig());"
        "print([m for m in ('pyspark', 'pandas', 'yaml', 'numpy') if m in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


@pytest.mark.parametrize("check", [True, False])
def test_unknown_names_do_not_hide_wrong_values(check):
    text = "sede: 3\nseed: -5\ncampaign_config:\n  ad_lft: 1\n  ad_lift: 99\n"
    with pytest.raises(ConfigError) as caught:
        GenerationConfig.from_yaml(text, check=check)
    paths = [problem.path for problem in caught.value.problems]
    assert paths == ["sede", "campaign_config.ad_lft", "seed", "campaign_config.ad_lift"]
