"""Finding Java for the engines that need one."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from idgraph_widgets.errors import EngineError

_HELP = (
    "Install a Java runtime 17 or newer (Debian, Ubuntu: apt-get install openjdk-17-jre-headless; "
    "conda: conda install -c conda-forge openjdk=17; macOS: brew install openjdk@17) "
    "or use the embedded engine (--engine embedded), which needs no Java."
)


def require_java() -> str:
    """Path of a Java executable of version 17 or newer.

    Raises
    ------
    EngineError
        None was found through JAVA_HOME or PATH, it does not run, or it is too old.
    """
    home = os.environ.get("JAVA_HOME")
    if home:
        java = str(Path(home, "bin", "java"))
        if not shutil.which(java):
            raise EngineError(f"JAVA_HOME is {home}, but there is no {java}. Correct it or unset it. {_HELP}")
    else:
        java = shutil.which("java")
        if java is None:
            raise EngineError(f"This engine runs on Java, and no java was found (JAVA_HOME, PATH). {_HELP}")
    version = _major_version(java)
    if version is None:
        raise EngineError(f"{java} did not state its version. {_HELP}")
    if version < 17:
        raise EngineError(f"{java} is version {version}; Spark 4 needs 17 or newer. {_HELP}")
    return java


def _major_version(java: str) -> int | None:
    try:
        output = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=60, check=False).stderr
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r'version "(\d+)', output)
    return int(found.group(1)) if found else None
