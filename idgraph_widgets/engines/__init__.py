"""Where a SparkSession comes from when the user brings none.

`start_engine(name)` starts one of `ENGINES` and hands back an `Engine`: a session, its name and
version, and a way to stop exactly what was started. Engines are started lazily, on loopback only.
`given_session()` finds the session that the process has already, and starts nothing.
"""

from idgraph_widgets.engines.engine import Engine, describe_session
from idgraph_widgets.engines.given import given_session, require_session
from idgraph_widgets.engines.start import ENGINES, start_engine

__all__ = ["ENGINES", "Engine", "describe_session", "given_session", "require_session", "start_engine"]
