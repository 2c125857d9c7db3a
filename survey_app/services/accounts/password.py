"""Passwords: which may be chosen, and how they are kept (argon2id).

Nobody chooses for another. A password is long rather than odd: any signs, twelve or more; not one
that is guessed first (``common_passwords.txt.gz``, made by rules), nor one that has leaked, where a
list of those is set, and not made of words of the person or the place (ASVS 5.0, 6.2).
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import re
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

import argon2

from survey_app.services.refusal import Invalid, Unavailable

HASHER = argon2.PasswordHasher()
SHORTEST, LONGEST = 12, 1_000
AT_ONCE, PATIENCE = 2, 5.0
"""Hashes at a time in a process, 64 MiB each; seconds that one more waits for its turn."""
LEAST_WORD = 4
_COMMON = Path(__file__).with_name("common_passwords.txt.gz")
_PRODUCT = ("redogör", "redogor")
_YEAR = re.compile(r"(?:19|20)\d\d")
_turns = threading.BoundedSemaphore(AT_ONCE)


def judge_password(
    password: str, *, words: Iterable[str], old_hash: str | None = None,
    breached: Path | None = None,
) -> None:  # fmt: skip
    """Raise Invalid for a password that may not be chosen.

    words     what belongs to the person and the place: names, address, unit, town
    old_hash  of the password before, which may not be chosen again
    breached  file of leaked passwords: upper case SHA-1, sorted, one a line; what follows a colon
              is not read
    """
    if len(password) < SHORTEST:
        raise Invalid("password_too_short", min=SHORTEST)
    if len(password) > LONGEST:
        raise Invalid("password_too_long", max=LONGEST)
    if _is_guessed_first(_folded(password)) or len(set(_folded(password))) < 4:
        raise Invalid("password_common")
    if _is_made_of(password, words):
        raise Invalid("password_context")
    if breached is not None and _has_leaked(password, breached):
        raise Invalid("password_breached")
    if old_hash and matches(old_hash, password):
        raise Invalid("password_same")


def hash_password(password: str) -> str:
    """The argon2id hash. Raises Invalid for what is too short or too long, Unavailable."""
    if len(password) < SHORTEST:
        raise Invalid("password_too_short", min=SHORTEST)
    if len(password) > LONGEST:
        raise Invalid("password_too_long", max=LONGEST)
    with _turn():
        return HASHER.hash(_bytes(password))


def matches(kept: str, password: str) -> bool:
    """Whether a password is the one that was hashed. Raises Unavailable where too many ask."""
    if len(password) > LONGEST:
        password = ""  # wrong, after as long a while
    with _turn():
        try:
            return HASHER.verify(kept, _bytes(password))
        except argon2.exceptions.VerificationError:
            return False


@contextlib.contextmanager
def _turn() -> Iterator[None]:
    if not _turns.acquire(timeout=PATIENCE):
        raise Unavailable("busy", seconds=int(PATIENCE))
    try:
        yield
    finally:
        _turns.release()


def _bytes(password: str) -> bytes:
    """What JSON can say and no keyboard types (half a character) is just a wrong password."""
    return password.encode("utf-8", "surrogatepass")


def _folded(text: str) -> str:
    """Lower case without what people put between words."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\s._\-+,;:!?*#@/&=]+", "", plain)


def _is_guessed_first(typed: str) -> bool:
    """Whether it is in the list, which is opened anew each time: passwords are chosen seldom."""
    listed = b"\n" + gzip.decompress(_COMMON.read_bytes()) + b"\n"
    return b"\n" + typed.encode("utf-8", "surrogatepass") + b"\n" in listed


def _has_leaked(password: str, listed: Path) -> bool:
    """Whether a password stands in the file, found by halving: it may be of gigabytes."""
    # The lists that are published have SHA-1; nothing is kept or proven by it here.
    wanted = hashlib.sha1(_bytes(password), usedforsecurity=False).hexdigest().upper().encode()
    with listed.open("rb") as file:
        low, high = 0, listed.stat().st_size
        while low < high:
            middle = (low + high) // 2
            file.seek(max(middle - 1, 0))
            if middle:
                file.readline()  # the rest of a line
            line = file.readline().partition(b":")[0].strip().upper()
            if line == wanted:
                return True
            if line and line < wanted:
                low = middle + 1
            else:
                high = middle
    return False


def _is_made_of(password: str, words: Iterable[str]) -> bool:
    """Whether more than half of a password is words of the place, or years."""
    typed = _folded(password)
    found = {_folded(part) for word in words for part in (word, *re.split(r"[\s@._\-]+", word))}
    found |= {_folded(word) for word in _PRODUCT}
    marked = [False] * len(typed)
    spans = [match.span() for match in _YEAR.finditer(typed)]
    for word in found:
        if len(word) >= LEAST_WORD:
            spans += [match.span() for match in re.finditer(re.escape(word), typed)]
    for first, last in spans:
        marked[first:last] = [True] * (last - first)
    return sum(marked) * 2 > len(typed)
