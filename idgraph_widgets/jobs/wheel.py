"""A wheel of the package that runs here, so that a job makes the same rows.

It is put together from the installed files, whether they were installed or are a clone's; nothing is built or fetched.
"""

from __future__ import annotations

import base64
import hashlib
import io
import re
import zipfile
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from idgraph_widgets.errors import ConfigError

ENTRY_POINTS = """\
[console_scripts]
idgraph = idgraph_widgets.cli:main
idgraph-task = idgraph_widgets.cli.task:main
"""

_WHEEL = """\
Wheel-Version: 1.0
Generator: idgraph_widgets
Root-Is-Purelib: true
Tag: py3-none-any
"""

_TIME = (1980, 1, 1, 0, 0, 0)
"""One time for every file: the same code is the same wheel."""


def own_wheel() -> tuple[str, bytes]:
    """Name and content of a wheel of this package.

    Its version ends with a digest of its files: an environment that is kept on a cluster knows other code from the
    same.

    Raises
    ------
    ConfigError
        The code was never installed, so nothing tells what it needs.

    Examples
    --------
    >>> name, content = own_wheel()
    >>> name.startswith("idgraph_widgets-"), name.endswith("-py3-none-any.whl"), content[:2]
    (True, True, b'PK')
    """
    import idgraph_widgets

    files = _files(Path(idgraph_widgets.__file__).parent)
    digest = hashlib.sha256()
    for name, content in files.items():
        digest.update(name.encode() + b"\0" + hashlib.sha256(content).digest())
    version = f"{idgraph_widgets.__version__}+{digest.hexdigest()[:12]}"
    info = f"idgraph_widgets-{version}.dist-info"
    files[f"{info}/METADATA"] = _metadata(version).encode()
    files[f"{info}/WHEEL"] = _WHEEL.encode()
    files[f"{info}/entry_points.txt"] = ENTRY_POINTS.encode()
    record = [f"{name},sha256={_digest(content)},{len(content)}" for name, content in files.items()]
    files[f"{info}/RECORD"] = "\n".join([*record, f"{info}/RECORD,,", ""]).encode()
    return f"idgraph_widgets-{version}-py3-none-any.whl", _zipped(files)


def wheel_of(path: str | Path) -> tuple[str, bytes]:
    """Name and content of a wheel that was built elsewhere.

    Raises
    ------
    ConfigError
        It is no wheel of this package.
    """
    found = Path(path)
    if not (found.is_file() and re.fullmatch(r"idgraph_widgets-.+\.whl", found.name) and zipfile.is_zipfile(found)):
        raise ConfigError(
            f"--wheel: found {path}, allowed is a file idgraph_widgets-….whl. Leave it out for this code."
        )
    return found.name, found.read_bytes()


def _files(package: Path) -> dict[str, bytes]:
    """What the package is made of, in order."""
    paths = sorted(p for p in package.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    return {f"idgraph_widgets/{path.relative_to(package).as_posix()}": path.read_bytes() for path in paths}


def _metadata(version: str) -> str:
    try:
        installed = distribution("idgraph-widgets")
    except PackageNotFoundError as error:
        raise ConfigError(
            "This code was never installed, so no wheel can be made of it. Install it (python -m pip install -e .), or "
            "give a wheel (--wheel)."
        ) from error
    text = installed.read_text("METADATA") or installed.read_text("PKG-INFO")
    return re.sub(r"^Version: .*$", f"Version: {version}", text, count=1, flags=re.MULTILINE)


def _digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


def _zipped(files: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _TIME), content, zipfile.ZIP_DEFLATED)
    return target.getvalue()
