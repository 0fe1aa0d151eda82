"""The studio as a Databricks App: started and stopped as the platform does, its people, and their runs as jobs."""

from __future__ import annotations

import re
import shutil
import time
from pathlib import Path

import pytest
from support.apps import GRACE, LOGIN, PROXY, App, Proxy
from support.pages import picture, small, tab
from support.visitors import Visitor, run
from support.workspace import JobsWorkspace
from tornado.httpclient import HTTPClientError

from idgraph_widgets.workspaces.workspace import folder_name, schema_prefix

DEPLOY = Path(__file__).resolve().parents[2] / "deploy" / "app"
ADA, BOB = "ada@example.org", "bob@example.org"


@pytest.fixture(scope="module")
def workspace(spark, tmp_path_factory):
    """The workspace that the app belongs to; its compute is the embedded engine of this process."""
    with JobsWorkspace(tmp_path_factory.mktemp("workspace"), spark.client._builder.endpoint) as started:
        yield started


@pytest.fixture(scope="module")
def code(spark, tmp_path_factory):
    """The app's code; on loopback, its proxy and its catalog have other names."""
    folder = tmp_path_factory.mktemp("app") / "code"
    shutil.copytree(DEPLOY, folder)
    home = folder.parent / "home"
    for name, old, new in (
        ("app.yaml", "/tmp/idgraph", str(home)),
        ("studio.toml", '"127.0.0.0/8"', f'"{PROXY}"'),
        ("studio.toml", '# catalog = "main"', f'catalog = "{spark.catalog.currentCatalog()}"'),
    ):
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def start(code, workspace):
    """A function that starts the app on a disk of its own, as every deployment does."""

    def start():
        shutil.rmtree(code.parent / "home", ignore_errors=True)
        variables = {
            "DATABRICKS_HOST": workspace.url,
            "DATABRICKS_CLIENT_ID": workspace.client_id,
            "DATABRICKS_CLIENT_SECRET": workspace.client_secret,
            "DATABRICKS_CONFIG_FILE": str(code / "none"),
        }
        # What requirements.txt asks for brings no Spark.
        lacking = ("pyspark", "pysail", "deltalake", "duckdb")
        return App(code, variables, {"volume": "/Volumes/main/default/staging"}, lacking)

    return start


@pytest.fixture(scope="module")
def proxy():
    """The platform's proxy."""
    with Proxy() as running:
        yield running


@pytest.fixture
def enter(visits, proxy):
    """A function that opens the app for somebody whom the platform has logged in; nothing may go wrong in any page."""

    def enter(who):
        # What a visitor claims is replaced.
        page = visits.page(extra_http_headers={"X-Forwarded-Email": "eve@example.org"})
        page.context.add_cookies([{"name": LOGIN, "value": who, "url": proxy.url}])
        visits.listen(page, proxy.url)
        page.goto(proxy.url)
        page.wait_for_selector(".idg-bar")
        return page

    return enter


def until(condition, seconds=90):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.1)


def test_two_people_run_jobs_of_their_own_and_a_new_deployment_goes_on(enter, start, proxy, workspace, code):
    workspace.held.clear()
    with start() as app:
        proxy.target = app.port
        ada, bob = enter("ada"), enter("bob")
        ada.locator("#idg-me").get_by_text(ADA, exact=True).wait_for()
        small(ada)
        tab(ada, "Run")
        # What is not offered is not there, and what is says the truth.
        assert not ada.get_by_role("button", name="Generate", exact=True).is_visible()
        assert not ada.get_by_role("button", name="Try 1,000 households").is_visible()
        place = f"{_catalog(code)}.{schema_prefix(ADA)}"
        ada.get_by_text(f"{place}demo").wait_for()
        tab(ada, "Output")
        ada.get_by_role("radio", name="catalog.schema").wait_for()
        assert not ada.get_by_role("radio", name="a folder").is_visible()
        # Somebody else's name is a part of one's own.
        theirs = f"{schema_prefix(BOB)}demo"
        ada.get_by_role("textbox", name="Schema").fill(theirs)
        tab(ada, "Run")
        ada.get_by_text(f"{place}{theirs}").wait_for()
        picture(ada, "app-run")
        ada.get_by_role("button", name="Run as a job").click()
        until(lambda: workspace.runs)
        ada.get_by_text("waiting for compute").first.wait_for()
        asked = next(iter(workspace.runs.values())).asked
        assert asked["run_name"] == f"idgraph studio, {ADA}"
        # Bob sees nothing of it: neither on his page nor among his files.
        tab(bob, "Run")
        assert not bob.get_by_text("waiting for compute").is_visible()
        assert not bob.get_by_role("region", name="Run", exact=True).is_visible()
        people = code.parent / "home" / "people"
        assert not (people / folder_name(BOB) / "studio" / "runs").exists()
        # A kernel knows no secret of the service principal, so nothing that a page sends can use it.
        secret = workspace.client_secret.encode()
        for pid in _descendants(app.pid):
            environ, command = (Path(f"/proc/{pid}/{name}").read_bytes() for name in ("environ", "cmdline"))
            assert secret not in environ or b"studio.worker" in command, command
        kept = workspace.root / "Volumes/main/default/staging/people" / f"{folder_name(ADA)}.zip"
        until(kept.is_file)
        _leave(ada, bob)
        assert app.stop() < GRACE
    workspace.held.set()
    # The platform starts it anew, on an empty disk.
    with start() as app:
        proxy.target = app.port
        page = enter("ada")
        page.get_by_text("1,000 households").first.wait_for()
        tab(page, "Run")
        page.get_by_text("checks hold").first.wait_for(timeout=120_000)
        page.get_by_text(f"rows to {place}{theirs}").first.wait_for()
        # Sail knows no grants: what cannot be given is said, and fails no run.
        page.get_by_text(f"{ADA} could not be given the right to read it").first.wait_for()
        picture(page, "app-done")
        # The app has no Spark: the job has measured the report, and the volume has brought it.
        page.get_by_role("button", name="Open the report").click()
        report = page.locator(".idg-report")
        report.get_by_text("identity_mappings").first.wait_for()
        report.locator("[data-card=rows] svg.main-svg").first.wait_for()
        picture(page, "app-report")
        report.get_by_role("tab", name="Checks").click()
        report.get_by_text("checks hold").first.wait_for()
        report.get_by_text("In a notebook of the workspace").wait_for()
        with page.expect_download() as download:
            report.get_by_role("button", name="Save as HTML").click()
        assert "Report of a synthetic identity graph" in Path(download.value.path()).read_text(encoding="utf-8")
        assert len(workspace.runs) == 1, "followed, not submitted again"
        bob = enter("bob")
        tab(bob, "Run")
        assert not bob.get_by_role("region", name="Earlier runs").is_visible()
        _leave(page, bob)
        assert app.stop() < GRACE
    log = app.log.read_text(encoding="utf-8")
    assert not any(secret in log for secret in (workspace.client_secret, workspace.token)), log


def test_whoever_the_platform_has_not_logged_in_is_refused(start, proxy):
    with start() as app:
        proxy.target = app.port
        ada = Visitor(proxy.url, headers={"Cookie": f"{LOGIN}=ada"})
        kernel = ada.open_studio()
        direct = f"http://127.0.0.1:{app.port}/"
        for visitor, case in (
            (Visitor(proxy.url, headers={"X-Forwarded-Email": ADA}), "without a login"),
            (Visitor(direct, headers={"X-Forwarded-Email": ADA}), "from elsewhere than the proxy"),
            (Visitor(direct), "from elsewhere, without a name"),
        ):
            assert visitor.ask()[0] == 403, case
            assert visitor.ask(f"api/kernels/{kernel}")[0] in (302, 403), case
            with pytest.raises(HTTPClientError) as refused:
                run(visitor.line(kernel))
            assert refused.value.code == 403, case
        log = app.log.read_text(encoding="utf-8")
        assert log.count("X-Forwarded-Email from 127.0.0.1 was not believed") == 1 and ADA not in log
        bob = Visitor(proxy.url, headers={"Cookie": f"{LOGIN}=bob"})
        assert bob.ask(f"api/kernels/{kernel}")[0] == 404
        # A page of another site: the browser says where it comes from, the platform which host it asked for.
        with pytest.raises(HTTPClientError) as refused:
            run(_line(ada, kernel, Origin="http://elsewhere.example"))
        assert refused.value.code == 403
        run(_line(ada, kernel, Origin=proxy.url.rstrip("/")))
        assert app.stop() < GRACE


async def _line(visitor, kernel, **headers):
    # The visitor's cookies go beside the platform's.
    ours = "; ".join(f"{one.name}={one.value}" for one in visitor.jar)
    line = await visitor.line(kernel, **headers, Cookie=f"{visitor.headers['Cookie']}; {ours}")
    line.close()


def _leave(*pages):
    # A page that is open when its server goes says so in its console.
    for page in pages:
        page.context.close()


def _descendants(pid):
    import psutil

    return [child.pid for child in psutil.Process(pid).children(recursive=True)]


def _catalog(code):
    return re.search(r'catalog = "(\w+)"', (code / "studio.toml").read_text(encoding="utf-8"))[1]
