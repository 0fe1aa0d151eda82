"""What ads can know of some homes: the graph of their people, and what they do."""

from __future__ import annotations

from dataclasses import dataclass

from idgraph_widgets.arrays import Columns


@dataclass(frozen=True)
class Graph:
    """What some consecutive homes are and do, as far as ads can know.

    Attributes
    ----------
    households, individuals, identity_mappings, truth_identity, audience_attributes, content_engagements : Columns
        The tables' rows; mappings and truth have the same order.
    intents, lives : Columns
        ``truth_intent`` with ``strength_e4``, and what people do anyway; see `responses.chains.people_of`.
    """

    households: Columns
    individuals: Columns
    identity_mappings: Columns
    truth_identity: Columns
    audience_attributes: Columns
    content_engagements: Columns
    intents: Columns
    lives: Columns
