"""Which passwords may be chosen, by a table; that the list is what its rules say."""

from __future__ import annotations

import gzip
import hashlib
import re
import threading
from pathlib import Path

import pytest

from survey_app.services.accounts import password as passwords
from survey_app.services.accounts.password import judge_password, matches
from survey_app.services.refusal import Invalid, Unavailable
from tests.accounts.common_list import LIST, common
from tests.conftest import CHEAP
from tests.test_house import HOUSE

WORDS = ["Anna Exempel", "anna.exempel@halland.example", "Region Halland", "Hälsostrateg"]


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("elva tecken", "password_too_short"), ("", "password_too_short"),
        ("x" * 1001, "password_too_long"),
        ("123456789012", "password_common"), ("qwertyuiopåa", None),
        ("Qwertyuiop12", "password_common"), ("asdfghjkl-2024", "password_common"),
        ("1qaz2wsx3edc", "password_common"),
        ("PasswordPassword", "password_common"), ("lösenord1234", "password_common"),
        ("Lösenord-2024", "password_common"), ("losenord 2025", "password_common"),
        ("sommarsommar", "password_common"), ("Sommar2025sommar", None),
        ("halmstad2024", "password_common"), ("välkommen123", "password_common"),
        ("abcdefghijkl", "password_common"), ("zyxwvutsrqpo", "password_common"),
        ("iloveyou1234", "password_common"), ("aaaaaaaaaaaa", "password_common"),
        ("ababababababab", "password_common"), ("1212121212121212", "password_common"),
        ("Password-123456", "password_common"), ("admin administrator", "password_common"),
        ("AnnaExempel1", "password_context"), ("anna.exempel", "password_context"),
        ("Region Halland!", "password_common"), ("hallandhalland", "password_common"),
        ("redogör redogör", "password_context"), ("Redogor20262027", "password_context"),
        ("19761976 1976", "password_context"), ("1976 1981 2003", "password_context"),
        ("exempel exempel anna", "password_context"),
        ("anna går över ån med tre getter", None), ("korrekt häst batteri häfta", None),
        ("tillräckligt lång", None), ("ett långt lösenord", None), ("åska över slätten", None),
        ("😀😁😂🤣😃😄😅😆😉😊😋😎", None),
        ("' OR 1=1; --  x", None),
        (" " * 12, "password_common"),
        ("\ud800 halvt tecken", None),
    ],
)  # fmt: skip
def test_what_may_be_chosen(password: str, code: str | None) -> None:
    if code is None:
        judge_password(password, words=WORDS)
    else:
        with pytest.raises(Invalid) as refused:
            judge_password(password, words=WORDS)
        assert refused.value.code == code


def test_the_old_one_is_not_chosen_again() -> None:
    old = CHEAP.hash("korrekt häst batteri")
    with pytest.raises(Invalid, match="password_same"):
        judge_password("korrekt häst batteri", words=[], old_hash=old)
    judge_password("korrekt häst batterie", words=[], old_hash=old)


def test_the_list_is_what_its_rules_say() -> None:
    kept = gzip.decompress(LIST.read_bytes()).decode().split("\n")
    assert kept == common()
    assert len(kept) > 20_000
    assert min(map(len, kept)) >= passwords.SHORTEST


def test_leaked_passwords_are_found_by_halving_the_file(tmp_path: Path) -> None:
    """The first, the last, each between; and what is not there is not found."""
    leaked = [f"läckt lösenord nummer {number}" for number in range(200)]
    digests = sorted(hashlib.sha1(word.encode()).hexdigest().upper() for word in leaked)
    listed = tmp_path / "sha1.txt"
    listed.write_text("".join(f"{digest}:17\n" for digest in digests), encoding="ascii")
    for word in leaked:
        with pytest.raises(Invalid, match="password_breached"):
            judge_password(word, words=[], breached=listed)
    for number in range(200):
        judge_password(f"inget läckt ord {number}", words=[], breached=listed)


def test_no_more_than_two_are_hashed_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who does not get a turn is told so: the memory of guessing has a roof."""
    monkeypatch.setattr(passwords, "PATIENCE", 0.05)
    kept = CHEAP.hash("x")
    with passwords._turn(), passwords._turn(), pytest.raises(Unavailable, match="busy"):
        matches(kept, "x")
    assert matches(kept, "x")
    assert threading.active_count() >= 1


def test_a_password_is_exactly_what_was_typed() -> None:
    """Nothing is cut off, trimmed, composed or made small (ASVS 5.0, 6.2.8)."""
    password = " Två  Ord\t" + "x" * 90 + "Y "
    kept = CHEAP.hash(password)
    assert matches(kept, password)
    cut = (password.strip(), password[:-2], password.replace("  ", " "), password + " ")
    for other in (*cut, password.lower(), password.replace("å", "a\u030a")):
        assert not matches(kept, other), other


def test_passwords_are_hashed_as_slowly_as_is_said() -> None:
    """Argon2id by RFC 9106: 64 MiB, three rounds (ASVS 5.0, 11.4.2)."""
    told = passwords.HASHER.hash("korrekt häst batteri")
    assert told.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_fields_for_passwords_hide_them_and_take_what_is_pasted() -> None:
    """And say to password managers what they are for (ASVS 5.0, 6.2.6 and 6.2.7)."""
    fields, web = [], HOUSE / "web"
    for path in (web / "templates").rglob("*.html"):
        words = path.read_text(encoding="utf-8")
        fields += re.findall(r'<input[^>]*\b(?:type="password"|name="\w*password")[^>]*>', words)
        fields += re.findall(r"ui\.field\(form\.password[^}]*\)", words)
        assert "onpaste" not in words
    assert len(fields) >= 7
    for field in fields:
        assert re.search(r"type=\"password\"", field), field
        assert re.search(r"autocomplete=\"(?:current|new)-password\"", field), field
    for path in (web / "static").glob("*.js"):
        for listened in re.findall(r"addEventListener\(\"paste\".*", path.read_text("utf-8")):
            assert path.name in ("table_paste.js", "table.js"), listened
