"""What the operator of a dashboard decides: a file of TOML, and options of the command line above it."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from idgraph_widgets.engines import ENGINES
from idgraph_widgets.errors import ConfigError
from idgraph_widgets.studio.as_job import workspace_is_known
from idgraph_widgets.workspaces.limits import Limits
from idgraph_widgets.workspaces.workspace import PLACES

LOGINS = ("none", "token", "proxy", "hub")
HUB = "JUPYTERHUB_SERVICE_PREFIX"
"""Where JupyterHub says at which path of its own a service is."""

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def _one_of(*allowed: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if value not in allowed:
            raise ValueError(f"one of {', '.join(allowed)}")
        return value

    return read


def _whole(low: int, high: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise ValueError(f"a whole number, {low:,} to {high:,}")
        return value

    return read


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)) or not all(isinstance(one, str) for one in value):
        raise ValueError("a list of texts")
    return tuple(value)


def _some_of(*allowed: str) -> Callable[[Any], tuple[str, ...]]:
    def read(value: Any) -> tuple[str, ...]:
        if not isinstance(value, (list, tuple)) or not value or not all(one in allowed for one in value):
            raise ValueError(f"a list with one or more of {', '.join(allowed)}")
        return tuple(dict.fromkeys(value))

    return read


def _name(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("a name")
    return value.strip()


def _volume(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"/Volumes(/[^/]+){3,}/?", value) or ".." in value.split("/"):
        raise ValueError("a folder in a volume, /Volumes/CATALOG/SCHEMA/VOLUME")
    return value.rstrip("/")


def _header(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z0-9-]{1,64}", value):
        raise ValueError("the name of a header, such as X-Forwarded-User")
    return value


def _address(value: Any) -> str:
    parts = urlsplit(value) if isinstance(value, str) else None
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("the address that people type, such as https://studio.example.org/")
    return value if value.endswith("/") else f"{value}/"


_UNITS = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}


def in_size(value: Any) -> int:
    """Bytes of a size such as "5 GB"."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([KMGT]?B)?", str(value).strip().upper())
    if found is None or isinstance(value, bool):
        raise ValueError("a size such as 500 MB or 5 GB")
    return int(float(found[1]) * _UNITS[found[2] or ""])


def _setting(section: str, read: Callable[[Any], Any], help: str, default: Any = None) -> Any:
    return field(default=default, metadata={"section": section, "read": read, "help": help})


@dataclass(frozen=True)
class Settings:
    """What holds for a dashboard; each is the key of the same name in its section of the file."""

    login: str = _setting("who", _one_of(*LOGINS), "how people log in: token, proxy or hub", "none")
    header: str = _setting("who", _header, "the proxy's header that names the person", "X-Forwarded-User")
    proxies: tuple[str, ...] = _setting("who", _texts, "addresses of the proxies whose header counts", ())
    address: str | None = _setting("server", _address, "the address that people type, where a proxy stands before it")
    warm: int = _setting("server", _whole(0, 200), "studios kept ready", 1)
    idle_minutes: int = _setting("server", _whole(1, 100_000), "after which a studio that nobody uses ends", 30)
    places: tuple[str, ...] = _setting("offer", _some_of(*PLACES), "where runs write; catalog: as jobs", ("folder",))
    engines: tuple[str, ...] = _setting("offer", _some_of(*ENGINES), "to choose from, for runs here", ("embedded",))
    catalog: str | None = _setting("jobs", _name, "that jobs write to; default: that of the volume")
    volume: str | None = _setting("jobs", _volume, "keeps sessions and runs, and what jobs read and write")
    pages_per_person: int | None = _setting("limits", _whole(1, 1_000), "studios that one person may have open", 5)
    households: int | None = _setting("limits", _whole(1, 10**9), "in a run")
    runs_at_once: int = _setting("limits", _whole(1, 1_000), "others wait in a queue", 1)
    disk_per_person: int | None = _setting("limits", in_size, "of one person's datasets, such as 5 GB")
    disk: int | None = _setting("limits", in_size, "of everybody's datasets")
    keep_days: int | None = _setting("limits", _whole(1, 10_000), "after which a dataset is removed")

    @property
    def shared(self) -> bool:
        """Whether each person has a workspace of their own."""
        return self.login != "none"

    @property
    def jobs(self) -> bool:
        """Whether people's runs are jobs, which a workspace does in the name of whoever starts the dashboard."""
        return self.shared and "catalog" in self.places

    @property
    def jobs_catalog(self) -> str:
        """Where jobs write to; "" where there are none."""
        if not self.jobs:
            return ""
        return self.catalog or (self.volume.split("/")[2] if self.volume else "")

    @property
    def limits(self) -> Limits:
        """What a person may ask for."""
        return Limits(self.households, self.disk_per_person, self.disk)

    @property
    def base_url(self) -> str:
        """The path of the address; with JupyterHub, the one that it gives its service."""
        if self.login == "hub":
            return os.environ[HUB]
        return urlsplit(self.address).path if self.address else "/"

    @property
    def origin(self) -> str:
        """Where pages come from, as browsers say it; "" where the address is the server's own."""
        parts = urlsplit(self.address or "")
        return f"{parts.scheme}://{parts.netloc}".lower() if parts.netloc else ""

    def check(self, ip: str) -> None:
        """Refuse what would let strangers in, or nobody.

        Raises
        ------
        ConfigError
        """
        if ip not in LOOPBACK and not self.shared:
            raise ConfigError(
                f"On {ip} others can reach the dashboard, and nothing says who they are. Give each person a token "
                "(idgraph dashboard --invite NAME, then --login token), or let a proxy or JupyterHub log "
                "them in (--login proxy --proxy ADDRESS, or --login hub); or leave --ip out."
            )
        if self.login == "hub" and HUB not in os.environ:
            raise ConfigError(
                f"With --login hub JupyterHub starts the dashboard, as one of its services; found no {HUB} in the "
                "environment. deploy/dashboard/jupyterhub_config.py shows how."
            )
        if self.login == "proxy" and not self.proxies:
            raise ConfigError(
                f"With --login proxy the header {self.header} says who somebody is. Name the addresses from which it "
                "counts: --proxy 127.0.0.1 for one on this machine."
            )
        self._check_jobs()

    def _check_jobs(self) -> None:
        if "catalog" in self.places and not self.shared:
            raise ConfigError(
                "--place catalog is about dashboards with a login: on your own you choose it in the studio."
            )
        if self.jobs and not self.jobs_catalog:
            raise ConfigError(
                "With --place catalog runs are jobs. Name the catalog that they write to: --catalog main."
            )
        if self.jobs and not workspace_is_known():
            raise ConfigError(
                "With --place catalog runs are jobs of a Databricks workspace, and none is known. Set DATABRICKS_HOST "
                "and what logs in there, and install databricks-sdk."
            )
        if self.volume and self.places != ("catalog",):
            raise ConfigError(
                f"A volume keeps sessions and runs, but no datasets: with {self.volume} runs are jobs, and nothing is "
                "written to folders. Offer --place catalog alone."
            )


def read_settings(path: Path | None, given: Mapping[str, Any]) -> Settings:
    """The settings of a file, with those that were `given` above them.

    Raises
    ------
    ConfigError
        A section, a key or a value is none; the message names it, what was found and what is allowed.
    """
    known = {one.name: one.metadata for one in fields(Settings)}
    found = {} if path is None else _of_file(path, known)
    settings = Settings()
    for name, value in {**found, **{name: value for name, value in given.items() if value is not None}}.items():
        where = f"{known[name]['section']}.{name}"
        try:
            settings = replace(settings, **{name: known[name]["read"](value)})
        except ValueError as error:
            raise ConfigError(f"{where}: found {value!r}; allowed: {error}.") from None
    return settings


def _of_file(path: Path, known: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path} cannot be read as TOML: {error}.") from error
    found = {}
    for section, values in document.items():
        for name, value in values.items() if isinstance(values, dict) else [(None, values)]:
            if name not in known or known[name]["section"] != section:
                names = sorted(f"{meta['section']}.{one}" for one, meta in known.items())
                where = f"{section}.{name}" if name else section
                raise ConfigError(f"{path}: there is no setting {where}; there are {', '.join(names)}.")
            found[name] = value
    return found
