"""What a purchase would have cost at the usual price level and a middle income: baskets follow both."""

from __future__ import annotations

from idgraph_widgets.config.affinity import AFFINITY, INCOME_POWER, MIDDLE_INCOME
from idgraph_widgets.quality.sql import inline_table

_INCOME_STEP = 5_000
_INCOME_STEPS = 80


def usual_baskets() -> str:
    """A SELECT with ``usual``, USD, of each purchase from an advertiser whose category a campaign tells."""
    prices = inline_table([(name, affinity.price) for name, affinity in AFFINITY.items()], ("category", "price"))
    step = f"least(h.annual_income div {_INCOME_STEP}, {_INCOME_STEPS - 1})"
    income = f"(cast({step} as double) + 0.5) * {_INCOME_STEP} / {MIDDLE_INCOME}"
    return (
        f"select cast(r.revenue as double) / (p.price * power({income}, {INCOME_POWER})) as usual"
        " from {response_events} r"
        " join (select distinct advertiser_id, ad_product_category from {campaigns}) c"
        " on r.advertiser_id = c.advertiser_id"
        f" join {prices} p on c.ad_product_category = p.category"
        " join {individuals} i on r.individual_id = i.individual_id"
        " join {households} h on i.household_id = h.household_id where r.response_type = 'purchase'"
    )
