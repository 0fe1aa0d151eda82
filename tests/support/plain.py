"""What tests of the studio of core widgets share."""

from __future__ import annotations


def seen(widget) -> list:
    """A widget and all below it that are not taken out of the page."""
    if widget.layout.display == "none":
        return []
    return [widget, *(one for child in getattr(widget, "children", ()) for one in seen(child))]
