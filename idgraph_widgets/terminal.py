"""What the command line prints: progress, tables of figures, sizes in words."""

from __future__ import annotations

import shutil
import threading
import time

from idgraph_widgets.pipeline.progress import ProgressEvent


def in_bytes(size: int) -> str:
    """A size for people, in powers of 1000.

    Examples
    --------
    >>> in_bytes(1_234_567)
    '1.2 MB'
    """
    value, unit = float(size), "B"
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if value < 999.5 or unit == "TB":
            break
        value /= 1000
    return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"


def columns(rows: list[tuple[str, ...]]) -> str:
    """Lines with the first column flush left and the others flush right; the first row is the head."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join(
        "  ".join([row[0].ljust(widths[0]), *[cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]]).rstrip()
        for row in rows
    )


class ProgressPrinter:
    """Shows progress events: one line that changes on a terminal, plain lines in a pipe.

    Parameters
    ----------
    stream : text stream
    """

    def __init__(self, stream):
        self._stream = stream
        self._live = stream.isatty()
        self._text = ""
        self._began = time.monotonic()
        self._lock = threading.Lock()
        self._stop = threading.Event()
        if self._live:
            threading.Thread(target=self._tick, daemon=True).start()

    def __call__(self, event: ProgressEvent) -> None:
        """Show one event of a run."""
        where = f"step {event.step} of {event.steps}"
        if self._live:
            self._show(f"{where}  {event.table}  {event.rows:,} rows")
        elif event.state == "finished":
            self._line(f"{where}: {event.table}, {event.table_rows:,} rows ({event.elapsed:.1f} s)")

    def checks(self, done: int, total: int, what: str) -> None:
        """Show how far the checks are."""
        if self._live:
            self._show(f"check {done} of {total}  {what}")

    def close(self) -> None:
        """Clear the changing line and stop refreshing it."""
        self._stop.set()
        if self._live:
            with self._lock:
                self._stream.write("\r\x1b[K")
                self._stream.flush()

    def _show(self, text: str) -> None:
        with self._lock:
            self._text = text
        self._draw()

    def _tick(self) -> None:
        while not self._stop.wait(0.5):
            self._draw()

    def _draw(self) -> None:
        with self._lock:
            if not self._text or self._stop.is_set():
                return
            line = f"{self._text}  {time.monotonic() - self._began:.0f} s"
            width = shutil.get_terminal_size().columns - 1
            self._stream.write(f"\r\x1b[K{line[:width]}")
            self._stream.flush()

    def _line(self, text: str) -> None:
        self._stream.write(text + "\n")
        self._stream.flush()
