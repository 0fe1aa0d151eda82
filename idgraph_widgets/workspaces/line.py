"""The line of runs that wait: who is next, and when it will be somebody's turn. Pure functions, no files.

It is fair by person: a free slot goes to whoever has the fewest runs at work; among equals to the one whose last run
began the longest ago; among those to the run that has waited the longest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_NEVER = float("-inf")


@dataclass(frozen=True)
class Ticket:
    """A run that waits or is at work.

    Attributes
    ----------
    run : str
        Its folder.
    who : str
    seconds : float
        How long it is expected to take.
    submitted : float
    begun : float or None
        None while it waits.
    """

    run: str
    who: str
    seconds: float
    submitted: float
    begun: float | None = None


def next_of(waiting: Iterable[Ticket], working: Iterable[Ticket], last: dict[str, float]) -> Ticket:
    """Whose turn it is.

    Parameters
    ----------
    waiting, working : iterable of Ticket
    last : dict of str to float
        When each person's latest run began.
    """
    at_work: dict[str, int] = {}
    for ticket in working:
        at_work[ticket.who] = at_work.get(ticket.who, 0) + 1
    return min(waiting, key=lambda one: (at_work.get(one.who, 0), last.get(one.who, _NEVER), one.submitted, one.run))


def foreseen(
    waiting: Sequence[Ticket], working: Sequence[Ticket], last: dict[str, float], slots: int, now: float
) -> dict[str, tuple[int, float]]:
    """Place in the line, from 1, and seconds until its turn, of every run that waits, if all take as long as expected.

    Examples
    --------
    >>> at_work = [Ticket("a1", "ada", 60, 0, begun=0)]
    >>> line = [Ticket("a2", "ada", 60, 1), Ticket("b1", "bob", 30, 2)]
    >>> foreseen(line, at_work, {"ada": 0}, slots=1, now=10)
    {'b1': (1, 50), 'a2': (2, 80)}
    """
    left, busy, last = list(waiting), list(working), dict(last)
    # One that takes longer than expected may end any moment.
    ends = {ticket.run: max(now, (now if ticket.begun is None else ticket.begun) + ticket.seconds) for ticket in busy}
    found: dict[str, tuple[int, float]] = {}
    at = now
    while left:
        while len(busy) >= slots:
            first = min(busy, key=lambda ticket: ends[ticket.run])
            busy.remove(first)
            at = max(at, ends[first.run])
        ticket = next_of(left, busy, last)
        left.remove(ticket)
        busy.append(ticket)
        ends[ticket.run], last[ticket.who] = at + ticket.seconds, at
        found[ticket.run] = (len(found) + 1, at - now)
    return found
