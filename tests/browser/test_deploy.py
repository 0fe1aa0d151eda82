"""What is in deploy/dashboard: nginx in front of a real dashboard, and files that say what the command knows."""

from __future__ import annotations

import os
import re
import shutil
import socket
import ssl
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest
import yaml
from support.browser import Server, wait_for_plots
from support.needs import lacking
from support.pages import WAIT, small

from idgraph_widgets.cli import main
from idgraph_widgets.dashboard.settings import read_settings

DEPLOY = Path(__file__).resolve().parents[2] / "deploy" / "dashboard"


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@pytest.fixture
def site(tmp_path):
    """The address of a dashboard behind nginx, which asks Ada and Bob for their passwords."""
    nginx = shutil.which("nginx") or ("/usr/sbin/nginx" if Path("/usr/sbin/nginx").exists() else None)
    if nginx is None or shutil.which("openssl") is None:
        lacking("no nginx or openssl (Debian: apt install nginx-light openssl)")
    port = free_port()
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost"]
    subprocess.run([*made, "-keyout", "key.pem", "-out", "cert.pem"], cwd=tmp_path, check=True, capture_output=True)
    (tmp_path / "people").write_text("ada:{PLAIN}one\nbob:{PLAIN}two\n", encoding="utf-8")
    given = (
        "--settings",
        str(DEPLOY / "dashboard.toml"),
        "--address",
        f"https://localhost:{port}/studio",
        "--warm",
        "2",
    )
    with Server(tmp_path, *given) as server:
        log = (tmp_path / "dashboard.log").read_text(encoding="utf-8")
        inside = re.search(r"listens at (http://[^/]+)/studio/", log)[1]
        assert server.url == f"https://localhost:{port}/studio/"
        text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
        for old, new in (
            ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
            ("studio.example.org", "localhost"),
            ("/etc/ssl/studio/fullchain.pem", str(tmp_path / "cert.pem")),
            ("/etc/ssl/studio/privkey.pem", str(tmp_path / "key.pem")),
            ("/etc/nginx/studio.htpasswd", str(tmp_path / "people")),
            ("http://127.0.0.1:8866", inside),
            ("location = /health", "location = /studio/health"),
        ):
            assert old in text, old
            text = text.replace(old, new)
        parts = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        temporary = "".join(f"{part}_temp_path {tmp_path / part};\n" for part in parts)
        # As root, nginx would work as somebody who may not read here.
        user = "user root;" if os.geteuid() == 0 else ""
        head = f"{user} daemon off; pid {tmp_path / 'pid'}; error_log {tmp_path / 'error.log'};\nevents {{}}\n"
        http = f"http {{ access_log off;\n{temporary}{text}}}\n"
        (tmp_path / "nginx.conf").write_text(head + http, encoding="utf-8")
        with subprocess.Popen([nginx, "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")]) as process:
            try:
                yield f"https://localhost:{port}/studio/"
            finally:
                process.terminate()


def healthy(url):
    context = ssl._create_unverified_context()
    try:
        with urllib.request.urlopen(url, timeout=5, context=context) as answer:
            return answer.status == 200
    except OSError:
        return False


def test_behind_nginx_with_tls_each_forwarded_user_has_a_studio(browser, site):
    deadline = time.monotonic() + 10
    while not healthy(f"{site}health"):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    pages = {}
    for who, password in (("ada", "one"), ("bob", "two")):
        # What a visitor claims is replaced.
        context = browser.new_context(ignore_https_errors=True, extra_http_headers={"X-Forwarded-User": "eve"})
        context.set_default_timeout(WAIT)
        page = pages[who] = context.new_page()
        # In the address, so that the browser itself knows them, for websockets, too.
        page.goto(site.replace("//", f"//{who}:{password}@"))
        page.goto(site)
        wait_for_plots(page)
        page.locator("#idg-me").get_by_text(who, exact=True).wait_for()
    small(pages["ada"], "4321")
    pages["ada"].wait_for_timeout(1000)
    pages["ada"].reload()
    pages["ada"].get_by_text("4,321 households").wait_for()
    assert pages["bob"].locator(".idg-summary").text_content().startswith("10,000")
    pages["ada"].goto(f"{site}shown/")
    cookies = pages["ada"].context.cookies()
    assert cookies and all(one["secure"] and one["path"].startswith("/studio") for one in cookies), cookies
    for page in pages.values():
        page.context.close()
    stranger = browser.new_context(ignore_https_errors=True, extra_http_headers={"X-Forwarded-User": "ada"})
    assert stranger.request.get(site).status == 401
    stranger.close()


def test_every_option_in_the_files_is_one_of_the_command(capsys):
    with pytest.raises(SystemExit):
        main(["dashboard", "--help"])
    known = set(re.findall(r"--[a-z-]+", capsys.readouterr().out))
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    unit = re.search(r"ExecStart=.*", (DEPLOY / "idgraph-dashboard.service").read_text(encoding="utf-8"))[0]
    container = re.search(r"ENTRYPOINT.*", (DEPLOY / "Containerfile").read_text(encoding="utf-8"))[0]
    options = set(re.findall(r"--[a-z-]+", " ".join([unit, container, *compose["services"]["dashboard"]["command"]])))
    assert options <= known and {"--settings", "--home"} <= options
    settings = read_settings(DEPLOY / "dashboard.toml", {})
    settings.check("0.0.0.0")
    proxy = compose["services"]["proxy"]["networks"]["inside"]["ipv4_address"]
    command = compose["services"]["dashboard"]["command"]
    assert command[command.index("--proxy") + 1] == proxy
