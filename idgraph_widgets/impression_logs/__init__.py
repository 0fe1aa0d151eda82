"""What a publisher's ad server logs of the same people: raw material to build an identity graph from."""

from idgraph_widgets.impression_logs.export import ImpressionLogs, export_impression_logs
from idgraph_widgets.impression_logs.frames import impression_logs
from idgraph_widgets.schema.impression_logs import TABLE, TRUTH

__all__ = ["TABLE", "TRUTH", "ImpressionLogs", "export_impression_logs", "impression_logs"]
