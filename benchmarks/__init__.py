"""Where the figures in the documentation come from; what they share with tests is in ``tests/support``."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
