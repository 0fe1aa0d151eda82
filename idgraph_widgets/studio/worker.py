"""A worker process for one run: ``python -m idgraph_widgets.studio.worker FOLDER [--jobs]``.

It reads ``request.json`` there and writes ``events.jsonl``, line by line. A file named ``cancel`` cancels
it. It belongs to nobody: a notebook's kernel may go and come back while it works. What is to be a job of a workspace
is submitted and followed only where whoever started the worker says so (``--jobs``).
"""

from __future__ import annotations

import faulthandler
import json
import sys
import threading
import time
from pathlib import Path

from idgraph_widgets.errors import StorageError
from idgraph_widgets.pipeline.cancel import CancelToken
from idgraph_widgets.studio.as_job import open_jobs, run_as_job
from idgraph_widgets.studio.job import run_job
from idgraph_widgets.studio.launch import CANCEL, EVENTS
from idgraph_widgets.studio.run_request import request_of


def main(folder: Path, jobs: bool = False) -> None:
    """Do what the run of `folder` asks for."""
    # What kills Python itself leaves its stack among the last words.
    faulthandler.enable()
    request = request_of(folder)
    if request is None:
        raise StorageError(f"{folder}: what the run was asked for cannot be read. Start it again from the studio.")
    token, engine = CancelToken(), []
    threading.Thread(target=_watch, args=(folder / CANCEL, token), daemon=True).start()

    def session():
        from idgraph_widgets.engines import start_engine
        from idgraph_widgets.quality.runner import AT_ONCE

        engine.append(start_engine(request.engine or "embedded", queries_at_once=AT_ONCE))
        return engine[0].spark, (engine[0].name, engine[0].version)

    with (folder / EVENTS).open("a", encoding="utf-8") as file:
        if file.tell():
            # Whoever worked before may have been killed in the middle of a line.
            file.write("\n")

        def tell(event: dict) -> None:
            file.write(json.dumps(event, default=str) + "\n")
            file.flush()

        try:
            if not request.job:
                run_job(request, folder, session, tell, token)
            elif jobs:
                run_as_job(request, folder, open_jobs, tell, (folder / CANCEL).exists)
            else:
                tell({"event": "outcome", "state": "failed", "message": "Runs as jobs are not offered here."})
        finally:
            for started in engine:
                started.stop()


def _watch(path: Path, token: CancelToken) -> None:
    while not path.exists():
        time.sleep(0.1)
    token.cancel()


if __name__ == "__main__":
    main(Path(sys.argv[1]), "--jobs" in sys.argv[2:])
