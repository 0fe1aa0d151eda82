"""Combinations of settings that contradict each other, found before any job starts: a module per topic."""

from idgraph_widgets.config.rules import campaigns, engagement, people, window  # noqa: F401 - they register their rules
from idgraph_widgets.config.rules.registry import contradictions
from idgraph_widgets.config.rules.window import MAX_WINDOW_DAYS

__all__ = ["MAX_WINDOW_DAYS", "contradictions"]
