"""The report as one HTML page, as JSON and as words; the page in a real browser where there is one."""

from __future__ import annotations

import json
import math
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path

import pytest
from plotly.graph_objects import Figure

from idgraph_widgets.charts.svg import to_svg
from idgraph_widgets.cli import main
from idgraph_widgets.errors import StorageError
from idgraph_widgets.quality.report import CheckReport, CheckResult
from idgraph_widgets.report import measures, report_data, write_html, write_json
from idgraph_widgets.report.data import plain_values, write_whole
from idgraph_widgets.report.figures import Card
from idgraph_widgets.report.figures.card import nice
from idgraph_widgets.report.figures.histogram import histogram_card
from idgraph_widgets.report.figures.places import TILES
from idgraph_widgets.report.page import page
from idgraph_widgets.report.sections import SECTIONS
from idgraph_widgets.report.subject import Subject

CHECKS = CheckReport(
    [
        CheckResult("structure.households.key_unique", "structure", "The key is unique.", 0, [], 0.1),
        CheckResult("households.size", "consistency", "Sizes are <right> & fit.", 3, [{"household_id": 7}], 0.1),
    ],
    seconds=0.2,
)


@pytest.fixture(scope="module")
def parts(dataset_1k):
    """All sections with their blocks, of the small dataset and one failed check."""
    subject = Subject(dataset_1k, CHECKS)
    return [(section, section.make(subject)) for section in SECTIONS]


@pytest.fixture(scope="module")
def html_file(dataset_1k, tmp_path_factory):
    """The page, written."""
    return write_html(dataset_1k, tmp_path_factory.mktemp("report") / "new folder" / "report.html", CHECKS)


def cards(parts) -> list[Card]:
    return [block for _, blocks in parts for block in blocks if isinstance(block, Card)]


def test_the_page_tells_the_verdicts_of_the_judge(parts, dataset_1k):
    """One judge: what the report draws, and what it says of it, is what quality found."""
    results = measures.statistics(dataset_1k)
    blocks = next(blocks for section, blocks in parts if section.key == "fidelity")
    drawn = {block.key: block for block in blocks if isinstance(block, Card)}
    lines = {row[0]: row for row in next(block for block in blocks if block.key == "rates").rows}
    for result in results:
        if isinstance(result.target, dict):
            assert result.explained in drawn[f"fit-{result.id.removeprefix('statistics.')}"].note
        else:
            sign = {True: "✓ on target", False: "✗ off target", None: "○ not judged"}[result.passed]
            assert lines[result.title][-1].startswith(sign), result.id
    assert len(drawn) + len(lines) == len(results)


def test_every_section_has_something_to_show(parts):
    assert [section.key for section, _ in parts][:3] == ["overview", "checks", "fidelity"]
    assert all(blocks for _, blocks in parts)
    keys = [block.key for _, blocks in parts for block in blocks]
    assert len(keys) == len(set(keys))


def test_figures_are_plain_and_say_what_they_show(parts):
    def values(value):
        if isinstance(value, dict):
            for key, item in value.items():
                assert isinstance(key, str)
                yield from values(item)
        elif isinstance(value, (list, tuple)):
            for item in value:
                yield from values(item)
        else:
            yield value

    assert len(cards(parts)) > 20
    for card in cards(parts):
        found = list(values(card.figure))
        assert all(value is None or type(value) in (str, int, float, bool) for value in found), card.key
        assert not any(isinstance(value, float) and not math.isfinite(value) for value in found), card.key
        assert card.text.strip() and card.title and card.height > 100
        assert card.figure["data"], card.key
        json.dumps(card.figure, allow_nan=False)
        assert len(json.dumps(card.figure)) < 100_000, card.key


def test_svg_shows_every_figure(parts):
    """As many bars and marks as the figure has, all of them inside the picture."""
    for card in cards(parts):
        root = ET.fromstring(to_svg(card.figure, 760, card.height, card.text))
        drawn = [e for e in root if e.get("class") == "trace"]
        assert len(drawn) == len(card.figure["data"]) and root.get("aria-label") == card.text
        for group, trace in zip(drawn, card.figure["data"]):
            boxes = [e for e in group if e.tag.endswith("rect")]
            if trace["type"] == "bar":
                assert len(boxes) == len(trace["x"]), card.key
                for box in boxes:
                    x, y, width, height = (float(box.get(n)) for n in ("x", "y", "width", "height"))
                    assert x >= -1 and x + width <= 761 and y >= -1 and y + height <= card.height + 1, card.key
            elif "markers" in trace.get("mode", "") and trace["marker"].get("opacity") != 0:
                assert len([e for e in group if not e.tag.endswith("text")]) >= len(trace["x"]), card.key
        assert not re.search(r"\b(nan|inf)\b", ET.tostring(root, encoding="unicode")), card.key


def test_svg_puts_stacks_on_top_of_each_other_and_groups_side_by_side():
    def boxes(mode):
        traces = [
            {"type": "bar", "x": ["a", "b"], "y": values, "marker": {"color": "#000"}, "name": name}
            for name, values in (("one", [1, 2]), ("two", [3, 4]))
        ]
        root = ET.fromstring(to_svg({"data": traces, "layout": {"barmode": mode}}, 400, 300))
        groups = [e for e in root if e.get("class") == "trace"]
        return [[{k: float(e.get(k)) for k in ("x", "y", "width", "height")} for e in g] for g in groups]

    (lower, _), (upper, _) = boxes("stack")
    assert upper["x"] == lower["x"] and upper["height"] == pytest.approx(3 * lower["height"], abs=0.2)
    assert upper["y"] + upper["height"] == pytest.approx(lower["y"], abs=0.2)
    (first, _), (second, _) = boxes("group")
    assert first["x"] + first["width"] == pytest.approx(second["x"], abs=0.2)
    assert first["y"] + first["height"] == pytest.approx(second["y"] + second["height"], abs=0.2)


def test_svg_draws_intervals_and_times():
    points = {
        "type": "scatter",
        "mode": "markers",
        "x": ["2025-01-01", "2025-01-11"],
        "y": [1.0, 2.0],
        "marker": {"color": "#000", "size": 6},
        "error_y": {"type": "data", "symmetric": False, "array": [0.5, 1.0], "arrayminus": [0.5, 0.0]},
    }
    text = to_svg({"data": [points], "layout": {"xaxis": {"type": "date"}}}, 400, 300)
    group = next(e for e in ET.fromstring(text) if e.get("class") == "trace")
    spans = [[float(n) for n in re.findall(r"-?[\d.]+", e.get("d"))] for e in group if e.tag.endswith("path")]
    circles = [float(e.get("cx")) for e in group if e.tag.endswith("circle")]
    assert [span[0] for span in spans] == circles and circles[0] < circles[1]
    assert all(abs(span[1] - span[3]) == pytest.approx(abs(spans[0][1] - spans[0][3]), abs=0.2) for span in spans)
    assert ">02 Jan<" in text or ">01 Jan<" in text


def test_plotly_takes_every_figure(parts):
    theme = re.compile(r'"@[a-z]+"')
    for card in cards(parts):
        painted = json.loads(theme.sub('"#123456"', json.dumps(card.figure)))
        assert len(Figure(painted).data) == len(card.figure["data"])


def test_figures_show_the_measures(parts, dataset_1k):
    by_key = {card.key: card for card in cards(parts)}
    size = next(r for r in measures.statistics(dataset_1k) if r.id == "statistics.household_size")
    bars, marks = by_key["fit-household_size"].figure["data"]
    assert bars["y"] == pytest.approx(list(size.actual.values()))
    assert marks["y"] == pytest.approx(list(size.target.values()))
    heat = by_key["heat"].figure["data"][0]
    assert (sum(map(sum, heat["customdata"]))) == measures.table_volume(dataset_1k).set_index("table")["rows"][
        "content_engagements"
    ]
    shown = [state for row in by_key["map"].figure["data"][0]["text"] for state in row if state]
    assert len(shown) == 51 == len(TILES) == len(set(TILES.values()))
    credit = by_key["attribution"].figure["data"]
    assert {trace["name"] for trace in credit} >= {"last touch", "time decay"}


@pytest.mark.parametrize(
    ("table", "column", "log_bins"),
    [
        ("individuals", "age", False),
        ("households", "annual_income", True),
        ("individuals", "birth_date", False),
        ("content_engagements", "engagement_ts", False),
        ("individuals", "education", False),
        ("individuals", "gender", False),
        ("campaigns", "reach_share", False),
    ],
)
def test_histogram_figures(dataset_1k, table, column, log_bins):
    found = measures.histogram(dataset_1k, table, column, log_bins=log_bins)
    for log_counts in (False, True):
        card = histogram_card(found, log_counts)
        trace = card.figure["data"][0]
        drawn = trace["x"] if trace.get("orientation") == "h" else trace["y"]
        assert max(drawn) == max(found.counts)
        counted = card.figure["layout"]["xaxis" if trace.get("orientation") == "h" else "yaxis"]
        assert (counted.get("type") == "log") is log_counts


@pytest.mark.parametrize(("value", "above"), [(0.031, 0.04), (1, 1.5), (99, 150), (980, 1000), (0, 1)])
def test_axes_end_on_round_numbers(value, above):
    assert nice(value) == pytest.approx(above)


class _Seen(HTMLParser):
    """Tags, ids, addresses and the text of a page."""

    def __init__(self):
        super().__init__()
        self.ids, self.links, self.addresses, self.text = [], [], [], []

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.ids += [found["id"]] if "id" in found else []
        self.links += [found["href"][1:]] if found.get("href", "").startswith("#") else []
        self.addresses += [found[k] for k in ("src", "href") if not found.get(k, "#").startswith(("#", "data:"))]

    def handle_data(self, data):
        self.text.append(data)


def test_page_is_whole_and_needs_nothing_else(html_file, parts):
    text = html_file.read_text(encoding="utf-8")
    seen = _Seen()
    seen.feed(text)
    assert not seen.addresses
    assert set(seen.links) <= set(seen.ids) and len(seen.ids) == len(set(seen.ids))
    assert {section.key for section in SECTIONS} <= set(seen.links)
    assert text.count("plotly.js v") <= 2
    assert (
        "Sizes are &lt;right&gt; &amp; fit." in text and "✗ 1 of 2 checks failed" in text and "Not checked" not in text
    )
    assert not list(html_file.parent.glob(".*"))


def test_text_cannot_end_the_script(dataset_1k):
    card = Card("x", "<i>", {"data": [{"x": ["</script><b>"]}], "layout": {}}, "a", 'b"<')
    text = page(dataset_1k, [(SECTIONS[0], [card])], "")
    assert "</script><b>" not in text and "<h3><i>" not in text
    assert json.loads(re.search(r'id="figures">(.*?)</script>', text, re.DOTALL).group(1))["x"]


def test_json_holds_every_measure(dataset_1k, tmp_path):
    path = write_json(dataset_1k, tmp_path / "report.json", CHECKS)
    found = json.loads(path.read_text(encoding="utf-8"))
    assert found["run"]["seed"] == 42 and found["checks"]["failed"] == ["households.size"]
    judged = {row["id"]: row for row in found["measures"]["statistics"]}
    size = judged["statistics.household_size"]
    assert (size["rows"], size["unit"]) == (1_000, "households") and sum(size["actual"].values()) == pytest.approx(1)
    assert len(found["measures"]["heat_map"]) == 7
    assert found == plain_values(json.loads(json.dumps(plain_values(report_data(dataset_1k, CHECKS)))))


def test_command_writes_page_and_json(dataset_1k_path, tmp_path, capsys):
    html = tmp_path / "a.html"
    args = ["--html", str(html), "--json", "--quiet", "--no-checks", "--household", "5"]
    assert main(["report", str(dataset_1k_path), *args]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["html"], document["path"]) == (str(html), str(dataset_1k_path))
    assert document["checks"] is None and len(document["measures"]["heat_map"]) == 7
    assert "Household 5<" in html.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["--html", "{folder}"], 2, "is a folder. Name a file in it, or another one"),
        (["--html", "{file}/x.html"], 2, "is no folder. Choose another path"),
        (["--html", ""], 2, "The name of the file is empty"),
        (["--html", "{folder}/x.html", "--household", "0"], 3, "There is no household 0; this dataset has 1 to 1,000"),
        (["--html", "{folder}/x.html", "--person", "0"], 3, "There is no person 0"),
        (["--person", "0"], 2, "--person says whom the page shows: give --html FILE too"),
        (["--household", "abc"], 2, "--household: found abc; allowed: a whole number"),
    ],
)
def test_command_refuses_before_it_measures(dataset_1k_path, tmp_path, capsys, args, code, said):
    (tmp_path / "file").write_text("mine")
    words = [word.format(folder=tmp_path, file=tmp_path / "file") for word in args]
    assert main(["report", str(dataset_1k_path), "--no-checks", *words]) == code
    printed = capsys.readouterr()
    assert said in printed.err and "measuring" not in printed.err and printed.out == ""
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_page_that_cannot_be_written_leaves_nothing_behind(tmp_path, monkeypatch):
    def full(*_args, **_options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(StorageError, match=r"page\.html cannot be written: No space left on device"):
        write_whole(tmp_path / "new" / "page.html", "text")
    assert list((tmp_path / "new").iterdir()) == []


def test_command_in_words(dataset_1k_path, capsys):
    assert main(["report", str(dataset_1k_path), "--quiet"]) == 0
    out = capsys.readouterr().out
    assert "checks hold" in out and "Household size" in out and "F1" in out


def test_command_says_what_is_wrong(dataset_1k_path, tmp_path, capsys):
    assert main(["report", str(tmp_path / "nothing"), "--html", str(tmp_path / "x.html")]) == 3
    assert "There is no dataset" in capsys.readouterr().err
    args = ["--html", str(tmp_path / "x.html"), "--quiet", "--no-checks", "--household", "5000"]
    assert main(["report", str(dataset_1k_path), *args]) == 3
    assert "1 to 1,000" in capsys.readouterr().err
    assert not (tmp_path / "x.html").exists()


@pytest.mark.parametrize(("theme", "width"), [("dark", 1280), ("light", 360)])
def test_page_in_a_browser(browser, html_file, parts, theme, width):
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme, offline=True)
    view = context.new_page()
    said, asked = [], []
    view.on("console", lambda message: said.append(message.text))
    view.on("pageerror", lambda error: said.append(str(error)))
    view.on("request", lambda request: asked.append(request.url))
    view.goto(html_file.as_uri())
    keys = [card.key for card in cards(parts)]
    # Drawing all takes seconds: once is enough.
    for key in keys if theme == "dark" else keys[:4]:
        view.evaluate("key => document.querySelector(`[data-card='${key}']`).scrollIntoView()", key)
        view.wait_for_selector(f"[data-card='{key}'] svg.main-svg", timeout=15_000)
    assert view.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert view.evaluate("document.documentElement.dataset.theme") == theme
    ink = "getComputedStyle(document.querySelector('.xtick text')).fill"
    before = view.evaluate(ink)
    view.click("#theme")
    assert view.evaluate("document.documentElement.dataset.theme") != theme
    assert view.evaluate(ink) != before
    assert not said and asked == [html_file.as_uri()]
    context.close()
