"""Two people at one dashboard: neither sees or changes the other's things, by whatever they ask."""

from __future__ import annotations

import json

import pytest
from support.pages import WAIT, picture, small, tab
from support.visitors import Visitor, run
from tornado.httpclient import HTTPClientError

from idgraph_widgets.workspaces import Workspace


def kernel_of(page):
    return json.loads(page.locator("#jupyter-config-data").text_content())["kernelId"]


def test_each_has_a_session_of_their_own_and_no_way_to_the_others(enter, shared):
    ada, bob = enter("ada"), enter("bob")
    small(ada, "1234")
    ada.wait_for_timeout(1500)
    assert bob.locator(".idg-summary").text_content().startswith("10,000")
    bob.reload()
    bob.wait_for_selector(".idg-bar")
    assert bob.locator(".idg-summary").text_content().startswith("10,000")
    ada.reload()
    ada.get_by_text("1,234 households").wait_for()
    picture(ada, "ada")
    kernel = kernel_of(ada)
    for request, address in (
        (bob.request.get, f"api/kernels/{kernel}"),
        (bob.request.post, f"voila/api/shutdown/{kernel}"),
        (bob.request.get, "voila/files/studio.ipynb"),
        (bob.request.get, f"voila/query/{kernel}"),
        (bob.request.get, "voila/render/studio.ipynb"),
        (bob.request.get, "../people.json"),
    ):
        assert request(shared.url + address).status == 404, address
    assert bob.request.delete(f"{shared.url}api/kernels/{kernel}").status in (403, 404)
    assert ada.request.get(f"{shared.url}api/kernels/{kernel}").ok


def test_a_place_outside_the_workspace_is_refused_in_words(enter, shared):
    page = enter("ada")
    tab(page, "Output")
    theirs = Workspace.of("bob", shared.folder / "home" / "people")
    box = page.get_by_role("textbox", name="Folder")
    for outside in ("../../bob", "/etc", str(theirs.root / "demo"), "data/../../x", "."):
        box.fill(outside)
        page.get_by_text("lies outside your workspace").first.wait_for()
        box.fill("data/demo")
        page.get_by_text("lies outside your workspace").first.wait_for(state="detached")
    page.wait_for_timeout(1000)


def test_a_studio_that_has_ended_comes_back_as_soon_as_it_is_used(browser, shared):
    # As `enter` does, but for a page that finds nobody where its kernel was.
    context = browser.new_context()
    context.set_default_timeout(WAIT)
    page = context.new_page()
    page.goto(f"{shared.url}?token={shared.tokens['bob']}")
    page.wait_for_selector(".idg-bar")
    small(page, "7654")
    page.wait_for_timeout(1000)
    ended = kernel_of(page)
    assert page.request.post(f"{shared.url}voila/api/shutdown/{ended}").ok
    page.evaluate("dispatchEvent(new Event('focus'))")
    page.get_by_text("This studio is at rest").wait_for()
    page.mouse.move(100, 200)
    page.mouse.move(120, 220)
    page.get_by_text("Your last session is back").wait_for()
    assert page.locator(".idg-summary").text_content().startswith("7,654") and kernel_of(page) != ended
    context.close()


def test_nobody_reaches_a_kernel_of_somebody_else_nor_without_a_login(shared):
    ada, bob = (Visitor(shared.url, shared.tokens[who]) for who in ("ada", "bob"))
    kernel = ada.open_studio()
    attempts = (
        (bob, {}, 404),
        (Visitor(shared.url), {}, 403),
        (ada, {"Origin": "http://elsewhere.example"}, 403),
        (Visitor(shared.url, headers={"X-Forwarded-User": "ada"}), {}, 403),
    )
    for visitor, headers, status in attempts:
        with pytest.raises(HTTPClientError) as refused:
            run(visitor.line(kernel, **headers))
        assert refused.value.code == status
    ada.ask(f"voila/api/shutdown/{kernel}", "POST", b"")
    assert ada.ask(f"api/kernels/{kernel}")[0] == 404


def test_a_token_that_was_taken_back_ends_the_session_too(shared):
    from idgraph_widgets.dashboard.people import People

    people = People(shared.folder / "home")
    eve = Visitor(shared.url, people.invite("eve"))
    # Nobody is logged in anew by what a cookie says once the token is another.
    assert eve.ask("api/kernels/6f1e7a36-1111-2222-3333-444455556666")[0] == 404
    people.dismiss("eve")
    status, headers, _ = eve.ask("api/kernels/6f1e7a36-1111-2222-3333-444455556666")
    assert status in (302, 403), headers


def test_pages_set_what_browsers_need_to_protect_them(shared):
    status, headers, body = Visitor(shared.url).ask("login")
    assert status == 200 and b"Your token" in body
    visitor = Visitor(shared.url, shared.tokens["ada"])
    cookie = next(one for one in visitor.jar if one.name.startswith("username"))
    assert cookie.has_nonstandard_attr("HttpOnly") and cookie.get_nonstandard_attr("SameSite") == "Lax"
    assert headers["X-Frame-Options"] == "DENY" and "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff" and headers["Referrer-Policy"] == "same-origin"
    # A form of another site brings no secret of ours.
    assert Visitor(shared.url).ask("login", "POST", b"password=" + shared.tokens["ada"].encode())[0] == 403
    status, _, body = Visitor(shared.url).ask("health")
    assert status == 200 and set(json.loads(body)) == {"status", "studios", "warm", "waiting", "working"}
    for path in ("nope", "take/x", "shown/x/"):
        assert Visitor(shared.url).ask(f"{path}?token={shared.tokens['ada']}")[0] == 404
    log = (shared.folder / "dashboard.log").read_text(encoding="utf-8")
    assert all(token not in log for token in shared.tokens.values())
