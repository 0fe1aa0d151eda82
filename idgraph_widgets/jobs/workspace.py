"""A workspace's REST API, as far as jobs need it: who one is, files, calls whose errors are sentences.

The Databricks SDK brings authentication and retries (429 and 503 with their Retry-After, connections that break). Its
raw calls are used, not its classes: those differ from release to release, and runtimes bring old ones.
"""

from __future__ import annotations

import io
import json
from base64 import b64encode
from typing import Any
from urllib.parse import quote

from idgraph_widgets.databricks_errors import status_of, without_secrets
from idgraph_widgets.errors import ConfigError, JobError

PATIENCE = 60
"""Seconds for which a call is tried again where the workspace does not answer or asks to wait."""

_INSTALL = 'Install it with: python -m pip install "idgraph-widgets[databricks]"'


class Workspace:
    """One workspace and one user.

    Parameters
    ----------
    config : databricks.sdk.core.Config
    """

    def __init__(self, config):
        from databricks.sdk.core import ApiClient

        self._config = config
        self._api = ApiClient(config)
        self._user = ""

    @property
    def uri(self) -> str:
        """Its address."""
        return self._config.host

    @property
    def user(self) -> str:
        """The user's name."""
        if not self._user:
            self._user = self.call("GET", "/api/2.0/preview/scim/v2/Me")["userName"]
        return self._user

    @property
    def home(self) -> str:
        """Where files go if nobody says."""
        return f"/Workspace/Users/{self.user}/.idgraph"

    def call(self, method: str, path: str, **given: Any) -> dict[str, Any]:
        """One call; `given` as for the SDK's ``ApiClient.do``.

        Raises
        ------
        JobError
            It is refused, or no answer comes within the time that the configuration gives.
        """
        from databricks.sdk.errors import DatabricksError

        try:
            return self._api.do(method, path, **given)
        except DatabricksError as error:
            raise self._refused(error) from None
        except TimeoutError as error:
            cause = error.__cause__
            if isinstance(cause, DatabricksError):
                raise self._refused(cause) from None
            raise JobError(f"{self.uri} does not answer: {without_secrets(cause or error, self._config)}.") from None
        except (OSError, ValueError) as error:
            raise JobError(f"{self.uri} does not answer: {without_secrets(error, self._config)}.") from None

    def has(self, path: str) -> bool:
        """Whether there is a file."""
        try:
            if is_volume(path):
                self.call("HEAD", f"/api/2.0/fs/files{quote(path)}")
            else:
                self.call("GET", "/api/2.0/workspace/get-status", query={"path": _object(path)})
        except JobError as error:
            if error.status == 404:
                return False
            raise
        return True

    def put(self, path: str, content: bytes) -> None:
        """Write a file, and the folders above it.

        Parameters
        ----------
        path : str
            Below ``/Volumes`` or ``/Workspace``.
        content : bytes
            At most 7 MB where it is no volume's.
        """
        above = path.rpartition("/")[0]
        if is_volume(path):
            self.call("PUT", f"/api/2.0/fs/directories{quote(above)}")
            headers = {"Content-Type": "application/octet-stream"}
            address = f"/api/2.0/fs/files{quote(path)}"
            self.call("PUT", address, query={"overwrite": "true"}, headers=headers, data=io.BytesIO(content))
            return
        self.call("POST", "/api/2.0/workspace/mkdirs", body={"path": _object(above)})
        # Not as a form, though it takes larger files: the SDK never tries one again where the workspace is busy.
        kept = {"path": _object(path), "format": "AUTO", "overwrite": True, "content": b64encode(content).decode()}
        self.call("POST", "/api/2.0/workspace/import", body=kept)

    def get(self, path: str) -> bytes:
        """What is in a file.

        Raises
        ------
        JobError
            With status 404 where there is none.
        """
        if is_volume(path):
            answer = self.call("GET", f"/api/2.0/fs/files{quote(path)}", raw=True)
        else:
            query = {"path": _object(path), "format": "AUTO", "direct_download": "true"}
            answer = self.call("GET", "/api/2.0/workspace/export", query=query, raw=True)
        with answer["contents"] as content:
            return content.read()

    def names(self, folder: str) -> list[str]:
        """The files in a folder of a volume; none where there is no such folder."""
        found, query = [], {}
        while True:
            try:
                page = self.call("GET", f"/api/2.0/fs/directories{quote(folder)}", query=query)
            except JobError as error:
                if error.status == 404:
                    return found
                raise
            found += [entry["name"] for entry in page.get("contents", ()) if not entry.get("is_directory")]
            if not page.get("next_page_token"):
                return found
            query = {"page_token": page["next_page_token"]}

    def document(self, path: str) -> dict | None:
        """A JSON file; None where there is none, or something else."""
        try:
            return json.loads(self.get(path))
        except JobError as error:
            if error.status == 404:
                return None
            raise
        except ValueError:
            return None

    def _refused(self, error) -> JobError:
        status = status_of(error)
        said = without_secrets(error, self._config).rstrip(". ")
        advice = _ADVICE.get(status, "")
        return JobError(f"{self.uri} answered {error.error_code or status}: {said}.{advice}", status)


_ADVICE = {
    401: " Log in again: DATABRICKS_TOKEN or the profile holds no valid token.",
    403: " Ask for the right, or choose another place: --staging for files, --catalog and --schema for tables.",
    429: " The workspace is busy; try again later.",
}


def is_volume(path: str) -> bool:
    """Whether a path is in a volume of Unity Catalog; else it is a workspace's file."""
    return path.startswith("/Volumes/")


def check_place(path: str) -> str:
    """A folder of a workspace, without its last slash.

    Raises
    ------
    ConfigError

    Examples
    --------
    >>> check_place("/Volumes/main/default/staging/")
    '/Volumes/main/default/staging'
    """
    if not path.startswith(("/Volumes/", "/Workspace/")) or ".." in path.split("/"):
        raise ConfigError(
            f"--staging: found {path!r}; allowed: a folder below /Volumes/CATALOG/SCHEMA/VOLUME or /Workspace."
        )
    return path.rstrip("/")


def _object(path: str) -> str:
    """A file's path as the workspace's own API names it."""
    return path.removeprefix("/Workspace")


def open_workspace(profile: str | None = None, patience: int = PATIENCE) -> Workspace:
    """The workspace that the Databricks SDK finds.

    Parameters
    ----------
    profile : str, optional
        A profile in ``~/.databrickscfg``. Default: ``DATABRICKS_HOST`` and ``DATABRICKS_TOKEN``,
        ``DATABRICKS_CONFIG_PROFILE``, or the workspace a notebook runs in.
    patience : int
        Seconds; see `PATIENCE`.

    Raises
    ------
    ConfigError
        The SDK is not installed, or finds none.
    """
    try:
        from databricks.sdk.core import Config
    except ImportError as error:
        raise ConfigError(f"Jobs need the package databricks-sdk. {_INSTALL}.") from error
    try:
        config = Config(profile=profile, retry_timeout_seconds=patience, http_timeout_seconds=60)
    except ValueError as error:
        raise ConfigError(f"No workspace can be opened: {str(error).splitlines()[0]} {_HOW}") from error
    if not config.host:
        raise ConfigError(f"No workspace is known. {_HOW}")
    return Workspace(config)


_HOW = "Set DATABRICKS_HOST and DATABRICKS_TOKEN, or name a profile of ~/.databrickscfg (--profile)."
