"""Places in an order: texts that sort as the things do, with room between any two of them.

A thing is moved by giving it another place; the others keep theirs. Places are compared sign by
sign, never as a database orders words.
"""

from __future__ import annotations

_SIGNS = "0123456789abcdefghijklmnopqrstuvwxyz"


def between(before: str | None, after: str | None) -> str:
    """A place after one and before another; None where there is none on that side.

    Raises ValueError if ``before`` is not before ``after``.
    """
    if before is not None and after is not None and before >= after:
        raise ValueError(f"{before!r} is not before {after!r}")
    made, step, bounded = "", 0, after is not None
    while True:
        low = _sign(before or "", step)
        high = _sign(after or "", step) if bounded else len(_SIGNS)
        if high - low > 1:
            return made + _SIGNS[(low + high) // 2]
        made += _SIGNS[low]
        bounded = bounded and high == low
        step += 1


def _sign(place: str, step: int) -> int:
    return _SIGNS.index(place[step]) if step < len(place) else 0
