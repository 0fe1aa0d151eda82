"""Without a kernel: what exported notebooks and a repository's view show of the studio, reports and results."""

from __future__ import annotations

import base64
import re
import xml.etree.ElementTree as ET

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
from nbconvert import HTMLExporter

from idgraph_widgets import Studio
from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.pipeline.result import RunResult
from idgraph_widgets.quality.report import CheckReport, CheckResult
from idgraph_widgets.quality.statistics import StatisticResult
from idgraph_widgets.storage.manifest import Manifest
from idgraph_widgets.studio import DistributionChart, HouseholdForm, PlotBoard
from idgraph_widgets.studio.session import WizardStep
from idgraph_widgets.studio.state import StudioState
from idgraph_widgets.widgets import ReportPanel
from idgraph_widgets.widgets.report.plain import PlainReport


def exported(*values) -> str:
    """An HTML page of a notebook whose cells gave these values, as nbconvert makes it."""
    cells = []
    for value in values:
        data, metadata = InteractiveShell.instance().display_formatter.format(value)
        output = nbformat.v4.new_output("execute_result", data, metadata=metadata, execution_count=1)
        cells.append(nbformat.v4.new_code_cell("x", outputs=[output]))
    return HTMLExporter().from_notebook_node(nbformat.v4.new_notebook(cells=cells))[0]


def pictures(html: str) -> list[ET.Element]:
    found = re.findall(r'<img[^>]*src="data:image/svg\+xml;base64,([^"]+)"', html)
    return [ET.fromstring(base64.b64decode(one)) for one in found]


def test_an_exported_studio_shows_its_settings_its_plots_and_the_expected_rows(messages, tmp_path):
    config = GenerationConfig(seed=7)
    config.household_config.income_brackets = {"<50K": 0.5, "50K+": 0.5}
    studio = Studio(config=config, home=tmp_path)
    html = exported(studio)
    assert "Identity graph studio" in html and "identity_mappings" in html and "&lt;50K: 0.5" in html
    assert "2 of " in html and "settings differ from their defaults" in html
    drawn = pictures(html)
    assert len(drawn) == 3 and all(svg.tag.endswith("svg") and len(list(svg.iter())) > 10 for svg in drawn)
    assert "var(--" not in "".join(ET.tostring(svg, encoding="unicode") for svg in drawn)
    assert re.search(r'alt="[^"]*50K\+ 50', html)
    studio.state.go_to(WizardStep.CAMPAIGNS)
    studio.state.set("campaign_config.holdout_share", 3)
    assert "campaign_config.holdout_share" in exported(studio) and "Problems" in exported(studio)
    studio.close()


def test_what_a_page_runs_it_prefers_to_the_picture(messages, tmp_path):
    studio = Studio(config=GenerationConfig(), home=tmp_path)
    data, _ = InteractiveShell.instance().display_formatter.format(studio)
    assert "application/vnd.jupyter.widget-view+json" in data and "text/html" in data
    studio.close()


@pytest.mark.parametrize("panel", [ReportPanel, PlainReport])
def test_an_exported_report_shows_tables_figures_and_the_verdict(messages, dataset_1k, panel):
    report = CheckReport(
        [CheckResult("a.b", "structure", "Nothing is <wrong>.", 3, [{"household_id": 7}])], seconds=1.0
    )
    shown = panel(dataset_1k, report)
    assert shown.part("overview").wait(60) if panel is ReportPanel else shown.wait(60)
    html = exported(shown)
    assert "content_engagements" in html and "Nothing is &lt;wrong&gt;." in html and "household_id=7" in html
    assert len(pictures(html)) == 2 and "1 of 1 checks failed" in html
    shown.close()


def test_results_of_functions_are_tables(dataset_1k_path):
    off = StatisticResult("s.t", "Shares agree.", "", {"a": 1.0}, {"a": 0.5}, 0.5, 0.01, 100, "total variation")
    result = RunResult(Manifest.read(dataset_1k_path), str(dataset_1k_path), 12.3, folder=dataset_1k_path)
    html = exported(
        CheckReport(skipped=["c.d"], statistics=[off]), result, GenerationConfig(), GenerationConfig().household_config
    )
    assert "1 of 1 statistics is off target" in html and "s.t" in html and "c.d" in html
    assert "Written in 12.3 s" in html and result.manifest.run_id in html and "households" in html
    assert html.count("Every setting has its default.") == 2 and "income_brackets" in html


def test_single_plots_and_forms_are_no_blanks(messages):
    state = StudioState()
    bars = {"data": [{"type": "bar", "x": ["a", "b"], "y": [3, 4]}], "layout": {}}
    odd = DistributionChart({"data": [{"type": "sankey"}], "layout": {}}, title="Odd", text="Flows.")
    assert "Flows." in exported(odd)
    html = exported(
        DistributionChart(bars, title="Two bars"), PlotBoard(state, WizardStep.ENGAGEMENT), HouseholdForm(state)
    )
    assert "Two bars" in html and len(pictures(html)) > 3 and "num_households" in html
