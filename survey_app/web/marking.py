"""What differs between two texts, word by word, for the reader's eye."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

LONGEST = 4_000
"""Words; longer texts are compared line by line, and those of longer lines, which would take too
long, are shown unmarked."""


class Part(NamedTuple):
    """A run of text, and whether the other text lacks it."""

    text: str
    differs: bool


def mark_differences(before: str, after: str) -> tuple[list[Part], list[Part]]:
    """Both texts in parts: joined, the parts of each are the text itself."""
    old, new = _pieces(before, after)
    if max(len(old), len(new)) > LONGEST:
        return [Part(before, False)], [Part(after, False)]
    left, right = [], []
    for was, now, differs in _runs(old, new):
        left.append(Part(was, differs))
        right.append(Part(now, differs))
    return [part for part in left if part.text], [part for part in right if part.text]


class Woven(NamedTuple):
    """A run of text, and what became of it: ``ins``, ``del`` or nothing."""

    text: str
    tag: str


def weave_differences(before: str, after: str) -> list[Woven]:
    """Two texts as one: what stayed, what went, what came. Too long ones: all went, all came."""
    old, new = _pieces(before, after)
    if max(len(old), len(new)) > LONGEST:
        woven = [Woven(before, "del"), Woven(after, "ins")]
    else:
        woven = []
        for was, now, differs in _runs(old, new):
            woven += [Woven(was, "del"), Woven(now, "ins")] if differs else [Woven(was, "")]
    return [part for part in woven if part.text]


def weave_pairs(pairs: Sequence[tuple[str, str]]) -> list[Woven]:
    """Texts that belong together one by one, such as the entries of a list before and after: what
    has no other half went or came whole."""
    woven: list[Woven] = []
    for before, after in pairs:
        woven += [Woven("\n\n", ""), *weave_differences(before, after)]
    return woven[1:]


def _runs(old: list[str], new: list[str]) -> list[tuple[str, str, bool]]:
    """Runs of both texts, and whether they differ. A space between two changed words is no more
    the same than they are: a changed sentence is one change, not one for each of its words."""
    runs: list[tuple[str, str, bool]] = []
    opcodes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for place, (tag, a, b, c, d) in enumerate(opcodes):
        was, now = "".join(old[a:b]), "".join(new[c:d])
        between = 0 < place < len(opcodes) - 1 and not was.strip()
        differs = tag != "equal" or between
        if runs and differs and runs[-1][2]:
            before = runs.pop()
            was, now = before[0] + was, before[1] + now
        runs.append((was, now, differs))
    return runs


def _pieces(before: str, after: str) -> tuple[list[str], list[str]]:
    """Both texts in words, or, where these are too many, in lines."""
    old, new = _words(before), _words(after)
    if max(len(old), len(new)) > LONGEST and "\n" in before and "\n" in after:
        return before.splitlines(keepends=True), after.splitlines(keepends=True)
    return old, new


def _words(text: str) -> list[str]:
    """Words and the space between them: nothing is left out."""
    return re.findall(r"\s+|\S+", text)
