"""Fictional names from Faker: cities, publishers, titles."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from random import Random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from faker import Faker


def american(seed: int) -> Faker:
    """Faker's American names, from the first one of this seed on."""
    from faker import Faker

    fake = Faker("en_US")
    fake.random = _Quick()  # type: ignore[attr-defined]  # handed on to its generators
    fake.seed_instance(seed)
    return fake


class _Quick(Random):
    """Gives what `Random` gives, and adds up the weights of a list of names once and not for each name."""

    def __init__(self) -> None:
        super().__init__()
        self._sums: dict[int, tuple[Any, list[float]]] = {}

    def choices(
        self,
        population: Any,
        weights: Sequence[Any] | None = None,
        *,
        cum_weights: Sequence[Any] | None = None,
        k: int = 1,
    ) -> list[Any]:
        """As `Random.choices`; the weights of a population never change."""
        if weights is not None:
            # The population is kept with its sums: nothing else can then have its id.
            if id(population) not in self._sums:
                self._sums[id(population)] = population, list(accumulate(weights))
            weights, cum_weights = None, self._sums[id(population)][1]
        return super().choices(population, weights, cum_weights=cum_weights, k=k)
