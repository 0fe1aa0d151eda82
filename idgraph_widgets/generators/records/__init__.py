"""Customer records of several source systems about the adults: what they hold, and about whom really."""

from idgraph_widgets.generators.records import errors, facts

PREPARE = (facts.prepare, errors.prepare)
"""What these kernels need of a configuration, besides that of `people` and `identity`."""
