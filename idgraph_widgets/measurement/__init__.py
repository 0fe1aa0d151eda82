"""Measure a campaign, and score what an analyst measured against the truth that only a generator has.

`holdout_lift` and `fit_marketing_mix` are honest estimates from the observable tables, `placebo_lift` tests the first
before the flight, and `exposed_lift` is what misleads; `households_needed` says how much data a lift takes.
`true_lift`, `score_lift` and `added_by_ads` look at the truth: the purchases whose origin is *created*. Those that are
*captured* would have been made anyway, and ads only took the click or the label, so `score_attribution` tells how far
an attribution model's credit is from what the ads really caused.
"""

from idgraph_widgets.measurement.attribution import AttributionScore, caused_purchases, score_attribution
from idgraph_widgets.measurement.comparison import LiftEstimate
from idgraph_widgets.measurement.lift import exposed_lift, holdout_lift, placebo_lift
from idgraph_widgets.measurement.marketing_mix import MixEstimate, added_by_ads, fit_marketing_mix, market_weeks
from idgraph_widgets.measurement.sample_size import households_needed
from idgraph_widgets.measurement.truth import LiftScore, TrueLift, score_lift, true_lift

__all__ = [
    "AttributionScore",
    "LiftEstimate",
    "LiftScore",
    "MixEstimate",
    "TrueLift",
    "added_by_ads",
    "caused_purchases",
    "exposed_lift",
    "fit_marketing_mix",
    "holdout_lift",
    "households_needed",
    "market_weeks",
    "placebo_lift",
    "score_attribution",
    "score_lift",
    "true_lift",
]
