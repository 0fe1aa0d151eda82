"""Measure a campaign, and score what an analyst measured against the truth that only a generator has.

`holdout_lift` is an honest estimate from the observable tables; `true_lift` and `score_lift` look at the truth.
`score_attribution` tells how far an attribution model's credit is from what the ads really caused.
"""

from idgraph_widgets.measurement.attribution import AttributionScore, caused_purchases, score_attribution
from idgraph_widgets.measurement.lift import LiftEstimate, LiftScore, TrueLift, holdout_lift, score_lift, true_lift

__all__ = [
    "AttributionScore",
    "LiftEstimate",
    "LiftScore",
    "TrueLift",
    "caused_purchases",
    "holdout_lift",
    "score_attribution",
    "score_lift",
    "true_lift",
]
