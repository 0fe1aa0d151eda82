"""The page of checks, from what the tests break.

python -m benchmarks.checks docs/checks.md
"""

from __future__ import annotations

import sys

from support.checks_page import page

from idgraph_widgets.config.docs import put


def main(arguments: list[str]) -> int:
    """Write the page to the file named, or to standard output."""
    return put(page(), arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
