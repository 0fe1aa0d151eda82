"""Confidence in a link and whether it holds: drawn from the person and the slot, so any table can ask."""

from __future__ import annotations

from pyspark.sql import Column
from pyspark.sql import functions as F

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.draws import SCALE, Draws


def mailbox_confidence(config: GenerationConfig, individual_id: Column, slot: Column) -> Column:
    """Confidence in a mailbox, in ten-thousandths.

    Certain but for the share that belongs to a new owner; the doubt is spread evenly around that share.
    """
    share = config.demographics_config.identity_mappings.recycled_email_share
    doubt = Draws(config.seed, "noise").below("doubt", max(0, round(2 * share * SCALE)) + 1, individual_id, slot)
    return F.lit(SCALE).cast("bigint") - doubt


def holds(config: GenerationConfig, confidence: Column, individual_id: Column, slot: Column) -> Column:
    """Whether a link of that confidence (ten-thousandths) is true."""
    return Draws(config.seed, "noise").chance("true", confidence, individual_id, slot)
