"""What can be known to be wrong before a job starts."""

from __future__ import annotations

from idgraph_widgets.config import unknown_segments
from idgraph_widgets.config.problems import config_error
from idgraph_widgets.config.segments import all_rules
from idgraph_widgets.generators import extras
from idgraph_widgets.generators.ads.advertising import check_keys
from idgraph_widgets.pipeline.sizing import check_memory


def preflight(config) -> None:
    """As `validate`, for a run in this process: that there is memory for it, too.

    Raises
    ------
    ConfigError
        With every problem found.
    """
    validate(config)
    check_memory(config)


def validate(config) -> None:
    """Check the configuration, its segments and the published rules, the room for campaigns, and what Faker shall give.

    Raises
    ------
    ConfigError
        With every problem found.
    """
    config.check()
    problems = unknown_segments(config, [rule.segment_id for rule in all_rules(config)])
    if problems:
        raise config_error(problems)
    check_keys(config)
    extras.prepare(config)
