"""``python -m idgraph_widgets`` is the command ``idgraph``."""

import sys

from idgraph_widgets.cli import main

sys.exit(main())
