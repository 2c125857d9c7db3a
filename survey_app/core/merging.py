"""Two changes of one thing brought together: what only one of them changed is as that one says."""

from __future__ import annotations

from typing import Any


class Conflict:
    """Two changes that cannot both stand."""


CONFLICT = Conflict()


def settle(base: Any, theirs: Any, mine: Any) -> Any:
    """What becomes of one thing that both may have changed; CONFLICT where both did, and not alike.

    base  what both began from; anything may stand for what is not there, such as None
    """
    if mine in (base, theirs):
        return theirs
    return mine if theirs == base else CONFLICT
