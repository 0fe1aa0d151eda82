"""What is said, and what takes its place, where custom widgets cannot run or are not installed."""

from __future__ import annotations

import subprocess
import sys

import pytest

from idgraph_widgets.errors import ConfigError
from idgraph_widgets.studio.runs import Runs
from idgraph_widgets.studio.state import StudioState

pytestmark = pytest.mark.usefixtures("plain_host")


def test_the_plain_studio_needs_no_anywidget(tmp_path):
    code = (
        "import sys; sys.modules['anywidget'] = None\n"
        "from idgraph_widgets.studio.session import WizardStep; from idgraph_widgets import Studio\n"
        f"studio = Studio(home={str(tmp_path)!r})\n"
        "for step in WizardStep: studio.state.go_to(step)\n"
        "print(type(studio._bar).__name__)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "PlainBar"


@pytest.mark.parametrize(
    ("name", "instead"),
    [
        ("RunPanel", "PlainRunPanel from idgraph_widgets.studio"),
        ("HouseholdForm", "PlainForm(WizardStep.…) from idgraph_widgets.studio"),
        ("DistributionChart", "to_svg(figure, width, height) from idgraph_widgets.charts.svg"),
        ("ReportPanel", "panel_for(dataset) from idgraph_widgets.widgets"),
    ],
)
def test_a_custom_part_that_cannot_run_says_what_is_missing_and_what_to_use(messages, tmp_path, name, instead):
    import idgraph_widgets

    made = {
        "RunPanel": lambda part: part(StudioState(), Runs(tmp_path)),
        "HouseholdForm": lambda part: part(),
        "DistributionChart": lambda part: part({"data": []}),
        "ReportPanel": lambda part: part(None),
    }
    with pytest.raises(ConfigError) as caught:
        made[name](getattr(idgraph_widgets, name))
    assert "IDGRAPH_PLOTS=svg says that none runs here" in str(caught.value) and instead in str(caught.value)
    code = (
        "import sys; sys.modules['anywidget'] = None\n"
        f"try:\n    from idgraph_widgets import {name}\n"
        "except ImportError as error:\n    print(error)"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout
    assert printed.startswith(f"{name} is a custom widget, and anywidget is not installed"), printed
    assert 'pip install "idgraph-widgets[dashboard]"' in printed and f"Use {instead}, or Studio()" in printed


def test_without_ipywidgets_the_studio_says_what_to_install():
    code = (
        "import sys; sys.modules['ipywidgets'] = None\n"
        "try:\n    from idgraph_widgets import Studio\nexcept ImportError as error:\n    print(error)"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout
    assert printed.startswith("Studio is a widget, and ipywidgets is not installed (python -m pip install"), printed
