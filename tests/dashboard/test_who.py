"""Who gets in: no start without a login, a proxy's header from its address only, settings that say what they mean."""

from __future__ import annotations

import subprocess
import sys

import pytest
from support.browser import Server
from support.visitors import Visitor

from idgraph_widgets.dashboard.people import People
from idgraph_widgets.dashboard.settings import Settings, read_settings
from idgraph_widgets.dashboard.who import is_among, networks
from idgraph_widgets.errors import ConfigError
from idgraph_widgets.workspaces.workspace import folder_name


def dashboard(folder, *options):
    return subprocess.run(
        [sys.executable, "-m", "idgraph_widgets", "dashboard", "--no-browser", *options],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=90,
    )


@pytest.mark.parametrize("ip", ["0.0.0.0", "::", "192.0.2.1"])
def test_where_others_come_there_is_no_start_without_a_login(ip, tmp_path):
    with pytest.raises(ConfigError, match="nothing says who they are"):
        Settings().check(ip)
    with pytest.raises(ConfigError, match="Name the addresses"):
        Settings(login="proxy").check(ip)
    with pytest.raises(ConfigError, match="JupyterHub starts the dashboard"):
        Settings(login="hub").check(ip)
    Settings(login="token").check(ip)


def test_the_command_says_so_and_starts_nothing(tmp_path):
    done = dashboard(tmp_path, "--ip", "0.0.0.0", "--port", "8977")
    assert done.returncode == 2 and "--login token" in done.stderr and done.stdout == ""


def test_an_invitation_is_a_token_that_is_kept_nowhere(tmp_path):
    done = dashboard(tmp_path, "--home", "home", "--invite", " Ada Lovelace ")
    token = done.stdout.splitlines()[0].rpartition(" ")[2]
    people = People(tmp_path / "home")
    assert people.who(token) == "Ada Lovelace" and people.who(token[:-1]) is None and people.who("") is None
    assert token not in (tmp_path / "home" / "people.json").read_text(encoding="utf-8")
    again = people.invite("Ada Lovelace")
    assert people.who(token) is None and people.who(again) == "Ada Lovelace"
    assert "has no token" in dashboard(tmp_path, "--home", "home", "--dismiss", "Bob").stderr
    for name in ("", "  ", "a" * 200, "a\nb", "\u202eadmin"):
        with pytest.raises(ConfigError, match="visible characters"):
            people.invite(name)


def test_the_header_counts_from_the_named_proxy_alone(tmp_path):
    with Server(
        tmp_path, "--login", "proxy", "--proxy", "127.0.0.1", "--user-header", "X-User", "--warm", "0"
    ) as server:
        address = "api/kernels/6f1e7a36-1111-2222-3333-444455556666"

        def status(**headers):
            return Visitor(server.url).ask(address, **headers)[0]

        assert status(**{"X-User": "ada"}) == 404  # let in, and there is no such kernel
        assert Visitor(server.url).ask()[0] == 403
        for refused in (
            {},
            {"X-User": "ada, eve"},
            {"X-User": " "},
            {"X-Forwarded-User": "ada"},
            {"X-Real-Ip": "1.1.1.1"},
        ):
            assert status(**refused) != 404, refused
    # The same from an address that is none of the proxy's, whatever the request says of where it comes from.
    with Server(tmp_path, "--login", "proxy", "--proxy", "192.0.2.7", "--warm", "0") as server:
        for claim in ({}, {"X-Forwarded-For": "192.0.2.7"}, {"X-Real-Ip": "192.0.2.7"}):
            assert Visitor(server.url).ask(**{"X-Forwarded-User": "ada", **claim})[0] == 403


def test_addresses_of_proxies():
    wanted = networks(["127.0.0.1", "172.18.0.0/16", "::1"])
    assert all(is_among(one, wanted) for one in ("127.0.0.1", "172.18.3.4", "::1", "::ffff:127.0.0.1"))
    assert not any(is_among(one, wanted) for one in ("127.0.0.2", "172.19.0.1", "::2", "", "0.0.0.0", "proxy"))
    with pytest.raises(ConfigError, match=r"Name addresses or networks"):
        networks(["proxy.example.org"])


def test_no_two_people_share_a_folder_and_no_name_leads_elsewhere():
    names = [
        "ada",
        "Ada",
        "ADA",
        "ada.",
        "../ada",
        "/ada",
        "",
        "ad\u00e4",
        "ada@example.org",
        "..",
        "a" * 300,
        "\u5c0f",
    ]
    folders = [folder_name(name).casefold() for name in names]
    assert len(set(folders)) == len(names)
    assert all(folder.replace("-", "").isalnum() and folder.isascii() and len(folder) < 60 for folder in folders)


def test_the_operators_file_is_read_and_options_go_before_it(tmp_path):
    path = tmp_path / "studio.toml"
    path.write_text('[who]\nlogin = "proxy"\nproxies = ["10.0.0.1"]\n[server]\nwarm = 3\n', encoding="utf-8")
    settings = read_settings(path, {"warm": 5, "address": "https://studio.example.org/graphs", "login": None})
    assert (settings.login, settings.warm, settings.proxies) == ("proxy", 5, ("10.0.0.1",))
    assert (settings.base_url, settings.origin) == ("/graphs/", "https://studio.example.org")
    for text, message in (
        ("[who]\nlogin = 'open'", "who.login: found 'open'; allowed: one of none, token, proxy, hub"),
        ("[server]\nlogin = 'token'", "no setting server.login; there are .*who.login"),
        (
            "[offer]\nplaces = ['folder', 'sky']",
            "offer.places: found .*; allowed: a list with one or more of folder, catalog",
        ),
        (
            "[offer]\nengines = []",
            "offer.engines: found .*; allowed: a list with one or more of embedded, spark, connect",
        ),
        ("[jobs]\nvolume = '/Volumes/main/../x/y'", "jobs.volume: found .*; allowed: a folder in a volume"),
        ("[server]\nwarm = true", "server.warm: found True; allowed: a whole number, 0 to 200"),
        ("[server]\naddress = 'studio'", "allowed: the address that people type"),
        ("warm = 1", "no setting warm"),
        ("[server", "cannot be read as TOML"),
    ):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(ConfigError, match=message):
            read_settings(path, {})
