"""Invented advertisers: made-up words, so that no name is a real company's."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from idgraph_widgets.schema.campaigns import AD_PRODUCT_CATEGORIES

if TYPE_CHECKING:
    from idgraph_widgets.config import GenerationConfig

# Ad Product 2.0 tier 1 without what is sensitive, regulated or aimed at health, belief or minors.
CATEGORY_WORDS = {
    "Clothing and Accessories": "Apparel",
    "Computer Software": "Software",
    "Consumer Electronics": "Electronics",
    "Consumer Packaged Goods": "Foods",
    "Durable Goods": "Appliances",
    "Education and Careers": "Academy",
    "Events and Performances": "Tickets",
    "Finance and Insurance": "Insurance",
    "Food and Beverage Services": "Kitchens",
    "Gifts and Holiday Items": "Gifts",
    "Home and Garden Services": "Home",
    "Media": "Streaming",
    "Personal/Consumer Telcom": "Mobile",
    "Pet Ownership": "Pets",
    "Real Estate": "Realty",
    "Retail": "Stores",
    "Fitness Activities": "Fitness",
    "Sporting Goods": "Sports",
    "Travel and Tourism": "Travel",
    "Vehicles": "Motors",
}

_HEADS = ("Bra", "Cel", "Dov", "Eln", "Fyr", "Gal", "Hax", "Ilv", "Jor", "Kem", "Lum", "Myr", "Nov", "Oph",
          "Pry", "Quo", "Rez", "Syl", "Tav", "Ulm", "Vex", "Wyn", "Xan", "Zel")  # fmt: skip
_TAILS = ("andra", "aquin", "becca", "dorin", "evane", "ferro", "gontu", "hollo", "imora", "juvia", "kanto",
          "lyssa", "mondo", "novia", "orvex", "pallo", "quilla", "riska", "santo", "tovar", "umbra", "vanto",
          "wendo", "yxara", "zento")  # fmt: skip


def advertisers(config: GenerationConfig) -> list[dict[str, Any]]:
    """The advertisers of a dataset, a function of the seed: id from 1, name, product category.

    Categories are dealt evenly; the list for a smaller number of advertisers is a prefix of a longer one.
    """
    words = len(_HEADS) * len(_TAILS)
    shift = _number(config.seed, "word") % words
    turn = _number(config.seed, "category") % len(AD_PRODUCT_CATEGORIES)
    rows = []
    for i in range(config.campaign_config.num_advertisers):
        # 241 is prime to the number of words and 7 to that of categories: no two alike before all were used.
        word = (shift + i * 241) % words
        category = AD_PRODUCT_CATEGORIES[(turn + i * 7) % len(AD_PRODUCT_CATEGORIES)]
        name = f"{_HEADS[word % len(_HEADS)]}{_TAILS[word // len(_HEADS)]} {CATEGORY_WORDS[category]}"
        again = i // words
        rows.append(
            {
                "advertiser_id": i + 1,
                "advertiser": f"{name} {again + 1}" if again else name,
                "ad_product_category": category,
            }
        )
    return rows


def _number(seed: int, what: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{seed}/advertisers/{what}".encode()).digest()[:8], "big")
