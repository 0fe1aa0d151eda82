"""Who asks: the ways of Jupyter Server's identity providers in which a dashboard's operator lets people in."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Sequence

from jupyter_server.auth.identity import IdentityProvider, User
from traitlets import Instance, List, Set, Unicode

from idgraph_widgets.dashboard.people import People, known_as
from idgraph_widgets.errors import ConfigError

_TOLD = 20
"""Addresses that a log names; of more, somebody could fill it."""

LOCAL = "local"
"""The one user of a dashboard on loopback without a login."""

Networks = Sequence["ipaddress.IPv4Network | ipaddress.IPv6Network"]


class _Known(IdentityProvider):
    """Knows people by their names, and not by one token of the whole server, which Jupyter Server would make up."""

    token = ""


class OneUser(_Known):
    """Everybody who reaches this machine's loopback is its one user."""

    auth_enabled = False
    logout_available = False

    def get_user(self, handler) -> User:  # noqa: ARG002 - Jupyter Server's
        """The one user, whoever asks."""
        return User(LOCAL)


class Invited(_Known):
    """A person is who has the token that the operator made for them; a cookie keeps that until it is void."""

    people = Instance(People)

    async def get_user_token(self, handler) -> User | None:
        """Whose token is in the address or the header of authorization."""
        token = self.get_token(handler)
        name = token and self.people.who(token)
        return User(name) if name else None

    def process_login_form(self, handler) -> User | None:
        """Whose token was typed into the login page."""
        name = self.people.who(handler.get_body_argument("password", ""))
        return User(name) if name else None

    def user_to_cookie(self, user: User) -> str:
        """The name, and what makes the cookie void with the token."""
        return json.dumps([user.username, self.people.stamp(user.username)])

    def user_from_cookie(self, cookie_value: str) -> User | None:
        """The name, as long as the token is the one that the cookie was made for."""
        name, stamp = json.loads(cookie_value)
        return User(name) if stamp and self.people.stamp(name) == stamp else None


class Forwarded(_Known):
    """A person is who a proxy says; its header counts from the proxies named by the operator, and from nowhere else."""

    header = Unicode()
    proxies = List()
    _strangers = Set()
    logout_available = False
    login_available = False

    def get_user(self, handler) -> User | None:
        """Who the header names, if a trusted proxy sent the request, and sent one name."""
        given, address = handler.request.headers.get_list(self.header), handler.request.remote_ip
        # No header has a part in this address: it is that of the connection's other end.
        if not is_among(address, self.proxies):
            if given and address not in self._strangers and len(self._strangers) < _TOLD:
                self._strangers.add(address)
                self.log.error("%s from %s was not believed: that is none of the named proxies.", self.header, address)
            return None
        # More than one, or one with a comma: what a visitor sent came through beside the proxy's own.
        if len(given) != 1 or "," in given[0]:
            return None
        try:
            return User(known_as(given[0].encode("latin-1").decode("utf-8")))
        except (ConfigError, UnicodeError):
            return None

    def is_token_authenticated(self, handler) -> bool:  # noqa: ARG002 - Jupyter Server's
        """Never: origins are checked always."""
        return False


def networks(given: Sequence[str]) -> Networks:
    """Addresses or networks such as 10.0.0.0/24, as the operator names proxies.

    Raises
    ------
    ConfigError
        One is neither.
    """
    try:
        return [ipaddress.ip_network(one.strip()) for one in given]
    except ValueError as error:
        raise ConfigError(
            f"proxies: {error}. Name addresses or networks, such as 127.0.0.1 or 172.18.0.0/16."
        ) from None


def is_among(address: str, wanted: Networks) -> bool:
    """Whether an address is one of those of some networks."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    found = getattr(found, "ipv4_mapped", None) or found
    return any(found in network for network in wanted if network.version == found.version)
