"""One example household with the devices and identifiers that the dials of the identity graph give.

Each thing a household may have has a fixed number between 0 and 1, made from the seed; it is there when
that number is below the dial's share. So a dial that moves adds or removes things and leaves the others.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, field

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.studio.words import label

_PEOPLE = (("Householder", True, "30-49"), ("Spouse", True, "30-49"), ("Teenager", False, "13-17"))


@dataclass(frozen=True)
class Node:
    """A thing of the drawing: ``kind`` is household, person, device or identifier."""

    name: str
    kind: str
    x: float
    y: float


@dataclass
class Example:
    """Nodes by key, and edges as (key, key, shared by several people)."""

    nodes: dict[str, Node] = field(default_factory=dict)
    edges: list[tuple[str, str, bool]] = field(default_factory=list)


def example_household(config: GenerationConfig) -> Example:
    """A couple with a teenager, drawn: people around the home, devices around them, identifiers outside."""
    identity = config.demographics_config.identity_mappings
    seen = identity.observation_shares
    example = Example()
    example.nodes["home"] = Node("Home", "household", 0.0, 0.0)

    def chance(key: str, share: float) -> bool:
        digest = hashlib.sha256(f"{config.seed}/example/{key}".encode()).digest()
        return int.from_bytes(digest[:6], "big") / 2**48 < share

    shared = _Fan(example, "home", True, (-35, -145), 0.6)
    if chance("ctv", identity.ctv_home_share):
        for number in range(max(1, round(identity.ctv_devices_per_home))):
            platform = _most(identity.ctv_platform_shares, number)
            shared.device(f"tv{number}", f"{label(platform)} TV", ["CTV id"] * chance(f"tv{number}", seen["ctv_id"] + 0.4))
    if chance("tablet", identity.shared_tablet_share):
        shared.device("tablet", "Tablet", ["Mobile ad id"] * chance("tablet id", seen["mobile_ad_id"]))
    if chance("desktop", identity.shared_desktop_share):
        shared.device("desktop", "Computer", ["First-party cookie"] * chance("desktop cookie", 0.8))
    shared.identifier("ip", "Home IP address")
    shared.draw()
    for number, (name, adult, band) in enumerate(_PEOPLE):
        middle = (172, 90, 8)[number]
        x, y = _at(middle, 0.42)
        key = f"person{number}"
        example.nodes[key] = Node(name, "person", x, y)
        example.edges.append(("home", key, False))
        fan = _Fan(example, key, False, (middle - 40, middle + 40), 0.8)
        _belongings(fan, key, adult, band, identity, chance)
        fan.draw()
    return example


def _belongings(fan: _Fan, key: str, adult: bool, band: str, identity, chance) -> None:
    """A person's own devices, addresses and what they are known by."""
    seen = identity.observation_shares
    days = identity.cookie_lifetime_days
    if chance(f"{key} phone", identity.smartphone_ownership[band]):
        ios = chance(f"{key} ios", identity.ios_share)
        open_share = identity.att_shares.get("authorized", 0) if ios else 1 - identity.android_opt_out_share
        ids = ["IDFA" if ios else "GAID"] * chance(f"{key} ad id", open_share * seen["mobile_ad_id"])
        ids += ["Phone"] * chance(f"{key} number", seen["phone"] + 0.3)
        fan.device("phone", "iPhone" if ios else "Android phone", ids)
    if adult and chance(f"{key} laptop", identity.personal_computer_share):
        cookies = min(4, max(1, round(90 / days)))
        ids = ["First-party cookie" for i in range(cookies) if chance(f"{key} cookie{i}", seen["first_party_cookie"] * 3)]
        ids += ["Third-party cookie"] * chance(f"{key} third", seen["third_party_cookie"] * 3)
        fan.device("laptop", "Laptop", ids)
    emails = max(1, round(identity.emails_per_adult)) if adult else 1
    for number in range(emails):
        if chance(f"{key} email{number}", seen["email"] + 0.2):
            fan.identifier(f"email{number}", "Email")
        if chance(f"{key} hash{number}", seen["hashed_email"]):
            fan.identifier(f"hash{number}", "Hashed email")
    if chance(f"{key} uid2", seen["uid2_like"]):
        fan.identifier("uid2", "UID2-like")


class _Fan:
    """Things of one owner, spread over an arc of the drawing."""

    def __init__(self, example: Example, owner: str, shared: bool, arc: tuple[float, float], radius: float):
        self._example, self._owner, self._shared, self._radius = example, owner, shared, radius
        self._arc = arc
        self._things: list[tuple[str, str, list[str] | None]] = []

    def device(self, key: str, name: str, identifiers: list[str]) -> None:
        self._things.append((key, name, identifiers))

    def identifier(self, key: str, name: str) -> None:
        self._things.append((key, name, None))

    def draw(self) -> None:
        """Put everything on its place."""
        low, high = self._arc
        slots = [0.5] if len(self._things) == 1 else [i / (len(self._things) - 1) for i in range(len(self._things))]
        for (key, name, identifiers), slot in zip(self._things, slots):
            angle = low + slot * (high - low)
            self._put(f"{self._owner}/{key}", name, identifiers, angle)

    def _put(self, key: str, name: str, identifiers: list[str] | None, angle: float) -> None:
        x, y = _at(angle, self._radius)
        kind = "identifier" if identifiers is None else "device"
        self._example.nodes[key] = Node(name, kind, x, y)
        self._example.edges.append((self._owner, key, self._shared))
        for number, identifier in enumerate(identifiers or ()):
            spread = (number - (len(identifiers) - 1) / 2) * 9
            ix, iy = _at(angle + spread, self._radius + 0.3)
            self._example.nodes[f"{key}/{number}"] = Node(identifier, "identifier", ix, iy)
            self._example.edges.append((key, f"{key}/{number}", self._shared))


def _at(angle: float, radius: float) -> tuple[float, float]:
    turn = math.radians(angle)
    # Wider than high, as the card is.
    return round(1.7 * radius * math.cos(turn), 4), round(radius * math.sin(turn), 4)


def _most(shares: dict[str, float], rank: int) -> str:
    order = sorted(shares, key=shares.get, reverse=True)
    return order[min(rank, len(order) - 1)]
