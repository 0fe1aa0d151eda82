"""What the operator of a dashboard decides: a file of TOML, and options of the command line above it."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from idgraph_widgets.errors import ConfigError

LOGINS = ("none", "token", "proxy")
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

    login: str = _setting("who", _one_of(*LOGINS), "how people log in: token or proxy", "none")
    header: str = _setting("who", _header, "the proxy's header that names the person", "X-Forwarded-User")
    proxies: tuple[str, ...] = _setting("who", _texts, "addresses of the proxies whose header counts", ())
    address: str | None = _setting("server", _address, "the address that people type, where a proxy stands before it")
    warm: int = _setting("server", _whole(0, 200), "studios kept ready", 1)
    idle_minutes: int = _setting("server", _whole(1, 100_000), "after which a studio that nobody uses ends", 30)
    pages_per_person: int | None = _setting("limits", _whole(1, 1_000), "studios that one person may have open")

    @property
    def shared(self) -> bool:
        """Whether each person has a workspace of their own."""
        return self.login != "none"

    @property
    def base_url(self) -> str:
        """The path of the address."""
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
                "(idgraph dashboard --invite NAME, then --login token), or let a proxy log them in (--login proxy"
                " --proxy ADDRESS); or leave --ip out."
            )
        if self.login == "proxy" and not self.proxies:
            raise ConfigError(
                f"With --login proxy the header {self.header} says who somebody is. Name the addresses from which it "
                "counts: --proxy 127.0.0.1 for one on this machine."
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
