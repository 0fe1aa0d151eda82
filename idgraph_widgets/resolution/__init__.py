"""Identity resolution against the truth: how well a resolver's clusters match the people records are about."""

from idgraph_widgets.resolution.score import ResolutionScore, score_resolution

__all__ = ["ResolutionScore", "score_resolution"]
