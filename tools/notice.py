"""The NOTICE: whose published figures and taxonomies the package holds, file by file."""

from __future__ import annotations

import textwrap

from idgraph_widgets.reference import fact_names, facts
from idgraph_widgets.reference.facts import package_rows

_HEAD = """\
idgraph_widgets
Copyright The idgraph_widgets authors

This product holds published figures and names. Each row of the files below names its source and how sure it is; what
follows lists the sources. No record describes a real person.

Figures of agencies of the United States (Census Bureau, Bureau of Labor Statistics, Social Security Administration,
National Center for Health Statistics) are in the public domain. They do not endorse this product.

Taxonomies of the IAB Technology Laboratory, Inc. (Content Taxonomy 3.1, Audience Taxonomy 1.1, Ad Product Taxonomy 2.0,
CTV Genre Mapping) are used under the Creative Commons Attribution 3.0 licence (CC BY 3.0), reduced to the tiers used
here; columns that tell of sources, descendants and defaults were added.

The optional dependency dbldatagen is under the Databricks License, which permits its use only in connection with Databricks
services. This product contains none of it and works without it: only the extras "databricks" and "dev" install it, and only
idgraph_widgets/datagenerator.py imports it, to read a specification that its user made.

Other rows quote single figures from reports, which remain their publishers' works; trademarks belong to their owners.
"""


def notice() -> str:
    """The whole file, ending in a line break."""
    lines = [_HEAD]
    named = [(f"idgraph_widgets/reference/facts/{name}.csv", facts(name)) for name in fact_names()]
    for path, rows in [*named, ("idgraph_widgets/reference/state_geography.csv", package_rows("state_geography"))]:
        lines.append(path)
        for source in dict.fromkeys(str(row.get("source") or row.get("basis") or "") for row in rows):
            lines += textwrap.wrap(source, width=118, initial_indent="  - ", subsequent_indent="    ")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"
