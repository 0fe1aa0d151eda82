"""Configurations as YAML and JSON text: read safely, written so that reading gives the same back."""

from __future__ import annotations

import json
import os
import re
import shlex
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from idgraph_widgets.config.problems import shown
from idgraph_widgets.errors import ConfigError

MAX_BYTES = 1024 * 1024

_SUFFIXES = {".yaml": "yaml", ".yml": "yaml", ".json": "json"}


def parse_yaml(text: str, source: str = "the YAML text") -> Any:
    """The plain values of one YAML document; an empty one is an empty mapping.

    Only what cannot be taken for something else is a number or a truth value: ``010``, ``0x1F``, ``1:30``, ``yes``
    and ``off``, which YAML 1.1 counts in other ways, stay the texts they are.

    Raises
    ------
    ConfigError
        For text that is not YAML, a key given twice, or more than 1 MiB; names the line.
    """
    import yaml

    _limit(text, source)
    try:
        data = yaml.load(text, Loader=_loader())  # noqa: S506 - a safe loader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise ConfigError(f"{source}{where}: {error.problem or error.context}") from error
    except (yaml.YAMLError, ValueError) as error:
        raise ConfigError(f"{source}: not readable as YAML ({error})") from error
    except RecursionError as error:
        raise ConfigError(f"{source}: nested too deeply for a configuration") from error
    return {} if data is None else _settings(data)


def dump_yaml(data: dict[str, Any]) -> str:
    """Plain values as YAML, in the given order."""
    import yaml

    return yaml.dump(data, Dumper=_dumper(), sort_keys=False, allow_unicode=True, width=100)


def parse_json(text: str, source: str = "the JSON text") -> Any:
    """The plain values of JSON text.

    Raises
    ------
    ConfigError
        For text that is not JSON, a key given twice, or more than 1 MiB; names the line.
    """
    _limit(text, source)

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        values = {}
        for key, value in pairs:
            if key in values:
                raise ConfigError(f"{source}{_line_of_repeat(text, key)}: the key {key!r} is given twice")
            values[key] = value
        return values

    try:
        return _settings(json.loads(text, object_pairs_hook=unique))
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise ConfigError(f"{source}, {where}: {error.msg}") from error
    except ValueError as error:
        raise ConfigError(f"{source}: not readable as JSON ({error})") from error
    except RecursionError as error:
        raise ConfigError(f"{source}: nested too deeply for a configuration") from error


def _settings(data: Any) -> Any:
    """The data without the key by which a file names its schema to editors."""
    if isinstance(data, dict) and isinstance(data.get("$schema"), str):
        return {name: value for name, value in data.items() if name != "$schema"}
    return data


def dump_json(data: dict[str, Any]) -> str:
    """Plain values as JSON, dates as ISO texts, in the given order."""
    return json.dumps(data, indent=2, ensure_ascii=False, default=_iso) + "\n"


def read_file(path: str | os.PathLike[str]) -> Any:
    """The plain values of a configuration file; its suffix gives the format.

    Raises
    ------
    ConfigError
        If the file is missing, unreadable, too big, or not what its suffix says.
    """
    path = Path(path)
    form = file_form(path)
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise ConfigError(
            f"{path}: there is no such file; write one with: idgraph init {shlex.quote(str(path))}"
        ) from error
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror or error})") from error
    text = _text(raw, str(path))
    return parse_yaml(text, str(path)) if form == "yaml" else parse_json(text, str(path))


def read_stream(stream: Any, source: str) -> Any:
    """The plain values of a configuration in YAML, which JSON is too, from a binary stream.

    Raises
    ------
    ConfigError
        If it is empty, as behind a command that failed, too big, not text, or not YAML.
    """
    text = _text(stream.read(MAX_BYTES + 1), source)
    if not text.strip():
        raise ConfigError(f"{source}: found nothing; a configuration is wanted")
    return parse_yaml(text, source)


def _text(raw: bytes, source: str) -> str:
    if len(raw) > MAX_BYTES:
        raise ConfigError(f"{source}: bigger than 1 MiB, which no configuration is")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{source}: not UTF-8 text (byte {error.start}); save it as UTF-8") from error


def write_file(path: str | os.PathLike[str], data: dict[str, Any]) -> None:
    """Write plain values to a file whose suffix gives the format; complete or not at all."""
    path = Path(path)
    text = dump_yaml(data) if file_form(path) == "yaml" else dump_json(data)
    replace_text(path, text)


def replace_text(path: Path, text: str) -> None:
    """Put `text` at `path`; whoever reads sees the old file or the whole new one."""
    path = Path(path)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_text(text, encoding="utf-8", newline="\n")
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise ConfigError(f"{path}: cannot be written ({error.strerror or error})") from error


def file_form(path: Path) -> str:
    """Which format the name of a configuration file gives: "yaml" or "json".

    Raises
    ------
    ConfigError
        Neither.
    """
    try:
        return _SUFFIXES[path.suffix.lower()]
    except KeyError:
        allowed = ", ".join(_SUFFIXES)
        raise ConfigError(f"{path}: the name of a configuration file ends in one of {allowed}") from None


def _limit(text: str, source: str) -> None:
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise ConfigError(f"{source}: bigger than 1 MiB, which no configuration is")


def _line_of_repeat(text: str, key: str) -> str:
    """Where the key stands for the second time; nothing if it is written with escapes."""
    found = list(re.finditer(re.escape(json.dumps(key, ensure_ascii=False)) + r"\s*:", text))
    return f", line {text.count(chr(10), 0, found[1].start()) + 1}" if len(found) == 2 else ""


def _iso(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no form in JSON")


@cache
def _loader() -> Any:
    """PyYAML's safe loader, which also refuses repeated keys and reads numbers and truth values as written."""
    import yaml

    class Loader(yaml.SafeLoader):  # type: ignore[misc]
        def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
            seen = set()
            for key_node, _ in node.value:
                if key_node.tag == "tag:yaml.org,2002:merge":
                    continue
                key = self.construct_object(key_node, deep=True)
                try:
                    repeated = key in seen
                except TypeError:
                    continue  # the parent class reports keys that cannot be keys
                if repeated:
                    raise yaml.constructor.ConstructorError(
                        None, None, f"the key {shown(key)} is given twice", key_node.start_mark
                    )
                seen.add(key)
            return super().construct_mapping(node, deep)

        def construct_day(self, node: Any) -> Any:
            try:
                return self.construct_yaml_timestamp(node)
            except ValueError:
                return node.value  # no such day: validation says so, with the field's path

    Loader.add_constructor("tag:yaml.org,2002:timestamp", Loader.construct_day)
    kept = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag not in _READ_AS_WRITTEN]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    Loader.yaml_implicit_resolvers = kept
    for tag, (pattern, first) in _READ_AS_WRITTEN.items():
        Loader.add_implicit_resolver(tag, pattern, list(first))
    return Loader


_READ_AS_WRITTEN = {
    "tag:yaml.org,2002:bool": (re.compile(r"(?:true|True|TRUE|false|False|FALSE)\Z"), "tTfF"),
    "tag:yaml.org,2002:int": (re.compile(r"[-+]?(?:0|[1-9][0-9_]*)\Z"), "-+0123456789"),
    "tag:yaml.org,2002:float": (
        re.compile(
            r"(?:[-+]?(?:0|[1-9][0-9_]*)(?:\.[0-9_]*(?:[eE][-+]?[0-9]+)?|[eE][-+]?[0-9]+)|[-+]?\.[0-9][0-9_]*"
            r"(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\Z"
        ),
        "-+0123456789.",
    ),
}
"""Tag to the texts that stand for such a value here, and the characters they begin with."""


@cache
def _dumper() -> Any:
    """PyYAML's safe dumper, which quotes what either YAML 1.1 or the loader above takes for more than a text."""
    import yaml

    class Dumper(yaml.SafeDumper):  # type: ignore[misc]
        pass

    for tag, (pattern, first) in _READ_AS_WRITTEN.items():
        Dumper.add_implicit_resolver(tag, pattern, list(first))
    return Dumper
