"""One run: the order of tables, progress, cancelling and publishing."""

from idgraph_widgets.pipeline.cancel import CancelToken
from idgraph_widgets.pipeline.options import RunOptions
from idgraph_widgets.pipeline.progress import ProgressEvent
from idgraph_widgets.pipeline.result import RunResult
from idgraph_widgets.pipeline.run import execute_full_pipeline, generate, run_pipeline

__all__ = [
    "CancelToken",
    "ProgressEvent",
    "RunOptions",
    "RunResult",
    "execute_full_pipeline",
    "generate",
    "run_pipeline",
]
