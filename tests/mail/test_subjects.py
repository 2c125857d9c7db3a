"""Subjects with å, ä and ö: read again letter by letter, however they are folded."""

from __future__ import annotations

import datetime
import email
from email.header import decode_header, make_header
from email.policy import default

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.config import MailSettings
from survey_app.services.mail.postman import Mail, compose

SETTINGS = MailSettings("mail.region.example", "redogor@region.example")
NOW = datetime.datetime(2026, 3, 2, 7, tzinfo=datetime.UTC)


def sent(subject: str) -> bytes:
    return compose(Mail((1,), "a@b.example", subject, "Hej"), SETTINGS, NOW).as_bytes()


def check(subject: str) -> None:
    data = sent(subject)
    assert email.message_from_bytes(data, policy=default)["Subject"] == subject
    older = email.message_from_bytes(data)["Subject"]
    assert str(make_header(decode_header(older))).split() == subject.split()
    for line in data.partition(b"\r\n\r\n")[0].split(b"\r\n"):
        assert len(line) <= 78
        for word in line.split():
            assert not word.startswith(b"=?") or len(word) <= 75, "RFC 2047, 2"


@pytest.mark.parametrize(
    "subject",
    [
        "Övning: Väntar på ditt godkännande: Överenskommelsen om kömiljarden 2025 (RS250393)",
        "av Övning: godkännande: överenskommelsen av och 2025 Väntar åtgärder Övning: nära nära "
        "rättelse och och Väntar kömiljarden av för",
        "En dag kvar: Statsbidrag 2025 (RS250393)",
        "Deadline",
    ],
)
def test_a_subject_keeps_its_spaces(subject: str) -> None:
    check(subject)


WORDS = st.text("abcåäöÅÄÖé–”,:;()=?_.🎈", min_size=1, max_size=20)


@settings(max_examples=60, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=25))
def test_any_words_come_out_as_they_went_in(words: list[str]) -> None:
    check(" ".join(words))
