"""The whole studio without a browser: what the next cell sees, what survives, what is light."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from idgraph_widgets import ReportPanel, Studio
from idgraph_widgets.config import GenerationConfig, HouseholdConfig
from idgraph_widgets.errors import ConfigError
from idgraph_widgets.studio.session import WizardStep


def test_importing_the_package_loads_nothing_heavy():
    code = (
        "import sys, idgraph_widgets; names = dir(idgraph_widgets);"
        "heavy = {'numpy', 'pandas', 'plotly', 'ipywidgets', 'anywidget', 'pyspark'};"
        "print(sorted(heavy & set(sys.modules)), 'Studio' in names)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[0] == "[] True"


def test_the_studio_starts_without_spark_and_without_pandas(tmp_path):
    code = (
        "import sys; from idgraph_widgets import Studio;"
        f"Studio(home={str(tmp_path)!r}); print(sorted({{'pandas', 'pyspark', 'plotly'}} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_next_cell_sees_the_configuration_and_the_dataset(tmp_path, messages, spark):
    config = GenerationConfig(seed=5, household_config=HouseholdConfig(num_households=1_000))
    studio = Studio(config, spark=spark, out=tmp_path / "out", home=tmp_path / "home")
    assert studio.dataset is None
    studio.state.set("seed", 6)
    assert (studio.config.seed, config.seed) == (6, 5)
    run = studio.run(timeout=120)
    assert run.state == "done", run.message
    assert studio.dataset.manifest["seed"] == 6 and studio.dataset.households.count() == 1_000
    assert run.verdict in studio.state.notice and "checks hold" in run.verdict
    # The report speaks of what the run's own checks found.
    studio.state.go_to(WizardStep.REPORT)
    end = time.monotonic() + 60
    while not isinstance(studio._report.children[0], ReportPanel) and time.monotonic() < end:
        time.sleep(0.02)
    assert studio._report.children[0].part("checks").report.verdict == run.verdict
    studio.close()


def test_run_says_what_is_wrong_with_the_configuration(tmp_path, messages):
    studio = Studio(GenerationConfig(seed=-1), home=tmp_path)
    with pytest.raises(ConfigError, match="seed: found -1"):
        studio.run()


def test_tabs_are_made_when_they_are_first_shown_and_kept(tmp_path, messages):
    studio = Studio(GenerationConfig(), home=tmp_path)
    form = studio._body.children[0]
    messages.clear()
    studio.state.go_to(WizardStep.CAMPAIGNS)
    assert studio._body.children[0] is not form and len(messages) > 3
    studio.state.go_to(WizardStep.HOUSEHOLDS)
    assert studio._body.children[0] is form


def test_a_kernel_that_was_warm_takes_up_what_another_one_did_meanwhile(tmp_path, messages):
    first, warm = Studio(home=tmp_path), Studio(home=tmp_path)
    first.state.set("seed", 77)
    first.state.go_to(WizardStep.ENGAGEMENT)
    first.close()
    assert warm.config.seed == 42
    warm._bar.on_hello({})
    assert (warm.config.seed, warm.state.step) == (77, WizardStep.ENGAGEMENT)
    warm.state.set("seed", 78)
    warm._bar.on_hello({})  # shown once more; nothing of its own is lost
    assert warm.config.seed == 78
    warm.close()


def test_a_session_is_saved_shortly_after_a_change(tmp_path, messages):
    studio = Studio(home=tmp_path)
    studio.state.set("seed", 3)
    end = time.monotonic() + 20
    while time.monotonic() < end and not (tmp_path / "target.json").exists():
        time.sleep(0.05)
    again = Studio(home=tmp_path)
    assert again.config.seed == 3 and "back" in again.state.notice


def test_a_home_that_cannot_be_written_is_named(tmp_path, messages):
    file = tmp_path / "file"
    file.write_text("", encoding="utf-8")
    with pytest.raises(ConfigError, match="cannot be written to"):
        Studio(home=file / "below")


def test_the_names_of_the_tables_are_those_of_the_schema():
    from idgraph_widgets import TABLES, schema

    assert list(TABLES) == list(schema.TABLES)
