"""Every file, or part of one, that is written from the code.

python -m tools.pages            # writes what is out of date, and says what
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from tools import commands, dictionary, gallery, python_names, settings
from tools.notice import notice

ROOT = Path(__file__).resolve().parent.parent

PAGES: dict[str, Callable[[], str]] = {
    "NOTICE": notice,
    "docs/gallery.md": gallery.page,
    "docs/reference/commands.md": commands.page,
    "docs/reference/python.md": python_names.page,
    "docs/reference/settings.md": settings.page,
    "docs/reference/tables.md": dictionary.page,
}
"""Path to what makes the whole file."""

PARTS: dict[tuple[str, str], Callable[[], str]] = {("README.md", "diagram of the tables"): dictionary.diagram}
"""(Path, name) to what makes the lines between ``<!-- name -->`` and ``<!-- end of name -->`` there."""


def current() -> dict[str, str]:
    """Path to the text that the file should have."""
    texts = {path: made() for path, made in PAGES.items()}
    for (path, name), made in PARTS.items():
        text = texts.get(path) or (ROOT / path).read_text(encoding="utf-8")
        texts[path] = _put_between(text, name, made())
    return texts


def outdated() -> list[str]:
    """Paths of the files that are not as the code makes them."""
    return [path for path, text in current().items() if not _is_there(path, text)]


def _is_there(path: str, text: str) -> bool:
    file = ROOT / path
    return file.is_file() and file.read_text(encoding="utf-8") == text


def _put_between(text: str, name: str, part: str) -> str:
    begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
    before, found, rest = text.partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise ValueError(f"the part {name!r} has no place: expected {begin.strip()} and {end}")
    return before + begin + part.rstrip() + "\n" + end + after


def main() -> int:
    for path, text in current().items():
        if not _is_there(path, text):
            (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
            (ROOT / path).write_text(text, encoding="utf-8")
            print(f"wrote {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
