"""A dataset on its way to its owner's browser, and reports that people show to each other."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from support.browser import wait_for_plots
from support.pages import WAIT, picture, small, tab
from support.visitors import Visitor

from idgraph_widgets.dataset.export.source import Source
from idgraph_widgets.dataset.export.stream import FORMS, expected_bytes, send
from idgraph_widgets.workspaces.gallery import REPORT, Gallery, adopted


class Pipe(io.RawIOBase):
    """Somewhere that cannot be gone back in, and counts what it has to hold at once."""

    def __init__(self):
        self.whole, self.largest = io.BytesIO(), 0

    def writable(self):
        return True

    def write(self, data):
        self.largest = max(self.largest, len(data))
        return self.whole.write(data)


@pytest.mark.parametrize("form", FORMS)
def test_what_is_sent_is_the_dataset(form, dataset_1k_path, tmp_path):
    source, pipe = Source(dataset_1k_path), Pipe()
    send(source, form, pipe, tmp_path)
    size = pipe.whole.tell()
    assert expected_bytes(source, form) == pytest.approx(size, rel=0.35 if form != "parquet" else 0.02)
    assert list(tmp_path.iterdir()) == []
    rows = {name: entry.rows for name, entry in source.entries.items()}
    if form == "duckdb":
        import duckdb

        (tmp_path / "x.duckdb").write_bytes(pipe.whole.getvalue())
        with duckdb.connect(str(tmp_path / "x.duckdb"), read_only=True) as db:
            assert db.execute("select count(*) from households").fetchone() == (rows["households"],)
            assert db.execute("select count(*) from truth.truth_records").fetchone() == (rows["truth_records"],)
        return
    assert pipe.largest < 4_000_000, "it goes in small pieces"
    packed = zipfile.ZipFile(pipe.whole)
    assert packed.testzip() is None and b"num_households: 1000" in packed.read("configuration.yaml")
    if form == "csv":
        lines = csv.DictReader(io.TextIOWrapper(packed.open("households.csv"), "utf-8"))
        assert sum(1 for _ in lines) == rows["households"]
        package = json.loads(packed.read("datapackage.json"))
        described = {one["name"]: (one["rows"], one["bytes"]) for one in package["resources"]}
        assert described == {
            name: (rows[name], packed.getinfo(f"{e.path}.csv").file_size) for name, e in source.entries.items()
        }
    else:
        assert pq.read_table(packed.open("households.parquet")).num_rows == rows["households"]


def test_only_the_chosen_tables_are_sent(dataset_1k_path, tmp_path):
    pipe = Pipe()
    send(Source(dataset_1k_path, ["households", "campaigns"]), "parquet", pipe, tmp_path)
    names = set(zipfile.ZipFile(pipe.whole).namelist())
    assert names == {"configuration.yaml", "households.parquet", "campaigns.parquet"}


def test_the_gallery_keeps_copies_until_they_are_withdrawn(tmp_path):
    gallery = Gallery(tmp_path / "shown")
    write = lambda path: path.write_text("<p>one</p>", encoding="utf-8")  # noqa: E731
    first = gallery.show("ada", "run-1", "1,000 households", "seed: 1\n", write)
    again = gallery.show("ada", "run-1", "1,000 households", "seed: 2\n", write)
    other = gallery.show("bob", "run-1", "2,000 households", "seed: 3\n", write)
    assert first.id != again.id and [one.id for one in gallery.all()] == [other.id, again.id]
    assert gallery.find(first.id) is None
    for id in ("", ".", "..", "../people", f"{again.id}/..", f".{again.id}", again.id[:-1], "a" * 16):
        assert gallery.find(id) is None
    assert not gallery.withdraw(again.id, "bob") and gallery.find(again.id) == again
    gallery.adopt(again, tmp_path / "home")
    assert adopted(tmp_path / "home")["config"] == "seed: 2\n" and adopted(tmp_path / "home") is None
    assert gallery.withdraw(again.id, "ada") and not gallery.file(again, REPORT).exists()
    with pytest.raises(OSError, match="full"):
        gallery.show("ada", "run-2", "", "", lambda _path: (_ for _ in ()).throw(OSError("full")))
    assert [path.name for path in (tmp_path / "shown").iterdir()] == [other.id]


def test_from_the_report_to_a_file_and_to_a_colleague(enter, shared, tmp_path):
    ada, bob = enter("ada"), enter("bob")
    small(ada)
    tab(ada, "Run")
    ada.get_by_role("button", name="Generate").click()
    ada.get_by_role("heading", name="Done").wait_for(timeout=3 * WAIT)
    ada.get_by_role("button", name="Open the report").click()
    ada.get_by_role("tab", name="Export").click(timeout=2 * WAIT)
    assert ada.get_by_label("To", exact=True).count() == 0, "no path of the server can be named"
    ada.get_by_label("Tables").select_option("households")
    link = ada.get_by_role("link", name=re.compile(r"Download, about [\d.]+ kB"))
    size = float(re.search(r"[\d.]+", link.inner_text())[0])
    with ada.expect_download() as coming:
        link.click()
    assert coming.value.suggested_filename == "studio-households-parquet.zip"
    coming.value.save_as(tmp_path / "x.zip")
    assert (tmp_path / "x.zip").stat().st_size / 1_000 == pytest.approx(size, rel=0.1)
    with zipfile.ZipFile(tmp_path / "x.zip") as packed:
        assert pq.read_table(packed.open("households.parquet")).num_rows == 1_000
    # Neither another person nor a stranger gets it by its address, and no other thing hides behind it.
    address = link.get_attribute("href").removeprefix("/")
    stranger = Visitor(shared.url)
    assert bob.request.get(shared.url + address).status == 404
    assert stranger.ask(address)[0] in (302, 403)
    run = address.partition("?")[0]
    for wrong in ("?format=exe", "?table=people", "?format=csv&table=../x", "x", "/../../people.json"):
        assert ada.request.get(f"{shared.url}{run}{wrong}").status == 404, wrong
    ada.get_by_role("button", name="Show the report to others").click()
    ada.get_by_text("Shown to others").wait_for(timeout=2 * WAIT)
    picture(ada, "shown to others")

    bob.get_by_role("link", name="Shown reports").click()
    bob.get_by_role("link", name="1,000 households, seed 42").click()
    bob.get_by_text("Shown by ada since").wait_for()
    bob.frame_locator("iframe").get_by_role("heading", name="Report of a synthetic identity graph").wait_for()
    picture(bob, "a shown report")
    shown = bob.url
    assert bob.get_by_role("button", name="Withdraw").count() == 0
    assert bob.request.post(f"{shown}withdraw").status == 403
    report = ada.request.get(f"{shown}report")
    assert "sandbox allow-scripts" in report.headers["content-security-policy"]
    assert stranger.ask(shown.removeprefix(shared.url))[0] in (302, 403)
    bob.get_by_role("button", name="Take over its configuration").click()
    wait_for_plots(bob)
    bob.get_by_text("from ada. Undo takes it back").wait_for()
    assert bob.locator(".idg-summary").text_content().startswith("1,000 households")
    ada.goto(shown)
    ada.get_by_role("button", name="Withdraw").click()
    ada.get_by_text("Nobody shows anything yet").wait_for()
    assert bob.request.get(shown).status == 404 and bob.request.get(f"{shown}report").status == 404
    assert list(Path(shared.folder, "home", "shown").iterdir()) == []
