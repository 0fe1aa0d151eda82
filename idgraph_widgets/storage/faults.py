"""What a disk refused, in words a person can act on."""

from __future__ import annotations

import errno

_MARKS = {
    errno.ENOSPC: ("No space left on device", "its disk is full. Free some space, or choose another folder."),
    errno.EDQUOT: ("Disk quota exceeded", "your quota there is used up. Free some space, or choose another folder."),
    errno.EROFS: ("Read-only file system", "its disk is mounted read-only. Choose another folder."),
    errno.EACCES: ("Permission denied", "you may not write there. Ask for the right, or choose another folder."),
}
"""Per error: how the operating system spells it inside other libraries' messages, and what it means."""


def disk_fault(error: BaseException) -> str | None:
    """What the disk did, if that is what `error` or one of its causes is about; else None.

    Engines and Delta wrap the operating system's error in their own, so its words are looked for, too.
    """
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        number = getattr(cause, "errno", None)
        if number in _MARKS:
            return _MARKS[number][1]
        text = str(cause)
        for mark, meaning in _MARKS.values():
            if mark in text:
                return meaning
        cause = cause.__cause__ or cause.__context__
    return None
