"""Published facts with their sources, as rows of plain values: what the defaults come from.

Every CSV file has a source column, and a status where figures of different certainty stand side by
side: ``seen`` (read in the source), ``seen-2`` (in a report that quotes it), ``derived`` (arithmetic
on such figures), ``memory`` (unverified), ``design`` (a choice; no source claimed).
"""

from idgraph_widgets.reference.facts import fact_names, facts
from idgraph_widgets.reference.states import STATES, state_geography, state_names, state_shares

__all__ = ["STATES", "fact_names", "facts", "state_geography", "state_names", "state_shares"]
