"""What this place can do, and what this library would use of it: in one call, in words, never as an error."""

from idgraph_widgets.probing.probe import Finding, Probe, probe

__all__ = ["Finding", "Probe", "probe"]
