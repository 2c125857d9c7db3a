"""How somebody wants messages: one mail a day, also under two senders, or none."""

from __future__ import annotations

import datetime
import threading
from pathlib import Path

from survey_app.services.mail.outbox import LEASE, choose_mode, claim_next
from survey_app.web.post import Delivered
from tests.mail.post_office import PostOffice
from tests.mail.test_delivery import DIRECTOR, messages, send, waiting
from tests.stage import Stage, build_stage


def choose(stage: Stage, name: str, mode: str) -> None:
    with stage.database.writing() as session:
        choose_mode(session, stage.actor(name), mode)


def test_one_mail_a_day_holds_all(stage: Stage, office: PostOffice) -> None:
    choose(stage, DIRECTOR, "digest")
    waiting(stage, "RS2501")
    waiting(stage, "RS2502")
    assert send(stage) == Delivered(0, 0), "not at once"
    assert send(stage, digests=True) == Delivered(1, 0)
    [letter] = office.letters
    assert letter.message["Subject"] == "2 meddelanden från Redogör"
    assert "RS2501" in letter.text
    assert "RS2502" in letter.text
    waiting(stage, "RS2503")
    assert send(stage, digests=True) == Delivered(0, 0), "one a day"
    stage.now += datetime.timedelta(days=1)
    assert send(stage, digests=True) == Delivered(1, 0)
    assert "RS2503" in office.letters[1].message["Subject"]


def test_a_mail_a_day_is_one_while_it_is_on_its_way(stage: Stage, office: PostOffice) -> None:
    """Another sender comes while the day's mail is in the hands of the first."""
    choose(stage, DIRECTOR, "digest")
    waiting(stage, "RS2501")
    with stage.database.writing() as session:
        assert claim_next(session, stage.now, digests=True)
    waiting(stage, "RS2502")
    assert send(stage, digests=True) == Delivered(0, 0)
    stage.now += LEASE + datetime.timedelta(seconds=1)
    assert send(stage, digests=True) == Delivered(1, 0), "the first died: all of it leaves"
    assert office.letters[0].message["Subject"] == "2 meddelanden från Redogör"


def test_two_senders_make_one_mail_a_day_on_postgresql(
    tmp_path: Path, office: PostOffice, postgresql_url: str
) -> None:
    """The second finds a message that came while the first, unseen yet, took the day's mail."""
    environment = office.environment | {"DATABASE_URL": postgresql_url}
    stage = build_stage(tmp_path, environment)
    choose(stage, DIRECTOR, "digest")
    waiting(stage, "RS2501")
    done: list[Delivered] = []
    second = threading.Thread(target=lambda: done.append(send(stage, digests=True)))
    with stage.database.writing() as session:
        assert claim_next(session, stage.now, digests=True)
        waiting(stage, "RS2502")
        second.start()
        second.join(1)
    second.join()
    stage.database.close()
    assert done == [Delivered(0, 0)]


def test_off_is_off(stage: Stage, office: PostOffice) -> None:
    waiting(stage, "RS2501")
    choose(stage, DIRECTOR, "off")
    waiting(stage, "RS2502")
    assert send(stage, digests=True) == Delivered(0, 0)
    assert [item.submission_id for item in messages(stage)] == [1], "and no new ones are made"
    choose(stage, DIRECTOR, "each")
    assert send(stage) == Delivered(1, 0)
