"""Figures of measures, as plain dicts that Plotly understands, in one look for light and dark pages.

A colour that starts with ``@`` names a colour of the theme; the page or widget that shows the figure puts in
what its theme says. Nothing here imports Plotly.
"""

from idgraph_widgets.report.figures.card import Card

__all__ = ["Card"]
