"""Fictional names from Faker: cities, publishers, titles."""

from __future__ import annotations

from itertools import accumulate
from random import Random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from faker import Faker


def american(seed: int) -> Faker:
    """Faker's American names, from the first one of this seed on."""
    from faker import Faker

    fake = Faker("en_US")
    fake.random = _Quick()
    fake.seed_instance(seed)
    return fake


class _Quick(Random):
    """Gives what `Random` gives, and adds up the weights of a list of names once and not for each name."""

    def __init__(self) -> None:
        super().__init__()
        self._sums: dict[int, tuple[Any, list[float]]] = {}

    def choices(self, population, weights=None, *, cum_weights=None, k=1):
        """As `Random.choices`; the weights of a population never change."""
        if weights is not None:
            # The population is kept with its sums: nothing else can then have its id.
            if id(population) not in self._sums:
                self._sums[id(population)] = population, list(accumulate(weights))
            weights, cum_weights = None, self._sums[id(population)][1]
        return super().choices(population, weights, cum_weights=cum_weights, k=k)
