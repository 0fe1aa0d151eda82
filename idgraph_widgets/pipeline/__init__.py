"""One run: the order of tables, progress, cancelling and publishing."""

from idgraph_widgets.pipeline.cancel import CancelToken
from idgraph_widgets.pipeline.progress import ProgressEvent
from idgraph_widgets.pipeline.result import RunResult
from idgraph_widgets.pipeline.run import execute_full_pipeline, run_pipeline

__all__ = ["CancelToken", "ProgressEvent", "RunResult", "execute_full_pipeline", "run_pipeline"]
