"""Whether deploy/databricks.yml is what Databricks' CLI takes: held against the JSON schema that it publishes.

    databricks bundle schema > schema.json      # or bundle/schema/jsonschema.json of the repository databricks/cli
    python -m benchmarks.bundle schema.json

The schema is large and not ours to copy, so the tests do without: they hold the bundle's parts against the package
databricks-bundles and against our own command line.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

BUNDLE = Path(__file__).resolve().parent.parent / "deploy" / "databricks.yml"


def problems(document: Any, schema: str) -> list[str]:
    """What a schema has against a bundle."""
    from jsonschema.validators import validator_for

    # Python's expressions have no classes of Unicode; our names are ASCII.
    plain = json.loads(schema.replace("\\\\p{L}", "a-zA-Z").replace("\\\\p{N}", "0-9"))
    found = validator_for(plain)(plain).iter_errors(document)
    return [
        f"{'.'.join(map(str, error.absolute_path))}: {error.message[:200]}" for one in found for error in _causes(one)
    ]


def _causes(error) -> list:
    """The single faults behind "is not valid under any of the given schemas"."""
    if not error.context:
        return [error]
    # Of alternatives, the one that came furthest; the others are about values that are references.
    deepest = max(len(one.path) + len(one.context) for one in error.context)
    near = [one for one in error.context if len(one.path) + len(one.context) == deepest]
    return [cause for one in near for cause in _causes(one)]


def main() -> int:
    import yaml

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("schema", type=Path)
    found = problems(yaml.safe_load(BUNDLE.read_text("utf-8")), parser.parse_args().schema.read_text("utf-8"))
    print("\n".join(found) or f"{BUNDLE.name} is valid.")
    return int(bool(found))


if __name__ == "__main__":
    raise SystemExit(main())
