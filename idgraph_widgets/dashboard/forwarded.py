"""The host that a browser has asked for, behind a proxy that asks for another one.

Whether a page comes from here is seen by comparing its origin with the host of the request. A proxy which puts its own
upstream there says the browser's in ``X-Forwarded-Host``; that counts from the proxies that the operator named.
"""

from __future__ import annotations

import re

from tornado.httputil import HTTPMessageDelegate, HTTPServerConnectionDelegate

from idgraph_widgets.dashboard.who import Networks, is_among

HEADER = "X-Forwarded-Host"
_HOST = re.compile(r"[A-Za-z0-9.-]+(:\d{1,5})?|\[[0-9A-Fa-f:.]+\](:\d{1,5})?")


class BehindProxies(HTTPServerConnectionDelegate):
    """An application that knows the hosts which its visitors ask for.

    Parameters
    ----------
    app : HTTPServerConnectionDelegate
    proxies : sequence of networks
    """

    def __init__(self, app: HTTPServerConnectionDelegate, proxies: Networks):
        self._app, self._proxies = app, proxies

    def start_request(self, server_conn, request_conn):
        """Hand a request on, with the browser's host in its headers."""
        handler = self._app.start_request(server_conn, request_conn)
        # No header has a part in this address: it is that of the connection's other end.
        if not is_among(str(getattr(request_conn.context, "remote_ip", "")), self._proxies):
            return handler
        return _Rehosted(handler)

    def on_close(self, server_conn) -> None:
        """Tell that a connection has ended."""
        self._app.on_close(server_conn)


class _Rehosted(HTTPMessageDelegate):
    def __init__(self, handler: HTTPMessageDelegate):
        self._handler = handler

    def headers_received(self, start_line, headers):
        given = headers.get_list(HEADER)
        if len(given) == 1 and _HOST.fullmatch(given[0]):
            headers["Host"] = given[0].lower()
        return self._handler.headers_received(start_line, headers)

    def data_received(self, chunk):
        return self._handler.data_received(chunk)

    def finish(self):
        return self._handler.finish()

    def on_connection_close(self):
        return self._handler.on_connection_close()
