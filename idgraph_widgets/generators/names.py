"""Name pools from Faker, with its frequencies: first names by gender, surnames by family."""

from __future__ import annotations

from pyspark.sql import DataFrame, SparkSession

from idgraph_widgets.draws import lottery

NAME_TICKETS = 8192
GENDER_POOLS = {"female": 0, "male": 1, "nonbinary": 2}
"""Groups of the lottery of first names."""


def first_name_lottery(spark: SparkSession) -> DataFrame:
    """Lottery of first names, one group per gender in `GENDER_POOLS`; ticket ``first_ticket``."""
    provider = _provider()
    pools = {
        "female": provider.first_names_female,
        "male": provider.first_names_male,
        "nonbinary": provider.first_names_nonbinary,
    }
    groups = {}
    for gender, index in GENDER_POOLS.items():
        names = sorted(pools[gender].items())
        groups[index] = ([{"first_name": name} for name, _ in names], [weight for _, weight in names])
    return lottery(spark, groups, NAME_TICKETS, "first_ticket")


def last_name_lottery(spark: SparkSession) -> DataFrame:
    """Lottery of surnames; ticket ``last_ticket``."""
    names = sorted(_provider().last_names.items())
    rows = [{"last_name": name} for name, _ in names]
    return lottery(spark, {0: (rows, [weight for _, weight in names])}, NAME_TICKETS, "last_ticket")


def _provider():
    from faker.providers.person.en_US import Provider

    return Provider
