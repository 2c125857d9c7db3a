"""Names in a comment: ``@Anna Ek`` calls on Anna Ek.

A name is found as it stands, whatever the case of its letters, and only whole: ``@Anna Eklund`` is
not Anna Ek, and an address such as ``post@anna.example`` is nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple


class Part(NamedTuple):
    """A piece of a comment; ``account`` is whom it names, if anybody."""

    text: str
    account: int | None = None


def handles_of(people: Iterable[tuple[int, str, str]]) -> dict[str, int]:
    """What each person is called by after the @, as it is shown: account by handle.

    people  account, name and e-mail address. Where two bear one name, the address tells them apart.
    """
    found = list(people)
    names = [name.casefold() for _, name, _ in found]
    return {
        name if names.count(name.casefold()) == 1 else address: account
        for account, name, address in found
    }


def split_mentions(text: str, handles: Mapping[str, int]) -> list[Part]:
    """A comment in pieces; joined, their texts are the comment."""
    known = sorted(
        ((handle.casefold(), len(handle), account) for handle, account in handles.items()),
        key=lambda item: -item[1],
    )
    parts, start, at = [], 0, text.find("@")
    while at != -1:
        found = None if at and text[at - 1].isalnum() else _named(text, at + 1, known)
        if found is not None:
            length, account = found
            if at > start:
                parts.append(Part(text[start:at]))
            start = at + 1 + length
            parts.append(Part(text[at:start], account))
        at = text.find("@", max(start, at + 1))
    return [*parts, Part(text[start:])] if start < len(text) else parts


def _named(text: str, start: int, known: list[tuple[str, int, int]]) -> tuple[int, int] | None:
    """Length and account of the longest name that stands whole at a place."""
    for handle, length, account in known:
        end = start + length
        if text[start:end].casefold() == handle and not text[end : end + 1].isalnum():
            return length, account
    return None


def mentioned(text: str, handles: Mapping[str, int]) -> list[int]:
    """The accounts that a comment names, each once, in order."""
    parts = split_mentions(text, handles)
    return list(dict.fromkeys(part.account for part in parts if part.account is not None))
