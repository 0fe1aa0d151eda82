"""What a run and a job's task are asked for: refused in words where it cannot be, and the same for everybody."""

import inspect
from dataclasses import fields

import pytest

from idgraph_widgets.errors import ConfigError
from idgraph_widgets.jobs import TaskOptions
from idgraph_widgets.pipeline import CancelToken, RunOptions, run_pipeline
from idgraph_widgets.storage import Layouts

pytestmark = pytest.mark.quick


@pytest.mark.parametrize(
    ("name", "wrong", "right"),
    [
        ("on_progress", "bar", print),
        ("cancel", True, CancelToken()),
        ("force", "yes", True),
        ("partitions", 0, 1),
        ("partitions", True, 200),
        ("partitions", 2.0, None),
        ("engine", "spark", ("spark", "4.1.0")),
        ("engine", ("spark", 4), None),
        ("layouts", ["households"], {"households": {"cluster_by": ["state"]}}),
        ("layouts", "households", Layouts()),
        ("progress", 1, False),
    ],
)
def test_what_an_option_cannot_be_is_refused_with_what_it_can(name, wrong, right):
    with pytest.raises(ConfigError, match=rf"^{name}: found .*; allowed: .*\.$") as refused:
        RunOptions(**{name: wrong})
    assert repr(wrong) in str(refused.value)
    assert getattr(RunOptions(**{name: right}), name) is right


def test_keywords_of_a_run_are_its_options():
    keywords = inspect.signature(run_pipeline, eval_str=False).parameters.values()
    given = {one.name: one.default for one in keywords if one.kind is one.KEYWORD_ONLY}
    assert given == {field.name: field.default for field in fields(RunOptions)}


def test_a_run_refuses_an_option_before_it_asks_for_a_session(tmp_path):
    from idgraph_widgets import GenerationConfig

    with pytest.raises(ConfigError, match=r"^partitions: found 0"):
        run_pipeline(None, GenerationConfig(), tmp_path / "d", partitions=0)
    assert list(tmp_path.iterdir()) == []


def test_a_task_gets_what_is_not_as_by_default():
    assert TaskOptions("s").parameters == ["--schema", "s"]
    everything = TaskOptions("s", "c", append=True, households=9, check="full", strict=True, reader="a@b.org")
    assert everything.parameters == [
        *("--schema", "s", "--catalog", "c", "--mode", "append", "--households", "9"),
        *("--check", "full", "--reader", "a@b.org", "--strict"),
    ]
    with pytest.raises(ConfigError, match=r"^--schema: found nothing"):
        TaskOptions("")
