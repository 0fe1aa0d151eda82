"""A report that was measured elsewhere: the same page as the dataset's own, in custom and in core widgets."""

from __future__ import annotations

import json

import pytest

from idgraph_widgets.report.document import KeptReport, report_document
from idgraph_widgets.report.page import page
from idgraph_widgets.report.sections import SECTIONS
from idgraph_widgets.report.subject import Subject
from idgraph_widgets.studio.report_view import kept_panel
from idgraph_widgets.widgets.report.kept import KeptPanel, PlainKept


@pytest.fixture(scope="module")
def document(dataset_1k) -> dict:
    """The report as it lies in a file."""
    return json.loads(json.dumps(report_document(dataset_1k), allow_nan=False))


def test_the_page_of_a_kept_report_is_that_of_the_dataset(dataset_1k, document):
    subject = Subject(dataset_1k)
    live = page(dataset_1k, [(section, section.make(subject)) for section in SECTIONS], "")
    kept = KeptReport.from_dict(document)
    assert page(kept, kept.parts, "") == live
    assert len(json.dumps(document)) < 1_000_000


def test_every_section_is_shown_in_custom_widgets(messages, document):
    panel = kept_panel(document, False, "Elsewhere.")
    assert isinstance(panel, KeptPanel) and [key for key, _ in panel._head.tabs] == [one.key for one in SECTIONS]
    for key, _ in panel._head.tabs:
        panel._head.on_choose({"tab": key})
        assert panel.tab == key and panel._body.children == (panel.part(key),)
        assert panel.part(key).blocks == next(one["blocks"] for one in document["sections"] if one["key"] == key)
    panel._head.on_choose({"tab": "nothing"})
    assert panel.tab == SECTIONS[-1].key and "Elsewhere." in panel.children[-1].value
    panel._head.on_press({"name": "html"})
    assert panel._head.wait(60) and messages[-1]["data"]
    sent = next(m["data"]["content"] for m in messages if m["data"].get("content", {}).get("do") == "save")
    assert sent["name"] == f"report-{document['manifest']['run_id']}.html" and "<h2" in sent["text"]
    panel.close()


def test_every_section_is_shown_in_core_widgets(messages, plain_host, document):
    panel = kept_panel(document, False, "Elsewhere.")
    assert isinstance(panel, PlainKept) and "identity_mappings" in panel.content.value
    for section in SECTIONS:
        panel.choice.value = section.key
        assert panel.content.value.count("<div") > 0
    assert "Elsewhere." in panel.children[-1].value


@pytest.mark.parametrize(
    "wrong", [None, {}, {"format": 2}, {"format": 1, "manifest": {}}, {"format": 1, "sections": 1}]
)
def test_what_is_no_report_is_said_to_be_none(messages, wrong):
    assert "cannot be shown" in kept_panel(wrong, False, "").value
