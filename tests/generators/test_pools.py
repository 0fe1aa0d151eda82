"""The names that are really used: their digest, and what kernels take for granted of them."""

from dataclasses import replace

import numpy as np
import pytest

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.generators import block
from idgraph_widgets.generators.context import Context
from idgraph_widgets.generators.engagement import content_catalog
from idgraph_widgets.generators.people import names, places
from idgraph_widgets.generators.pools import name_pools, names_digest
from idgraph_widgets.generators.records import errors, facts

pytestmark = pytest.mark.quick


def context_of(**changes) -> Context:
    return Context.make(GenerationConfig(**changes), block.PREPARE)


@pytest.fixture(scope="module")
def context():
    return context_of(seed=42)


def with_other(context: Context, prepare, **changed) -> Context:
    """The context with something else prepared."""
    name = f"{prepare.__module__}.{prepare.__qualname__}"
    assert name in context._prepared
    return Context(context.config, {**context._prepared, name: replace(context.of(prepare), **changed)})


def test_the_digest_is_that_of_the_names_and_of_nothing_else(context):
    found = names_digest(context)
    assert len(found) == 64
    assert names_digest(Context.from_bytes(context.to_bytes())) == found
    assert names_digest(Context.make(GenerationConfig(seed=42), block.PREPARE)) == found
    more = GenerationConfig(seed=42)
    more.household_config.num_households = 50_000
    assert names_digest(Context.make(more, block.PREPARE)) == found
    # Cities and titles are drawn from the library's names by the seed.
    assert names_digest(context_of(seed=43)) != found


@pytest.mark.parametrize(
    ("prepare", "change"),
    [
        (names.prepare, lambda made: {"first_names": ("Aaron", *made.first_names[1:])}),
        (names.prepare, lambda made: {"last_names": tuple(reversed(made.last_names))}),
        (errors.prepare, lambda made: {"nicknames": ("Abe", *made.nicknames[1:])}),
        (facts.prepare, lambda made: {"names": made.names[1:]}),
        (places.prepare, lambda made: {"cities": made.cities.take(np.arange(1, len(made.cities)))}),
        (content_catalog.prepare, lambda made: {"items": made.items.take(np.arange(len(made.items) - 1))}),
    ],
)
def test_another_name_anywhere_gives_another_digest(context, prepare, change):
    other = with_other(context, prepare, **change(context.of(prepare)))
    assert names_digest(other) != names_digest(context)


def test_names_that_can_be_mistyped_are_ascii(context):
    """Typing errors count bytes as characters."""
    pools = name_pools(context)
    texts = [*pools["first_names"], *pools["last_names"], *pools["nicknames"], *pools["streets"]]
    texts += [city for city, *_ in pools["cities"]]
    assert len(texts) > 5_000
    assert [text for text in texts if not text.isascii()] == []
