"""One example household with the devices and identifiers that the dials of the identity graph give.

Each thing a household may have has a fixed number between 0 and 1; it is there when that number is below
the dial's share. So a dial that moves adds or removes things and leaves the others.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.studio.words import label

_PEOPLE = (("Householder", True, "30-49"), ("Spouse", True, "30-49"), ("Teenager", False, "13-17"))

# Chosen so that the defaults give a household with a bit of everything.
_SALT = 8


@dataclass
class Node:
    """A thing of the drawing: ``kind`` is household, person, device or identifier; things hang on it."""

    name: str
    kind: str
    shared: bool = False
    children: list[Node] = field(default_factory=list)
    x: float = 0.0
    y: float = 0.0

    def add(self, name: str, kind: str, shared: bool = False) -> Node:
        """Hang a new thing on this one."""
        child = Node(name, kind, shared)
        self.children.append(child)
        return child

    def walk(self):
        """The node and everything below, parents first."""
        yield self
        for child in self.children:
            yield from child.walk()


def example_household(config: GenerationConfig) -> Node:
    """A couple with a teenager as a tree from left to right: home, people and shared devices, identifiers.

    Columns are 0 (home) to 3 (identifiers), lines are numbered from the top.
    """
    identity = config.demographics_config.identity_mappings
    home = Node("Home", "household")
    for name, adult, band in _PEOPLE:
        _belongings(home.add(name, "person"), adult, band, identity)
    _shared_things(home, identity)
    _place(home, 0, _Lines())
    return home


def _has(key: str, share: float) -> bool:
    digest = hashlib.sha256(f"{_SALT}/{key}".encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48 < share


def _shared_things(home: Node, identity) -> None:
    """What all members use: TVs, a tablet, a computer, the home's address."""
    seen = identity.observation_shares
    if _has("ctv", identity.ctv_home_share):
        for number in range(max(1, round(identity.ctv_devices_per_home))):
            tv = home.add(f"{label(_most(identity.ctv_platform_shares, number))} (TV)", "device", True)
            if _has(f"tv{number}", seen["ctv_id"]):
                tv.add("CTV id", "identifier", True)
    if _has("tablet", identity.shared_tablet_share):
        tablet = home.add("Tablet", "device", True)
        if _has("tablet id", seen["mobile_ad_id"]):
            tablet.add("Mobile ad id", "identifier", True)
    if _has("desktop", identity.shared_desktop_share):
        desktop = home.add("Computer", "device", True)
        _add_cookies(desktop, "desktop", identity, True)
    if _has("ip", seen["ip_address"]):
        home.add("IP address", "identifier", True)


def _belongings(person: Node, adult: bool, band: str, identity) -> None:
    """A person's own devices and addresses, and what they are known by."""
    seen, key = identity.observation_shares, person.name
    if _has(f"{key} phone", identity.smartphone_ownership[band]):
        ios = _has(f"{key} ios", identity.ios_share)
        phone = person.add("iPhone" if ios else "Android phone", "device")
        allowed = identity.att_shares.get("authorized", 0.0) if ios else 1 - identity.android_opt_out_share
        if _has(f"{key} ad id", allowed * seen["mobile_ad_id"]):
            phone.add("IDFA" if ios else "GAID", "identifier")
        _add_cookies(phone, f"{key} phone", identity, False)
        for name, kind in (("Phone number", "phone"), ("Hashed phone", "hashed_phone")):
            if _has(f"{key} {kind}", seen[kind]):
                person.add(name, "identifier")
    if adult and _has(f"{key} laptop", identity.personal_computer_share):
        _add_cookies(person.add("Laptop", "device"), f"{key} laptop", identity, False)
    shares_mail = adult and key == "Spouse" and _has("shared mail", identity.shared_email_share)
    for number in range(max(1, round(identity.emails_per_adult)) if adult else 1):
        if _has(f"{key} mail{number}", seen["email"]):
            person.add("Shared email" if shares_mail and not number else "Email", "identifier", shares_mail)
        if _has(f"{key} hash{number}", seen["hashed_email"]):
            person.add("Hashed email", "identifier")
    if _has(f"{key} uid2", seen["uid2_like"]):
        person.add("UID2-like", "identifier")


def _add_cookies(device: Node, key: str, identity, shared: bool) -> None:
    """Cookies of the window, one after the other: the shorter their life, the more of them."""
    seen = identity.observation_shares
    lives = min(4, 1 + round(90 / identity.cookie_lifetime_days))
    for number in range(lives):
        if _has(f"{key} first{number}", seen["first_party_cookie"]):
            device.add("First-party cookie", "identifier", shared)
        if _has(f"{key} third{number}", seen["third_party_cookie"]):
            device.add("Third-party cookie", "identifier", shared)


@dataclass
class _Lines:
    """Numbers the lines of the drawing."""

    next: int = 0

    def take(self) -> int:
        self.next += 1
        return self.next - 1


def _place(node: Node, column: int, lines: _Lines) -> None:
    """A leaf on a line of its own, a parent in the middle of its children."""
    node.x = 3.0 if node.kind == "identifier" else float(column)
    for child in node.children:
        _place(child, column + 1 if column < 1 or child.kind != "identifier" else 3, lines)
    if not node.children:
        node.y = float(lines.take())
    else:
        node.y = (node.children[0].y + node.children[-1].y) / 2
    if node.kind == "device":
        node.x = 2.0


def _most(shares: dict[str, float], rank: int) -> str:
    order = sorted(shares, key=shares.get, reverse=True)
    return order[min(rank, len(order) - 1)]
