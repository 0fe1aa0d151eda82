"""A worker process for one job: ``python -m idgraph_widgets.studio.worker FOLDER``.

It reads ``request.json`` there and writes ``events.jsonl``, line by line. A file named ``cancel`` cancels
it. It belongs to nobody: a notebook's kernel may go and come back while it works.
"""

from __future__ import annotations

import faulthandler
import json
import sys
import threading
import time
from pathlib import Path

from idgraph_widgets.pipeline.cancel import CancelToken
from idgraph_widgets.studio.job import run_job
from idgraph_widgets.studio.launch import CANCEL, EVENTS, REQUEST


def main(folder: Path) -> None:
    """Do the job of `folder`."""
    # What kills Python itself leaves its stack among the last words.
    faulthandler.enable()
    request = json.loads((folder / REQUEST).read_text(encoding="utf-8"))
    token, engine = CancelToken(), []
    threading.Thread(target=_watch, args=(folder / CANCEL, token), daemon=True).start()

    def session():
        from idgraph_widgets.engines import start_engine

        engine.append(start_engine(request.get("engine", "embedded")))
        return engine[0].spark, (engine[0].name, engine[0].version)

    with (folder / EVENTS).open("a", encoding="utf-8") as file:

        def tell(event: dict) -> None:
            file.write(json.dumps(event, default=str) + "\n")
            file.flush()

        try:
            run_job(request, folder, session, tell, token)
        finally:
            for started in engine:
                started.stop()


def _watch(path: Path, token: CancelToken) -> None:
    while not path.exists():
        time.sleep(0.1)
    token.cancel()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
