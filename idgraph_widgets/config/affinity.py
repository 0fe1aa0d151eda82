"""Whom a category of products suits, when, how often it is bought and at what price: choices of this library."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Affinity:
    """What is particular about a category of products.

    Attributes
    ----------
    ages : tuple of float
        Liking of people under 25, 25 to 44, 45 to 64, 65 and over, relative to everybody.
    children : float
        Liking in homes with children, relative to those without.
    incomes : tuple of float
        Liking in homes under 50,000, under 120,000 and from 120,000 USD a year.
    months : dict of int to float
        Months in which more or fewer spells begin, January is 1.
    price : float
        Level of its baskets, relative to ``basket_value``.
    once : bool
        Considered goods: a spell ends in one purchase at most. What is consumed is bought again.
    """

    ages: tuple[float, float, float, float] = (1.0, 1.0, 1.0, 1.0)
    children: float = 1.0
    incomes: tuple[float, float, float] = (1.0, 1.0, 1.0)
    months: tuple[tuple[int, float], ...] = ()
    price: float = 1.0
    once: bool = True


AFFINITY = {
    "Clothing and Accessories": Affinity((1.5, 1.2, 0.9, 0.7), 1.2, (0.9, 1.0, 1.1), ((8, 1.3), (11, 1.3)), 0.8, False),
    "Computer Software": Affinity((1.3, 1.3, 0.9, 0.4), 1.0, (0.7, 1.0, 1.3), (), 0.7),
    "Consumer Electronics": Affinity((1.4, 1.2, 0.9, 0.6), 1.1, (0.8, 1.0, 1.2), ((11, 1.8), (12, 1.4)), 2.2),
    "Consumer Packaged Goods": Affinity((0.7, 1.2, 1.1, 1.0), 1.4, (1.1, 1.0, 0.9), (), 0.5, False),
    "Durable Goods": Affinity((0.4, 1.1, 1.2, 1.0), 1.2, (0.7, 1.0, 1.3), ((5, 1.2), (11, 1.3)), 3.0),
    "Education and Careers": Affinity((2.2, 1.3, 0.5, 0.1), 0.9, (1.1, 1.0, 0.9), ((1, 1.3), (8, 1.4)), 2.0),
    "Events and Performances": Affinity((1.5, 1.2, 0.9, 0.6), 0.9, (0.7, 1.0, 1.4), ((6, 1.2), (12, 1.2)), 1.1, False),
    "Finance and Insurance": Affinity((0.6, 1.2, 1.2, 0.9), 1.1, (0.8, 1.0, 1.2), ((1, 1.2), (3, 1.2)), 2.5),
    "Food and Beverage Services": Affinity((1.4, 1.2, 0.9, 0.6), 1.1, (1.0, 1.0, 1.0), (), 0.35, False),
    "Gifts and Holiday Items": Affinity((0.9, 1.1, 1.1, 1.0), 1.3, (0.9, 1.0, 1.1), ((11, 2.5), (12, 3.0)), 0.6, False),
    "Home and Garden Services": Affinity((0.2, 1.0, 1.4, 1.2), 1.1, (0.6, 1.0, 1.4), ((4, 1.5), (5, 1.5)), 2.0),
    "Media": Affinity((1.4, 1.2, 0.9, 0.7), 1.1, (0.9, 1.0, 1.1), (), 0.2),
    "Personal/Consumer Telcom": Affinity((1.3, 1.2, 0.9, 0.6), 1.0, (1.0, 1.0, 1.0), ((9, 1.3),), 1.0),
    "Pet Ownership": Affinity((0.8, 1.1, 1.2, 0.8), 1.2, (0.9, 1.0, 1.1), (), 0.6, False),
    "Real Estate": Affinity((0.6, 1.7, 0.9, 0.5), 1.2, (0.5, 1.0, 1.5), ((4, 1.3), (5, 1.3)), 4.0),
    "Retail": Affinity((1.0, 1.1, 1.0, 0.9), 1.2, (1.0, 1.0, 1.0), ((11, 1.3), (12, 1.3)), 0.8, False),
    "Fitness Activities": Affinity((1.5, 1.3, 0.8, 0.5), 0.9, (0.7, 1.0, 1.3), ((1, 1.8),), 0.7),
    "Sporting Goods": Affinity((1.3, 1.2, 0.9, 0.5), 1.3, (0.8, 1.0, 1.2), ((5, 1.2), (12, 1.2)), 1.0),
    "Travel and Tourism": Affinity((1.0, 1.1, 1.1, 0.9), 0.9, (0.6, 1.0, 1.5), ((1, 1.3), (6, 1.3)), 3.5),
    "Vehicles": Affinity((0.8, 1.2, 1.1, 0.7), 1.1, (0.7, 1.0, 1.3), (), 4.0),
}
"""By category of the IAB Ad Product Taxonomy. No published figure covers them: directions are common sense (design)."""

CONTENT = {
    "Clothing and Accessories": "Style & Fashion",
    "Computer Software": "Technology & Computing",
    "Consumer Electronics": "Technology & Computing",
    "Consumer Packaged Goods": "Food & Drink",
    "Durable Goods": "Home & Garden",
    "Education and Careers": "Business and Finance",
    "Events and Performances": "Entertainment",
    "Finance and Insurance": "Personal Finance",
    "Food and Beverage Services": "Food & Drink",
    "Gifts and Holiday Items": "Shopping",
    "Home and Garden Services": "Home & Garden",
    "Media": "Entertainment",
    "Personal/Consumer Telcom": "Technology & Computing",
    "Pet Ownership": "Hobbies & Interests",
    "Real Estate": "Home & Garden",
    "Retail": "Shopping",
    "Fitness Activities": "Healthy Living",
    "Sporting Goods": "Sports",
    "Travel and Tourism": "Travel",
    "Vehicles": "Automotive",
}
"""Category of content (IAB) that who wants such a product turns to."""

INCOMES = (50_000, 120_000)
"""Upper ends, in USD a year, of the bands of income whose wants differ; the last is open."""

INCOME_POWER = 0.25
"""Baskets grow with the fourth root of income (design): half as much again from 50,000 to 250,000 USD."""

MIDDLE_INCOME = 80_000
"""USD a year at which a basket has its category's usual value."""
