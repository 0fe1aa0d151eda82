"""What can be known to be wrong before a job starts."""

from __future__ import annotations

from importlib.util import find_spec


def preflight(config) -> None:
    """Check the configuration, its segments against the published rules, and the room for campaigns.

    Campaigns live beside the generators; without PySpark their room is not checked.

    Raises
    ------
    ConfigError
        With every problem found.
    """
    from idgraph_widgets.config import unknown_segments
    from idgraph_widgets.config.problems import config_error
    from idgraph_widgets.config.segments import all_rules

    config.check()
    problems = unknown_segments(config, [rule.segment_id for rule in all_rules(config)])
    if problems:
        raise config_error(problems)
    if find_spec("pyspark") is None:
        return
    from idgraph_widgets.generators.advertising import check_keys

    check_keys(config)
