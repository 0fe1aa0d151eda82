"""What makes and tries the pages, the pictures and the packages; what it shares with tests is in ``tests/support``."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
