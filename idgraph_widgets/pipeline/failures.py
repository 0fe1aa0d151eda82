"""What an engine's error says, in one line: the engines wrap what a worker met in many lines of their own."""

from __future__ import annotations

import re

from idgraph_widgets.memory import memory_fault
from idgraph_widgets.pipeline.worker import MEMORY_ADVICE

_RAISED = re.compile(r"^(?:\w+\.)*\w*(?:Error|Exception|Interrupt|Exit|Fault)\b")
"""How the line begins that ends a Python traceback."""

_MISSING = re.compile(r"(?:ModuleNotFoundError|ImportError): [^\n]+")

_ENDED = ("Python worker exited unexpectedly", "Python worker failed to connect back", "ExecutorLostFailure")
"""What Spark says where a worker's process is gone."""


def first_words(text: str) -> str | None:
    """The line of an engine's error that tells most; None where there is none.

    That is what a worker raised, where the error has a worker's traceback, and else the first line.
    """
    if any(mark in text for mark in _ENDED):
        return f"A Spark worker's process ended by itself, most likely for lack of memory. {MEMORY_ADVICE}"
    exhausted = memory_fault(text)
    if exhausted is not None:
        return exhausted
    lines = [line.strip() for line in text.splitlines() if line.strip(": ")]
    traces = [number for number, line in enumerate(lines) if line.endswith("Traceback (most recent call last):")]
    if traces:
        raised = next((line for line in lines[traces[-1] :] if _RAISED.match(line)), None)
        if raised is not None:
            return raised
    # Classic Spark's errors begin with the name of a proxy object.
    return next((line for line in lines if not line.startswith("An error occurred while calling")), None)


def missing_module(text: str) -> str | None:
    """What a worker could not import, in Python's words; None where that is not what an engine's error is about."""
    found = _MISSING.search(text)
    return None if found is None else found.group(0).strip()
