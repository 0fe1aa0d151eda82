"""The kinds of field that map names to values: shares, rates, caps, switches, bounds of brackets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from idgraph_widgets.config.kinds import Choice, Flag, Integer, Kind, Real, in_order, sum_problem
from idgraph_widgets.config.problems import Problem, did_you_mean, shown


@dataclass(frozen=True)
class Shares(Kind):
    """Names with shares that sum to 1; a name of the vocabulary that is left out has the share 0.

    Parameters
    ----------
    names : tuple
        The vocabulary, str or int; empty if any name will do.
    aliases : mapping
        Other words for a name, used in suggestions only.
    """

    names: tuple[Any, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict, hash=False)
    optional: bool = False
    what: str = "name"

    def read(self, value: Any) -> Any:
        if not isinstance(value, Mapping):
            return value
        numeric = bool(self.names) and isinstance(self.names[0], int)
        shares = {_key(name, numeric): Real(0, 1).read(share) for name, share in value.items()}
        return in_order(shares, self.names)

    def plain(self, value: Any) -> Any:
        return self.read(value)

    def problems(self, value: Any, path: str) -> Iterator[Problem]:
        if value is None and self.optional:
            return
        if not isinstance(value, Mapping) or not value:
            yield self.wrong(value, path, f"Give at least one {self.what} with its share.")
            return
        wrong_shares: list[Problem] = []
        for name, share in value.items():
            yield from _known(self, name, f"{path}.{name}", self.names, self.aliases, self.what)
            wrong_shares += Real(0, 1).problems(share, f"{path}.{name}")
        yield from wrong_shares or sum_problem(self, value.values(), path)

    def bounds(self) -> str:
        of = f" for {_listed(self.names)}" if self.names else ""
        return f"shares from 0 to 1{of} that sum to 1.0"


@dataclass(frozen=True)
class Numbers(Kind):
    """A number for each name of a closed vocabulary; what a file leaves out keeps its default."""

    names: tuple[str, ...]
    low: float
    high: float | None = None
    what: str = "name"
    whole: bool = False

    @property
    def part(self) -> Kind:
        """What one of the numbers may be."""
        if self.whole:
            return Integer(int(self.low), None if self.high is None else int(self.high))
        return Real(self.low, self.high)

    def read(self, value: Any) -> Any:
        if not isinstance(value, Mapping):
            return value
        return in_order({name: self.part.read(number) for name, number in value.items()}, self.names)

    def plain(self, value: Any) -> Any:
        return self.read(value)

    def problems(self, value: Any, path: str) -> Iterator[Problem]:
        if not isinstance(value, Mapping):
            yield self.wrong(value, path, f"Give one number for each {self.what}.")
            return
        for name, number in value.items():
            unknown = list(_known(self, name, f"{path}.{name}", self.names, {}, self.what))
            yield from unknown or self.part.problems(number, f"{path}.{name}")
        yield from _missing(self, value, path, self.names)

    def bounds(self) -> str:
        return f"{self.part.bounds()}, for each of {_listed(self.names)}"


@dataclass(frozen=True)
class Caps(Kind):
    """Per channel, how often one cap scope may see a campaign in a day and in a week."""

    names: tuple[str, ...]
    scopes: tuple[str, ...]
    daily_max: int = 50
    weekly_max: int = 350

    def _parts(self) -> dict[str, Kind]:
        return {
            "daily": Integer(1, self.daily_max),
            "weekly": Integer(1, self.weekly_max),
            "scope": Choice(self.scopes),
        }

    def read(self, value: Any) -> Any:
        if not isinstance(value, Mapping):
            return value
        parts = self._parts()
        caps = {
            name: in_order({k: parts[k].read(v) if k in parts else v for k, v in cap.items()}, tuple(parts))
            if isinstance(cap, Mapping)
            else cap
            for name, cap in value.items()
        }
        return in_order(caps, self.names)

    def plain(self, value: Any) -> Any:
        return self.read(value)

    def problems(self, value: Any, path: str) -> Iterator[Problem]:
        if not isinstance(value, Mapping):
            yield self.wrong(value, path, "Give daily, weekly and scope for each channel.")
            return
        for name, cap in value.items():
            unknown = list(_known(self, name, f"{path}.{name}", self.names, {}, "channel"))
            yield from unknown or self._one(cap, f"{path}.{name}")
        yield from _missing(self, value, path, self.names)

    def _one(self, cap: Any, path: str) -> Iterator[Problem]:
        if not isinstance(cap, Mapping):
            yield self.wrong(cap, path, "Give daily, weekly and scope.")
            return
        parts = self._parts()
        found: list[Problem] = []
        for key, number in cap.items():
            if key in parts:
                found += parts[key].problems(number, f"{path}.{key}")
            else:
                found += _known(self, key, f"{path}.{key}", tuple(parts), {}, "setting")
        found += _missing(self, cap, path, tuple(parts))
        yield from found
        if not found and cap["daily"] > cap["weekly"]:
            yield Problem(
                path,
                f"daily {cap['daily']} above weekly {cap['weekly']}",
                "a daily cap not above the weekly one",
                f"Lower daily to {cap['weekly']} or raise weekly.",
            )

    def bounds(self) -> str:
        return (
            f"for each channel daily (1 to {self.daily_max}), weekly (1 to {self.weekly_max}, not below "
            f"daily) and scope ({', '.join(self.scopes)})"
        )


@dataclass(frozen=True)
class Switches(Kind):
    """Names that are on or off; a name left out is on."""

    what: str = "segment"

    def read(self, value: Any) -> Any:
        return dict(value) if isinstance(value, Mapping) else value

    def plain(self, value: Any) -> Any:
        return self.read(value)

    def problems(self, value: Any, path: str) -> Iterator[Problem]:
        if not isinstance(value, Mapping):
            yield self.wrong(value, path, f"Give {self.what} ids with true or false.")
            return
        for name, switch in value.items():
            if not _is_text(name):
                found = f"the {self.what} {shown(name)}"
                yield Problem(f"{path}.{name}", found, _TEXT, f"Put the {self.what} id in quotes.")
            yield from Flag().problems(switch, f"{path}.{name}")

    def bounds(self) -> str:
        return f"{self.what} ids with true or false; one left out is on"


@dataclass(frozen=True)
class BracketBounds(Kind):
    """Labels with their lower and upper bound in whole USD; the upper one may be absent."""

    high: int = 1_000_000_000

    def read(self, value: Any) -> Any:
        if not isinstance(value, Mapping):
            return value
        return {label: self._pair(bounds) for label, bounds in value.items()}

    def _pair(self, bounds: Any) -> Any:
        if not isinstance(bounds, (list, tuple)):
            return bounds
        return tuple(Integer(0).read(bound) for bound in bounds)

    def plain(self, value: Any) -> Any:
        if not isinstance(value, Mapping):
            return value
        return {label: list(b) if isinstance(b, tuple) else b for label, b in self.read(value).items()}

    def problems(self, value: Any, path: str) -> Iterator[Problem]:
        if not isinstance(value, Mapping):
            yield self.wrong(value, path, "Give labels with [lower, upper].")
            return
        for label, bounds in value.items():
            where = f"{path}.{label}"
            if not isinstance(bounds, tuple) or len(bounds) != 2:
                yield self.wrong(bounds, where, "Give [lower, upper]; upper may be null.")
                continue
            found = list(Integer(0, self.high).problems(bounds[0], f"{where}[0]"))
            found += Integer(0, self.high, optional=True).problems(bounds[1], f"{where}[1]")
            yield from found
            if not found and bounds[1] is not None and bounds[0] >= bounds[1]:
                yield self.wrong(bounds, where, "Give a lower bound below the upper one.")

    def bounds(self) -> str:
        return f"labels with [lower, upper] in whole USD, 0 to {self.high:,}; upper may be null"


_TEXT = "a printable text of 1 to 60 characters"


def _is_text(name: object) -> bool:
    return isinstance(name, str) and name.isprintable() and 0 < len(name.strip()) <= len(name) <= 60


def _key(name: Any, numeric: bool) -> Any:
    """JSON has no numbers as keys; give them back their type. True is not the number 1."""
    if numeric and isinstance(name, bool):
        return str(name)
    if numeric and isinstance(name, str) and name.isascii() and name.isdigit():
        return int(name)
    return name


def _known(
    kind: Kind, name: Any, path: str, names: tuple[Any, ...], aliases: Mapping[Any, Any], what: str
) -> Iterator[Problem]:
    if names and name not in names:
        meant = aliases.get(str(name).casefold())
        hint = f"Did you mean {meant!r}?" if meant else did_you_mean(name, names, f"Remove this {what}")
        allowed = _listed(names) if names else kind.bounds()
        yield Problem(path, f"the {what} {shown(name)}", allowed, hint)
    elif not names and not _is_text(name):
        yield Problem(path, f"the {what} {shown(name)}", _TEXT, f"Put the {what} in quotes.")


def _missing(kind: Kind, value: Mapping[Any, Any], path: str, names: tuple[Any, ...]) -> Iterator[Problem]:
    missing = [name for name in names if name not in value]
    if missing:
        yield Problem(path, "no value for " + ", ".join(missing), kind.bounds(), "Add what is missing.")


def _listed(names: Iterable[Any]) -> str:
    texts = [str(name) for name in names]
    return ", ".join(texts) if len(texts) <= 20 else f"{', '.join(texts[:3])} … {texts[-1]}"
