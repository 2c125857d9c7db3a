"""How characters are counted and kept. The same rule stands in ``static/characters.js``."""

from __future__ import annotations

import re
import unicodedata

# U+0000 cannot be stored by PostgreSQL, and a lone surrogate is no character in any encoding.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def tidy(text: str) -> str:
    """The text as it is kept: line breaks are ``\\n``; what cannot be stored is U+FFFD."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def one_line(text: str) -> str:
    """The text as one line is kept: whatever stands between its words is one space."""
    return " ".join(tidy(text).split())


def count_characters(text: str) -> int:
    """Characters as the authority's limit is read: Unicode code points after NFC.

    A line break counts 1, however the browser writes it.
    """
    if text.isascii():
        return len(text) - text.count("\r\n")
    return len(unicodedata.normalize("NFC", tidy(text)))
