"""How to break a sound dataset, one row at a time, and which check must notice: a mutation for every check."""

from support.mutations import ads, events, identity, outcomes, people, records, wants
from support.mutations.mutation import Mutation

MUTATIONS: list[Mutation] = [
    *people.HOUSEHOLDS,
    *people.INDIVIDUALS,
    *identity.IDENTITY,
    *records.RECORDS,
    *events.ENGAGEMENT,
    *events.AUDIENCE,
    *ads.CAMPAIGNS,
    *ads.EXPOSURES,
    *wants.WANTS,
    *outcomes.RESPONSES,
    *outcomes.OUTCOMES,
]

DECLARED = {
    "columns": "The table or a column is gone, or a column has another type.",
    "required": "A row has null in a column that always has a value.",
    "key_range": "A row has the key -1.",
    "key_unique": "A row is there twice.",
    "vocabulary": "A row has a word outside the vocabulary in the column.",
    "rows": "The manifest names another number of rows.",
}
"""Checks that every table has, made from its declaration, by the end of their ids; and what breaks them."""

__all__ = ["DECLARED", "MUTATIONS", "Mutation"]
