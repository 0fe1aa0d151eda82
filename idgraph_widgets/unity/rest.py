"""Plain HTTP to a catalog service: JSON in and out, errors for people, the token in none of them."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from urllib.parse import quote, urlencode

from idgraph_widgets.errors import CatalogError
from idgraph_widgets.unity.connection import Connection

_SECONDS = 30
_MOST_BYTES = 64 << 20
_PAUSES = (0.2, 1.0)
_PASSING = {429, 502, 503, 504}


def path_of(*parts: str) -> str:
    """Parts of a URL's path, each escaped as a whole."""
    return "/".join(quote(part, safe="") for part in parts)


class RestClient:
    """Requests to one service with one token.

    Parameters
    ----------
    connection : Connection

    Notes
    -----
    Reads are tried again when the service is out of reach for a moment; writes never are. Redirects
    are not followed: they would carry the token to another host.
    """

    def __init__(self, connection: Connection):
        self.connection = connection
        self._opener = urllib.request.build_opener(_NoRedirects())

    def call(self, method: str, path: str, query: dict | None = None, body: dict | None = None) -> dict:
        """Send one request and return the answer's JSON object (empty where there is none).

        Raises
        ------
        CatalogError
            With ``status`` (0 where no answer came) and ``code``, the service's own name of the error.
        """
        url = f"{self.connection.uri}{path}{'?' + urlencode(query) if query else ''}"
        pauses = _PAUSES if method == "GET" else ()
        for pause in (*pauses, None):
            try:
                return self._once(method, url, body)
            except CatalogError as error:
                if pause is None or not (error.status == 0 or error.status in _PASSING):
                    raise
            time.sleep(pause)
        raise AssertionError("unreachable")

    def _once(self, method: str, url: str, body: dict | None) -> dict:
        # The open-source server's SCIM half speaks application/scim+json and fails at anything narrower.
        headers = {"Accept": "*/*"}
        if self.connection.token:
            headers["Authorization"] = f"Bearer {self.connection.token}"
        data = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            data = json.dumps(body).encode()
        request = urllib.request.Request(url, data, headers, method=method)  # noqa: S310 - the user's own URL
        try:
            with self._opener.open(request, timeout=_SECONDS) as response:
                return self._json(response.read(_MOST_BYTES))
        except urllib.error.HTTPError as error:
            with error:
                raise self._refused(error.code, error.read(_MOST_BYTES)) from None
        except (OSError, ValueError) as error:
            reason = getattr(error, "reason", error)
            raise CatalogError(
                f"The catalog at {self.connection.uri} did not answer: {self._safe(reason)}. Is it running, "
                "and is the URI right?"
            ) from None

    def _json(self, data: bytes) -> dict:
        if not data.strip():
            return {}
        try:
            answer = json.loads(data)
        except ValueError:
            answer = None
        if isinstance(answer, dict):
            return answer
        if data.strip() == b"200 OK":  # what the open-source server says to a DELETE
            return {}
        raise CatalogError(
            f"{self.connection.uri} answered, but not as a Unity Catalog does (found {data[:40]!r}…). Is the URI right?"
        )

    def _refused(self, status: int, data: bytes) -> CatalogError:
        try:
            answer = json.loads(data)
            code, message = str(answer["error_code"]), str(answer.get("message", ""))
        except (ValueError, KeyError, TypeError):
            code, message = "", data[:200].decode("utf-8", "replace").strip()
        said = f"{code}: {message}" if code else message or "no reason given"
        advice = ""
        if status == 401:
            advice = " The token is missing, wrong or expired: set UNITY_CATALOG_TOKEN anew."
        refused = f"The catalog at {self.connection.uri} answered {status}, {self._safe(said)}.{advice}"
        return CatalogError(refused, status, code)

    def _safe(self, text) -> str:
        """A text without the token, whatever a server or a library put into it."""
        token = self.connection.token
        plain = str(text).rstrip(". ")
        return plain.replace(token, "***") if token else plain


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args, **_kwargs):
        return None
