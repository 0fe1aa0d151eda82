"""What MkDocs cannot be told in mkdocs.yml: scripts that the theme would load from elsewhere, brought along instead.

IDGRAPH_SITE_SCRIPTS names the folder ``node_modules`` that has them; `tools.site` fills one. Without it diagrams stay text, and
the search works only where a server shows the site.
"""

from __future__ import annotations

import os
from pathlib import Path

from mkdocs.structure.files import File
from pymdownx.superfences import fence_code_format

_DIAGRAMS = ("javascripts/mermaid.min.js", "mermaid/dist/mermaid.min.js")
_SEARCH = ("javascripts/iframe-worker.js", "iframe-worker/shim/index.js")


def _scripts() -> Path | None:
    given = os.environ.get("IDGRAPH_SITE_SCRIPTS")
    return Path(given) if given else None


def on_config(config):
    """Point to the copies, and to nothing where there are none."""
    config.extra["polyfills"] = [_SEARCH[0]] if _scripts() else []
    if _scripts():
        fence = {"name": "mermaid", "class": "mermaid", "format": fence_code_format}
        config.mdx_configs["pymdownx.superfences"] = {"custom_fences": [fence]}
        config.extra_javascript.append(_DIAGRAMS[0])
    return config


def on_files(files, config):
    """Bring the copies along."""
    if folder := _scripts():
        for path, source in (_DIAGRAMS, _SEARCH):
            files.append(File.generated(config, path, content=(folder / source).read_text(encoding="utf-8")))
    return files
