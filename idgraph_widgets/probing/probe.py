"""The parts of a probe put together."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from typing import Any


@dataclass(frozen=True)
class Finding:
    """The answer to one question.

    Attributes
    ----------
    topic, name : str
        What was asked.
    state : {"yes", "no", "unknown", "fact"}
        "fact" where nothing is good or bad about it; "unknown" where asking failed or something was missing.
    answer : str
        The answer in words.
    value : object
        The answer for programs; JSON can hold it.
    """

    topic: str
    name: str
    state: str
    answer: str
    value: Any = None


@dataclass(frozen=True)
class Probe:
    """What was found.

    Attributes
    ----------
    findings : tuple of Finding
    use : dict of str to str
        What would be used here, and why: ``engine``, ``target``, ``studio``, ``job``.
    when : str
        UTC.
    """

    findings: tuple[Finding, ...]
    use: dict[str, str]
    when: str

    def __getitem__(self, name: str) -> Finding:
        """The finding of that name."""
        return next(found for found in self.findings if found.name == name)

    def to_dict(self) -> dict[str, Any]:
        """What was found as plain values."""
        return {"when": self.when, "use": self.use, "findings": [asdict(found) for found in self.findings]}

    def to_json(self) -> str:
        """As `to_dict`, as text."""
        return json.dumps(self.to_dict(), indent=2, default=str)

    def __str__(self) -> str:
        lines, topic = [f"idgraph_widgets probe, {self.when}"], ""
        for found in self.findings:
            if found.topic != topic:
                topic = found.topic
                lines += ["", topic]
            lines.append(f"  {_SIGNS[found.state]} {found.name}: {found.answer}")
        lines += ["", "Would be used here", *(f"  {name}: {reason}" for name, reason in self.use.items())]
        return "\n".join(lines)

    __repr__ = __str__


_SECRET = re.compile(r"((?:token|password|secret)=)[^;&\s]+", re.IGNORECASE)
"""What a text may repeat of an address."""

_SIGNS = {"yes": "+", "no": "-", "unknown": "?", "fact": " "}

Asked = Callable[[], tuple[str, str, Any]]
"""A question: gives state, words and value; may raise, which is an answer too."""


def answered(topic: str, name: str, ask: Asked) -> Finding:
    """The answer to a question, also where asking it fails.

    Examples
    --------
    >>> answered("arithmetic", "a half of nothing", lambda: ("fact", str(1 / 0), None)).answer
    'could not be found out: ZeroDivisionError: division by zero'
    """
    try:
        state, answer, value = ask()
    except (SystemExit, Exception) as error:
        state, answer, value = "unknown", f"could not be found out: {type(error).__name__}: {error}"[:400], None
    # What an error repeats of an address may hold a token.
    return Finding(topic, name, state, _SECRET.sub(r"\1…", " ".join(answer.split())), value)


def probe(spark=None, catalog: str | None = None, schema: str | None = None) -> Probe:
    """Find out what this place can do, and what would be used.

    Nothing is written, but with `schema`: there a small table is made and dropped. Print what it returns, and send it
    along with a question: it names versions, kinds and folders, and the user's name, but no token.

    Parameters
    ----------
    spark : pyspark.sql.SparkSession, optional
        Default: the one that this process was given; none is started.
    catalog, schema : str, optional
        Where a dataset shall go, to try whether it may.

    Returns
    -------
    Probe
        Whatever is missing or fails is reported in it; nothing is raised.

    Examples
    --------
    >>> found = probe()
    >>> found["python"].state, sorted(found.use)
    ('fact', ['engine', 'job', 'studio', 'target'])
    """
    from idgraph_widgets.probing import machine, session, workspace
    from idgraph_widgets.probing.use import use

    findings = [*_all("This machine", machine.questions())]
    if spark is None:
        spark, asked = session.given()
        findings.append(answered("The session", "session", asked))
    else:
        findings.append(answered("The session", "session", lambda: session.described(spark)))
    if spark is not None:
        findings += _all("The session", session.questions(spark))
        findings += _all("The catalog", session.catalog_questions(spark, catalog, schema))
    findings += _all("The workspace", workspace.questions(catalog, schema, spark))
    found = tuple(findings)
    return Probe(found, use(found), f"{datetime.now(timezone.utc):%Y-%m-%d %H:%M} UTC")


def _all(topic: str, questions: dict[str, Asked]) -> Iterator[Finding]:
    return (answered(topic, name, ask) for name, ask in questions.items())
