"""Where the catalog service is and who asks: from the environment or a profile, never from a configuration.

A configuration file is shared and kept; a token must not be in it. In this order:

1. ``UNITY_CATALOG_URI`` and ``UNITY_CATALOG_TOKEN``: an open-source Unity Catalog.
2. A profile of ``~/.idgraphcfg`` (another file: ``IDGRAPH_CONFIG_FILE``), named by ``IDGRAPH_PROFILE``::

       [production]
       uri = https://catalog.example.com
       token = …

3. What the Databricks SDK finds: ``DATABRICKS_HOST`` and ``DATABRICKS_TOKEN``,
   ``DATABRICKS_CONFIG_PROFILE``, or the workspace a notebook runs in.
"""

from __future__ import annotations

import configparser
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from idgraph_widgets.errors import ConfigError

HOW_TO_CONNECT = (
    "Set UNITY_CATALOG_URI and UNITY_CATALOG_TOKEN, or IDGRAPH_PROFILE to a profile with uri and token in "
    "~/.idgraphcfg, or, for Databricks, DATABRICKS_HOST and DATABRICKS_TOKEN (or DATABRICKS_CONFIG_PROFILE)."
)


@dataclass(frozen=True)
class Connection:
    """An open-source Unity Catalog and a token for it; the token shows in no text.

    Parameters
    ----------
    uri : str
        ``http`` or ``https``, host and port; without credentials and query.
    token : str
    """

    uri: str
    token: str = field(default="", repr=False)

    def __post_init__(self):
        parts = urlsplit(self.uri)
        if parts.username or parts.password:
            # Not shown: it holds a password.
            raise ConfigError(
                "The catalog's URI holds a user or password. Take them out and give a token instead "
                "(UNITY_CATALOG_TOKEN, or token in the profile)."
            )
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise ConfigError(
                f"The catalog's URI: found {self.uri!r}, allowed is http:// or https:// with a host, for "
                "example https://catalog.example.com:8080."
            )
        object.__setattr__(self, "uri", self.uri.rstrip("/"))


def find_connection(profile: str | None = None, environ: Mapping[str, str] | None = None) -> Connection | None:
    """The open-source catalog that the environment or a profile names, or None where neither does.

    Parameters
    ----------
    profile : str, optional
        Name of a profile; default: ``IDGRAPH_PROFILE``.
    environ : mapping, optional
        Default: the process's environment.

    Raises
    ------
    ConfigError
        The profile does not exist or lacks its uri.
    """
    environ = os.environ if environ is None else environ
    profile = profile or environ.get("IDGRAPH_PROFILE")
    if profile:
        return _from_profile(profile, environ)
    if environ.get("UNITY_CATALOG_URI"):
        return Connection(environ["UNITY_CATALOG_URI"], environ.get("UNITY_CATALOG_TOKEN", ""))
    return None


def _from_profile(profile: str, environ: Mapping[str, str]) -> Connection:
    path = Path(environ.get("IDGRAPH_CONFIG_FILE") or Path.home() / ".idgraphcfg")
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"The profile {profile!r} is wanted, but {path} cannot be read.") from error
    except configparser.Error:
        # The parser's own message quotes the line, which may be the token's.
        raise ConfigError(f"{path} is not a file of profiles: it needs [name] lines and key = value lines.") from None
    if profile not in parser:
        found = ", ".join(parser.sections()) or "none"
        raise ConfigError(f"{path} has no profile {profile!r}; it has: {found}.")
    if not parser[profile].get("uri"):
        raise ConfigError(f"The profile {profile!r} of {path} has no uri.")
    return Connection(parser[profile]["uri"], parser[profile].get("token", ""))
