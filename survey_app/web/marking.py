"""What differs between two texts, word by word, for the reader's eye."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import NamedTuple

LONGEST = 4_000
"""Words; comparing longer texts takes too long, and they are shown unmarked."""


class Part(NamedTuple):
    """A run of text, and whether the other text lacks it."""

    text: str
    differs: bool


def mark_differences(before: str, after: str) -> tuple[list[Part], list[Part]]:
    """Both texts in parts: joined, the parts of each are the text itself."""
    old, new = _words(before), _words(after)
    if max(len(old), len(new)) > LONGEST:
        return [Part(before, False)], [Part(after, False)]
    left, right = [], []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        left.append(Part("".join(old[a:b]), tag != "equal"))
        right.append(Part("".join(new[c:d]), tag != "equal"))
    return [part for part in left if part.text], [part for part in right if part.text]


class Woven(NamedTuple):
    """A run of text, and what became of it: ``ins``, ``del`` or nothing."""

    text: str
    tag: str


def weave_differences(before: str, after: str) -> list[Woven]:
    """Two texts as one: what stayed, what went, what came. Too long ones: all went, all came."""
    old, new = _words(before), _words(after)
    if max(len(old), len(new)) > LONGEST:
        woven = [Woven(before, "del"), Woven(after, "ins")]
    else:
        woven = []
        for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if tag == "equal":
                woven.append(Woven("".join(old[a:b]), ""))
            else:
                woven += [Woven("".join(old[a:b]), "del"), Woven("".join(new[c:d]), "ins")]
    return [part for part in woven if part.text]


def _words(text: str) -> list[str]:
    """Words and the space between them: nothing is left out."""
    return re.findall(r"\s+|\S+", text)
