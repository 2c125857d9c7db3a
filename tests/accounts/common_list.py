"""Makes the list of passwords that are guessed first: ``python -m tests.accounts.common_list``.

It is a list of ours, made by rules of how people make a long password when they must: they walk
along the keyboard, say a short word twice, put a season, a town or a name before a year. It is no
list of passwords that have leaked; such a list is set by ``SURVEY_APP_BREACHED_PASSWORDS``.
Only what has twelve signs or more is in it, in lower case and without what stands between words.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

from survey_app.services.accounts import password

LIST = Path(password.__file__).with_name("common_passwords.txt.gz")

ROWS = ("1234567890", "qwertyuiopå", "qwertyuiop", "asdfghjklöä", "asdfghjkl", "zxcvbnm",
        "1qaz2wsx3edc4rfv5tgb6yhn7ujm", "qazwsxedcrfvtgbyhnujm", "1q2w3e4r5t6y7u8i9o0p",
        "abcdefghijklmnopqrstuvwxyz", "abcdefghijklmnopqrstuvwxyzåäö", "0987654321",
        "q1w2e3r4t5y6u7i8o9p0", "a1s2d3f4g5h6j7k8l9", "112233445566778899")  # fmt: skip
WORDS = Path(__file__).with_name("words.txt").read_text("utf-8").split()
ENDINGS = ("1", "12", "123", "1234", "12345", "123456", "1234567", "12345678", "123456789",
           "1234567890", "111", "000", "007", "321", "4321", "54321", "654321", "321321", "123123",
           "abc", "abc123", "qwerty", "xyz")  # fmt: skip
YEARS = tuple(str(year) for year in range(1950, 2036))


def passwords() -> Iterator[str]:
    """All of them, some more than once, some too short."""
    yield from _walks()
    for word in WORDS:
        for times in range(2, 8):
            yield word * times
        for ending in (*ENDINGS, *YEARS):
            yield word + ending
            yield ending + word
            yield word * 2 + ending
            yield word + ending * 2
        for other in WORDS[:100]:
            yield word + other
            if len(word + other) < password.SHORTEST:
                for ending in ("1", "12", "123", "1234"):
                    yield word + other + ending


def _walks() -> Iterator[str]:
    for row in ROWS:
        for walk in (row, row[::-1]):
            endless = walk * 4
            for start in range(len(walk)):
                for length in range(password.SHORTEST, 21):
                    yield endless[start : start + length]
    for row in ROWS[:6]:
        for length in range(4, len(row) + 1):
            for ending in (*ENDINGS, *YEARS):
                yield row[:length] + ending
    for block in ("123", "1234", "12345", "123456", "abc", "abcd", "abc123", "qwe", "asd", "qwer",
                  "asdf", "zxcv", "qwerty", "asdfgh", "zxcvbn", "321", "654321"):  # fmt: skip
        for times in range(2, 8):
            yield block * times
            for other in ("123", "1234", "12345", "123456", "abc", "qwerty", "asdfgh"):
                yield block * times + other
    for day in range(1, 32):
        for month in range(1, 13):
            yield f"{day:02}{month:02}{day:02}{month:02}{day:02}{month:02}"


def common() -> list[str]:
    """The list as it is kept: long enough to be chosen, each once, in order."""
    found = {password._folded(item) for item in passwords()}
    return sorted(item for item in found if password.SHORTEST <= len(item) <= 24)


if __name__ == "__main__":
    data = "\n".join(common()).encode("utf-8")
    LIST.write_bytes(gzip.compress(data, 9, mtime=0))
    print(f"{len(common())} passwords, {LIST.stat().st_size} bytes")
