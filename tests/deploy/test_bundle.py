"""The bundle calls what is there: an entry point of the wheel, options of the command line, declared variables."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from databricks.bundles.apps import App
from databricks.bundles.jobs import Job
from databricks.bundles.schemas import Schema
from databricks.bundles.volumes import Volume

from idgraph_widgets import __version__
from idgraph_widgets.cli import parser
from idgraph_widgets.cli.dashboard import VOLUME
from idgraph_widgets.cli.task import OPTIONS
from idgraph_widgets.dashboard.settings import read_settings
from idgraph_widgets.jobs.job import ENTRY_POINT
from idgraph_widgets.jobs.wheel import ENTRY_POINTS

pytestmark = pytest.mark.quick

ROOT = Path(__file__).resolve().parents[2]
APP = ROOT / "deploy" / "app"
TEXT = (ROOT / "deploy" / "databricks.yml").read_text(encoding="utf-8")


@pytest.fixture
def bundle():
    return yaml.safe_load(TEXT)


def test_its_resources_are_what_the_bundles_package_knows(bundle):
    resources = bundle["resources"]
    job = Job.from_dict(resources["jobs"]["generate"])
    assert Schema.from_dict(resources["schemas"]["idgraph"]).catalog_name
    assert Volume.from_dict(resources["volumes"]["studio"]).name == "studio"
    assert App.from_dict(resources["apps"]["studio"]).source_code_path == "./app"
    assert {task.environment_key for task in job.tasks} == {one.environment_key for one in job.environments}
    resources["jobs"]["generate"]["tasks"][0]["entry"] = "x"
    with pytest.raises(ValueError, match="Unexpected field 'entry'"):
        Job.from_dict(resources["jobs"]["generate"])


def test_its_task_calls_an_entry_point_with_options_that_there_are(bundle):
    job = bundle["resources"]["jobs"]["generate"]
    task = job["tasks"][0]["python_wheel_task"]
    assert task["entry_point"] == ENTRY_POINT and f"\n{ENTRY_POINT} = " in ENTRY_POINTS
    values = {parameter["name"]: parameter["default"] for parameter in job["parameters"]}
    given = [re.sub(r"\{\{job\.parameters\.(\w+)\}\}", lambda m: values[m[1]], one) for one in task["parameters"]]
    args = parser().parse_args(["generate", *given, *OPTIONS])
    assert (args.households, args.seed, args.engine) == (10_000, 42, "session")


def test_the_app_starts_a_command_that_there_is_with_what_the_bundle_gives_it(bundle):
    asked = yaml.safe_load((APP / "app.yaml").read_text(encoding="utf-8"))
    args = parser().parse_args(asked["command"][3:])
    assert asked["command"][:3] == ["python", "-m", "idgraph_widgets"] and args.ip == "0.0.0.0"
    settings = read_settings(APP / args.settings, {"places": args.places, "volume": "/Volumes/main/idgraph/studio"})
    assert settings.jobs and settings.jobs_catalog == "main"
    given = {one["name"] for one in bundle["resources"]["apps"]["studio"]["resources"]}
    assert {one["valueFrom"] for one in asked["env"]} == given
    assert [one["name"] for one in asked["env"]] == [VOLUME]


def test_the_app_installs_the_wheel_that_is_built_beside_it(bundle):
    wanted = [line for line in (APP / "requirements.txt").read_text(encoding="utf-8").splitlines() if line[0] != "#"]
    assert wanted == [f"./idgraph_widgets-{__version__}-py3-none-any.whl[dashboard,databricks]"]
    assert "--wheel-dir app" in bundle["artifacts"]["wheel"]["build"] and bundle["sync"]["include"] == ["app/*.whl"]


def test_no_target_runs_all_as_somebody_which_apps_do_not_support(bundle):
    assert not any("run_as" in place for place in (bundle, *bundle["targets"].values()))


def test_scripts_of_the_wheel_are_those_of_the_project():
    declared = (
        (ROOT / "pyproject.toml").read_text(encoding="utf-8").partition("[project.scripts]")[2].partition("\n\n")[0]
    )
    scripts = dict(re.findall(r'^([\w-]+) = "(.+)"$', declared, re.MULTILINE))
    assert scripts == dict(re.findall(r"^([\w-]+) = (.+)$", ENTRY_POINTS, re.MULTILINE))


def test_every_variable_is_declared_and_used(bundle):
    assert set(re.findall(r"\$\{var\.(\w+)\}", TEXT)) == set(bundle["variables"])


def test_there_is_a_target_to_try_and_one_for_production(bundle):
    modes = {name: target["mode"] for name, target in bundle["targets"].items()}
    assert modes == {"dev": "development", "prod": "production"} and bundle["targets"]["dev"]["default"]
