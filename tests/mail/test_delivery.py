"""Mail over a real SMTP server: headers, letters, one recipient, retries, nothing twice."""

from __future__ import annotations

import datetime
import os
import subprocess
import sys
import threading
from dataclasses import replace
from email.utils import parsedate_to_datetime
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import select, update

from survey_app.core.workflow import State
from survey_app.services.accounts.account import set_active
from survey_app.services.approvals.approval import send_for_approval
from survey_app.services.mail.outbox import KEPT_TRYING, LEASE, RETRIES, claim_next
from survey_app.services.mail.postman import compose
from survey_app.store.tables import OutboxMessage
from survey_app.web.post import Delivered, deliver, written
from tests.mail.post_office import SENDER, PostOffice, open_office
from tests.stage import OWN, Stage, address, build_stage

DIRECTOR = "approver_with_delegation"


def messages(stage: Stage) -> list[OutboxMessage]:
    with stage.database.reading() as session:
        return list(session.execute(select(OutboxMessage).order_by(OutboxMessage.id)).scalars())


def send(stage: Stage, *, digests: bool = False) -> Delivered:
    return deliver(stage.settings, stage.database, lambda: stage.now, digests=digests)


def waiting(stage: Stage, number: str = "RS2501") -> int:
    [submission] = stage.open(number)
    stage.bring(submission, State.AWAITING_APPROVAL)
    return submission


def test_headers_and_letters(stage: Stage, office: PostOffice) -> None:
    submission = waiting(stage)
    assert send(stage) == Delivered(1, 0)
    [letter] = office.letters
    message = letter.message
    assert letter.sender == SENDER
    assert letter.recipients == [address(DIRECTOR)]
    assert message["To"] == address(DIRECTOR)
    assert message["From"] == f"Redogör <{SENDER}>"
    assert message["Subject"] == "Väntar på ditt godkännande: Prov (RS2501)"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].endswith("@region.example>")
    assert parsedate_to_datetime(message["Date"]) == stage.now
    assert message.get_content_type() == "text/plain"
    assert message["Content-Type"].params["charset"] == "utf-8"
    assert letter.data.isascii(), "a relay of seven bits lets it through"
    assert b"svara p=C3=A5 det." in letter.data
    for words in ("skickat för godkännande", "RS2501 Ärende", "Region Egen",
                  f"https://redogor.region.example/submissions/{submission}"):  # fmt: skip
        assert words in letter.text


def test_no_answer_is_in_a_mail_or_in_the_outbox(stage: Stage, office: PostOffice) -> None:
    submission = waiting(stage)
    stage.send_back(submission, {"1": "Hemligt skäl"})
    stage.save(submission, "1", "Vi har gjort ännu mer.", 1)
    stage.send(submission)
    stage.approve(submission)
    send(stage)
    told = [letter.text for letter in office.letters] + [item.facts for item in messages(stage)]
    assert len(told) == 8
    for text in told:
        for content in ("Vi har gjort", "Hemligt skäl", "underlag.pdf"):
            assert content not in text


def test_each_mail_has_one_recipient_and_names_nobody_else(
    stage: Stage, office: PostOffice
) -> None:
    stage.delegate("approver_without_delegation")
    waiting(stage)
    assert send(stage).sent == 2
    directors = {address(DIRECTOR), address("approver_without_delegation")}
    assert {letter.recipients[0] for letter in office.letters} == directors
    for letter in office.letters:
        [own] = letter.recipients
        raw = letter.data.decode()
        assert own in raw
        for name in stage.accounts:
            assert address(name) == own or address(name) not in raw
        assert not {"cc", "bcc"} & {name.lower() for name in letter.message}


def test_who_is_told_of_what(stage: Stage, office: PostOffice) -> None:
    [submission] = stage.open("RS2501")
    stage.save(submission, "3", "Också jag.", 0, "strategist_2")
    stage.bring(submission, State.AWAITING_APPROVAL)
    stage.send_back(submission, {"1": "Skriv mer", "3": "Kortare"})
    stage.send(submission, "strategist_2")
    stage.approve(submission)
    told = [(item.kind, item.address) for item in messages(stage)]
    writers = [address("strategist"), address("strategist_2")]
    assert told == [
        ("sent", address(DIRECTOR)),
        *(("returned", writer) for writer in writers),
        ("sent", address(DIRECTOR)),
        *(("approved", writer) for writer in writers),
    ]
    send(stage)
    assert "2 frågor har skickats tillbaka" in office.to(writers[0])[0].text


def test_an_approver_without_a_delegation_that_day_hears_nothing(stage: Stage) -> None:
    stage.now += datetime.timedelta(days=60)
    waiting(stage)
    assert messages(stage) == []


def test_a_step_that_fails_tells_nobody(stage: Stage) -> None:
    """The message is written with the step, so it goes with the step."""
    [submission] = stage.open("RS2501")
    stage.bring(submission, State.DRAFT)

    class PowerCut(Exception):
        pass

    def cut() -> None:
        with stage.database.writing() as session:
            send_for_approval(session, stage.actor("strategist"), submission, stage.now, stage.key)
            assert session.execute(select(OutboxMessage)).first()
            raise PowerCut

    with pytest.raises(PowerCut):
        cut()
    assert messages(stage) == []


def test_a_failure_stays_and_is_tried_again_later(stage: Stage, office: PostOffice) -> None:
    office.refuse[address(DIRECTOR)] = f"451 4.3.0 {address(DIRECTOR)} try later"
    waiting(stage)
    assert send(stage) == Delivered(0, 1)
    [message] = messages(stage)
    assert (message.sent, message.attempts) == (None, 1)
    assert message.failure == "SMTPRecipientsRefused 451", "without what the server said"
    assert message.due == stage.now + RETRIES[0]
    office.refuse.clear()
    assert send(stage) == Delivered(0, 0), "not before its time"
    stage.now += RETRIES[0]
    assert send(stage) == Delivered(1, 0)
    [message] = messages(stage)
    assert (message.sent, message.failure) == (stage.now, "")
    assert len(office.letters) == 1


def test_one_refused_recipient_does_not_stop_the_others(stage: Stage, office: PostOffice) -> None:
    stage.delegate("approver_without_delegation")
    office.refuse[address(DIRECTOR)] = "550 5.1.1 no such user"
    waiting(stage)
    assert send(stage) == Delivered(1, 1)
    assert office.letters[0].recipients == [address("approver_without_delegation")]


def test_a_dead_server_costs_the_rest_no_try(tmp_path: Path) -> None:
    with open_office() as office:
        stage = build_stage(tmp_path, office.environment)
    stage.delegate("approver_without_delegation")
    waiting(stage)
    assert send(stage) == Delivered(0, 1)
    assert sorted(item.attempts for item in messages(stage)) == [0, 1]
    stage.now += RETRIES[0]
    with open_office(office.port) as again:
        assert send(stage).sent == 2
        assert len(again.letters) == 2
    stage.database.close()


def test_without_encryption_nothing_is_said_where_it_is_wanted(
    stage: Stage, office: PostOffice
) -> None:
    """This server offers no STARTTLS: the mail stays, it does not travel in the open."""
    assert stage.settings.mail is not None
    waiting(stage)
    strict = replace(stage.settings, mail=replace(stage.settings.mail, security="starttls"))
    done = deliver(strict, stage.database, lambda: stage.now, digests=False)
    assert done == Delivered(0, 1)
    assert messages(stage)[0].failure == "SMTPNotSupportedError"
    assert office.letters == []


@pytest.mark.parametrize(
    "planted", ["a@b.example\r\nBcc: c@d.example", "a@b.example, c@d.example", "a@b@c", "", "a b"]
)
def test_an_address_that_is_none_goes_nowhere(
    stage: Stage, office: PostOffice, planted: str
) -> None:
    waiting(stage)
    with stage.database.writing() as session:
        session.execute(update(OutboxMessage).values(address=planted))
    assert send(stage) == Delivered(0, 1)
    assert messages(stage)[0].failure == "not_an_address"
    assert office.letters == []


def test_retries_come_later_and_later_and_end(stage: Stage, office: PostOffice) -> None:
    office.data = "554 no"
    waiting(stage)
    tried, begun = [], stage.now
    while send(stage).failed:
        tried.append(stage.now - begun)
        [message] = messages(stage)
        stage.now = message.due
    waits = [after - before for before, after in pairwise(tried)]
    assert waits == sorted(waits)
    assert len(waits) > len(RETRIES)
    assert tried[-1] < KEPT_TRYING
    office.data = ""
    assert send(stage) == Delivered(0, 0), "old news stays"


@pytest.mark.both_databases
def test_nothing_leaves_twice_under_many_senders(stage: Stage, office: PostOffice) -> None:
    _many_senders(stage, office)


def _many_senders(stage: Stage, office: PostOffice) -> None:
    office.slow = 0.02
    for number in range(15):
        waiting(stage, f"RS25{number:02}")
    done: list[Delivered] = []
    start = threading.Barrier(4)

    def work() -> None:
        start.wait()
        done.append(send(stage))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stage.database.close()
    assert sum(item.sent for item in done) == 15
    assert sum(item.sent > 0 for item in done) > 1, "they really worked at once"
    names = [letter.message["Message-ID"] for letter in office.letters]
    assert len(names) == len(set(names)) == 15


def test_two_timers_at_once(stage: Stage, office: PostOffice) -> None:
    """Two processes of ``survey-app remind`` over one outbox."""
    office.slow = 0.02
    for number in range(12):
        waiting(stage, f"RS25{number:02}")
    stage.database.close()
    command = [sys.executable, "-m", "survey_app.cli", "--instance", str(stage.settings.instance),
               "remind"]  # fmt: skip
    environment = {**os.environ, **office.environment, "DATABASE_URL": stage.database.url}
    running = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [process.communicate(timeout=120)[0] for process in running]
    assert [process.returncode for process in running] == [0, 0], said
    names = [letter.message["Message-ID"] for letter in office.letters]
    assert len(names) == len(set(names)) == 12, said


def test_a_sender_that_died_leaves_it_to_the_next_under_the_same_name(
    stage: Stage, office: PostOffice
) -> None:
    waiting(stage)
    with stage.database.writing() as session:
        [claimed] = claim_next(session, stage.now, digests=False)
    assert send(stage) == Delivered(0, 0), "it is in somebody's hands"
    stage.now += LEASE + datetime.timedelta(seconds=1)
    assert send(stage) == Delivered(1, 0)
    [first] = office.letters
    assert claimed.id is not None
    assert stage.settings.mail is not None
    again = compose(written([claimed], ""), stage.settings.mail, stage.now)
    assert again["Message-ID"] == first.message["Message-ID"]


def test_a_closed_account_gets_no_more(stage: Stage, office: PostOffice) -> None:
    waiting(stage)
    with stage.database.writing() as session:
        set_active(session, stage.actor("administrator"), stage.accounts[DIRECTOR], active=False)
    assert send(stage) == Delivered(0, 0)
    assert office.letters == []


def test_a_step_in_the_browser_sends_at_once(stage: Stage, office: PostOffice) -> None:
    [submission] = stage.open("RS2501")
    stage.bring(submission, State.DRAFT)
    app = stage.app()
    person = stage.sign_in(app, "strategist")
    assert office.letters == []
    assert person.post(f"/submissions/{submission}/sending").status_code == 302
    office.wait_for(1)
    assert office.letters[0].recipients == [address(DIRECTOR)]
    app.extensions["redogor"].database.close()


def test_a_mail_server_that_is_away_stops_no_step(tmp_path: Path) -> None:
    with open_office() as office:
        stage = build_stage(tmp_path, office.environment)
    [submission] = stage.open("RS2501")
    stage.bring(submission, State.DRAFT)
    app = stage.app()
    person = stage.sign_in(app, "strategist")
    assert person.post(f"/submissions/{submission}/sending").status_code == 302
    assert stage.read(submission).state == State.AWAITING_APPROVAL
    for _ in range(1000):
        [message] = messages(stage)
        if message.attempts and not message.claimed:
            break
        threading.Event().wait(0.05)
    assert message.failure == "ConnectionRefusedError"
    for database in (stage.database, app.extensions["redogor"].database):
        database.close()


def test_nobody_of_another_unit_is_told(stage: Stage) -> None:
    stage.delegate("other_approver")
    waiting(stage)
    assert [(item.unit_id, item.address) for item in messages(stage)] == [
        (stage.units[OWN], address(DIRECTOR))
    ]
