"""What all sections of a configuration share: described fields, plain dicts in and out, judgement.

A section is a dataclass whose fields are made by `setting` or `section`. Forms, templates, documentation
and validation all read the same `Setting` in the field's metadata.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from idgraph_widgets.config.kinds import Kind
from idgraph_widgets.config.mappings import Caps, Numbers
from idgraph_widgets.config.problems import Problem, config_error, did_you_mean, shown
from idgraph_widgets.config.shown import section_html

if TYPE_CHECKING:
    from typing_extensions import Self

STATUSES = ("seen", "seen-2", "derived", "memory", "design")


@dataclass(frozen=True)
class Source:
    """Where a default comes from.

    Parameters
    ----------
    citation : str
        Publisher, survey and table; or why the value was chosen.
    year : int or None
        The year the figure speaks of.
    status : {"seen", "seen-2", "derived", "memory", "design"}
        How sure it is: read in the source; read in a report that quotes it; computed from such
        figures; remembered and unverified; a choice that claims no source. With figures of several
        kinds, the weakest.
    """

    citation: str
    year: int | None
    status: str

    def __post_init__(self) -> None:
        if self.status not in STATUSES:
            raise ValueError(f"status {self.status!r} is none of {', '.join(STATUSES)}")


DESIGN = Source("a choice made for this library", None, "design")


@dataclass(frozen=True)
class Setting:
    """What a person needs to know about one field."""

    title: str
    unit: str
    help: str
    group: str
    kind: Kind
    source: Source


def setting(default: Any, kind: Kind, title: str, *, unit: str, group: str, help: str, source: Source = DESIGN) -> Any:
    """A dataclass field with its `Setting`; `default` may be a function that makes the default."""
    described = Setting(title, unit, help, group, kind, source)
    metadata = {
        "title": title,
        "unit": unit,
        "bounds": kind.bounds(),
        "help": help,
        "group": group,
        "source": dataclasses.asdict(source),
        "setting": described,
    }
    if callable(default):
        return dataclasses.field(default_factory=default, metadata=metadata)
    if isinstance(default, (dict, list)):
        return dataclasses.field(default_factory=lambda: type(default)(default), metadata=metadata)
    return dataclasses.field(default=default, metadata=metadata)


def section(kind: type[Section], title: str, *, group: str, help: str) -> Any:
    """A dataclass field that holds another section of the configuration."""
    metadata = {
        "title": title,
        "unit": "",
        "bounds": "",
        "help": help,
        "group": group,
        "source": dataclasses.asdict(DESIGN),
        "section": kind,
    }
    return dataclasses.field(default_factory=kind, metadata=metadata)


@dataclass
class Section:
    """Base of all sections of a configuration."""

    def __setattr__(self, name: str, value: Any) -> None:
        """Bring a value into its one Python form; a name that is no setting is an error, not a note."""
        field = self.__dataclass_fields__.get(name)
        if field is None:
            hint = did_you_mean(name, self.__dataclass_fields__, "See field_table() for all")
            raise AttributeError(f"{type(self).__name__} has no setting {name!r}. {hint}")
        if "setting" in field.metadata:
            value = field.metadata["setting"].kind.read(value)
        object.__setattr__(self, name, value)

    def to_dict(self) -> dict[str, Any]:
        """The values as plain dicts, lists, numbers, texts and dates, in the order of the fields."""
        return {field.name: _plain(field, getattr(self, field.name)) for field in dataclasses.fields(self)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], check: bool = True) -> Self:
        """Build from what `to_dict` gives; what is left out has its default.

        Parameters
        ----------
        data : mapping
            Field names to values. Dates may be ISO texts.
        check : bool
            Whether the values must be valid. Names must be known in any case.

        Raises
        ------
        ConfigError
            With every problem found, each as a `Problem`.
        """
        unknown: list[Problem] = []
        made = cls._build(data, "", unknown)
        # A text with unknown names has to be edited in any case: say all that is wrong with it at once.
        problems = unknown + (made.validate() if check or unknown else [])
        if problems:
            raise config_error(problems)
        return made

    @classmethod
    def as_far_as_known(cls, data: Mapping[str, Any]) -> tuple[Self, list[str]]:
        """Build from what another version of the library wrote, with the paths of what this one does not know."""
        unknown: list[Problem] = []
        return cls._build(data, "", unknown), [problem.path for problem in unknown]

    @classmethod
    def _build(cls, data: Any, path: str, problems: list[Problem]) -> Self:
        if data is None:
            data = {}
        if not isinstance(data, Mapping):
            problems.append(Problem(path, shown(data), "a mapping of settings", f"Write {_example(cls)}."))
            return cls()
        fields = {field.name: field for field in dataclasses.fields(cls)}
        values = {}
        for name, value in data.items():
            where = f"{path}.{name}" if path else str(name)
            if name not in fields:
                hint = did_you_mean(name, fields, "Remove it")
                allowed = "one of " + ", ".join(fields)
                problems.append(Problem(where, f"the unknown setting {shown(name)}", allowed, hint))
            elif "section" in fields[name].metadata:
                values[name] = fields[name].metadata["section"]._build(value, where, problems)  # noqa: SLF001
            else:
                values[name] = _completed(fields[name], value)
        return cls(**values)

    def validate(self) -> list[Problem]:
        """Every problem of this section, fields first, then what contradicts itself; empty if valid."""
        from idgraph_widgets.config.rules import contradictions

        found = list(self._field_problems(""))
        return found + contradictions(self, found)

    def check(self) -> None:
        """Raise a `ConfigError` that names every problem, if there is any."""
        problems = self.validate()
        if problems:
            raise config_error(problems)

    def _repr_html_(self) -> str:
        """What notebooks show, with a kernel and without."""
        return section_html(self)

    def _field_problems(self, path: str) -> Iterator[Problem]:
        for field in dataclasses.fields(self):
            where = f"{path}.{field.name}" if path else field.name
            value = getattr(self, field.name)
            if "setting" in field.metadata:
                yield from field.metadata["setting"].kind.problems(value, where)
            elif isinstance(value, field.metadata["section"]):
                yield from value._field_problems(where)  # noqa: SLF001
            else:
                name = field.metadata["section"].__name__
                yield Problem(where, shown(value), f"a {name}", f"Give {name}(...).")


def _plain(field: dataclasses.Field[Any], value: Any) -> Any:
    if isinstance(value, Section):
        return value.to_dict()
    if "setting" in field.metadata:
        return field.metadata["setting"].kind.plain(value)
    return value


def _completed(field: dataclasses.Field[Any], value: Any) -> Any:
    """Per-name numbers and caps given in part keep their defaults for the rest."""
    kind = field.metadata["setting"].kind
    if isinstance(kind, (Numbers, Caps)) and isinstance(value, Mapping):
        default = field.default_factory()  # type: ignore[operator]  # by name: always made
        merged = {**default, **value}
        if isinstance(kind, Caps):
            for name, cap in value.items():
                if isinstance(cap, Mapping) and name in default:
                    merged[name] = {**default[name], **cap}
        return merged
    return value


def _example(cls: type[Section]) -> str:
    name = dataclasses.fields(cls)[0].name
    default = getattr(cls(), name)
    return f"for example {name}: {default.isoformat() if isinstance(default, date) else default}"
