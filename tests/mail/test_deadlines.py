"""Reminders of deadlines, the receipt, the calendar; by the demo, whose grant has a last day."""

from __future__ import annotations

import datetime
import json

import pytest
from icalendar import Calendar
from sqlalchemy import select, update
from sqlmodel import col

from survey_app.core.workflow import State
from survey_app.services.accounts.account import find_account
from survey_app.services.actor import find_actor
from survey_app.services.mail.notice import remind_of_deadlines, stage_of
from survey_app.services.mail.outbox import read_messages
from survey_app.store.tables import Case, Delegation, FrozenRecord, OutboxMessage, Round, Submission
from survey_app.web.wording.mails import mail_words
from tests.conftest import GRANT, GRANT_DONE, Installation

LAST_DAY = datetime.date(2026, 3, 12)
CONSEQUENCE = "kan regionen bli återbetalningsskyldig"


def morning(days_before: int) -> datetime.datetime:
    """Seven in the morning, Swedish time, so many days before the grant's last day."""
    day = LAST_DAY - datetime.timedelta(days=days_before)
    return datetime.datetime.combine(day, datetime.time(6), datetime.UTC)


def remind(installation: Installation, days_before: int) -> int:
    with installation.database.writing() as session:
        return remind_of_deadlines(session, morning(days_before))


def reminders(installation: Installation) -> list[OutboxMessage]:
    with installation.database.reading() as session:
        query = select(OutboxMessage).where(col(OutboxMessage.kind) == "deadline")
        return list(session.execute(query.order_by(OutboxMessage.id)).scalars())


def words(message: OutboxMessage) -> tuple[str, str]:
    return mail_words(message.kind, json.loads(message.facts), "https://r.example")


@pytest.mark.parametrize(
    ("left", "due"),
    [(15, None), (14, "14"), (8, "14"), (7, "7"), (2, "7"), (1, "1"), (0, "1"), (-1, "passed"),
     (-400, "passed")],
)  # fmt: skip
def test_which_reminder_is_due(left: int, due: str | None) -> None:
    assert stage_of(left) == due


def test_a_reminder_at_14_7_1_days_and_when_passed(installation: Installation) -> None:
    told = {days: remind(installation, days) for days in range(16, -4, -1)}
    assert {days for days, count in told.items() if count} == {14, 7, 1, -1}
    assert set(told.values()) == {0, 2}, "both strategists, each once"
    found = reminders(installation)
    assert {message.submission_id for message in found} == {GRANT}, "the practice case has none"
    assert {message.address for message in found} == {
        "strateg@demo.example", "strateg2@demo.example"
    }  # fmt: skip
    about = "Statsbidrag god och nära vård 2025 (RS250393)"
    heads = ["14 dagar kvar", "7 dagar kvar", "En dag kvar", "Sista dagen har passerat"]
    assert [words(item)[0] for item in found[::2]] == [f"{head}: {about}" for head in heads]
    for message in found:
        text = words(message)[1]
        assert CONSEQUENCE in text
        assert "12 mars 2026" in text
        assert f"https://r.example/submissions/{GRANT}" in text


def test_a_run_that_was_missed_is_made_good_with_the_right_number(
    installation: Installation,
) -> None:
    assert remind(installation, 11) == 2
    assert words(reminders(installation)[0])[0].startswith("11 dagar kvar: ")
    assert remind(installation, 10) == 0


def test_a_moved_deadline_is_reminded_of_anew(installation: Installation) -> None:
    assert remind(installation, 1) == 2
    with installation.database.writing() as session:
        row = session.get(Submission, GRANT)
        assert row is not None
        later = LAST_DAY + datetime.timedelta(days=10)
        session.execute(update(Round).where(col(Round.id) == row.round_id).values(deadline=later))
    assert remind(installation, 0) == 2
    assert words(reminders(installation)[-1])[0].startswith("10 dagar kvar: ")


def test_an_extension_moves_the_reminders(installation: Installation) -> None:
    assert remind(installation, 7) == 2
    until = LAST_DAY + datetime.timedelta(days=10)
    told = {"counterpart": "Myndigheten", "day": "2026-03-05", "until": until.isoformat(),
            "reason": "Personalbrist"}  # fmt: skip
    reply = installation.person("strateg").post(f"/submissions/{GRANT}/extension", told)
    assert reply.status_code == 302, reply.text
    assert remind(installation, 1) == 2
    assert words(reminders(installation)[-1])[0].startswith("11 dagar kvar: ")
    assert remind(installation, -10) == 2
    assert "22 mars 2026" in words(reminders(installation)[-1])[1]


def test_a_completion_is_reminded_of_by_its_own_day(installation: Installation) -> None:
    told = {"counterpart": "Myndigheten", "day": "2026-03-05", "until": "2026-03-19",
            "reason": "Mer om resultaten", "question": "mottaget"}  # fmt: skip
    url = f"/submissions/{GRANT_DONE}/completion"
    page = installation.person("strateg").get(url).text
    told["question"] = page.partition('name="question" value="')[2].partition('"')[0]
    reply = installation.person("strateg").post(url, told)
    assert reply.status_code == 302, reply.text
    new = int(reply.location.rpartition("/")[2])
    with installation.database.writing() as session:
        session.execute(update(Case).values(practice=False))
    remind(installation, 5)
    found = {item.submission_id: words(item)[0] for item in reminders(installation)}
    assert found[new].startswith("12 dagar kvar: ")
    assert set(found) == {GRANT, new}, "what was handed in is not late"
    calendar = Calendar.from_ical(installation.person("strateg").get("/deadlines.ics").data)
    events = {str(event["UID"]): event["DTSTART"].dt for event in calendar.walk("VEVENT")}
    assert sorted(events.values()) == [LAST_DAY, datetime.date(2026, 3, 19)]


@pytest.mark.parametrize(
    ("state", "people"),
    [
        (State.DRAFT, ["strateg", "strateg2"]),
        (State.AWAITING_APPROVAL, ["strateg", "strateg2", "direktor"]),
        (State.APPROVED, ["strateg", "strateg2"]),
        (State.HANDED_IN, []),
        (State.ARCHIVED, []),
    ],
)
def test_whom_it_still_concerns(
    installation: Installation, state: State, people: list[str]
) -> None:
    """The approver, too, while it waits for approval; nobody once it is handed in."""
    with installation.database.writing() as session:
        session.execute(update(Submission).where(col(Submission.id) == GRANT).values(state=state))
        session.execute(update(Delegation).values(valid_from=LAST_DAY, valid_to=LAST_DAY))
    remind(installation, 0)
    told = [message.address for message in reminders(installation)]
    assert told == [f"{person}@demo.example" for person in people]


def test_a_correction_of_what_was_handed_in_is_not_late(installation: Installation) -> None:
    strategist = installation.person("strateg")
    assert strategist.post(f"/submissions/{GRANT_DONE}/correction").status_code == 302
    with installation.database.writing() as session:
        session.execute(update(Case).values(practice=False))
    remind(installation, -1)
    assert {message.submission_id for message in reminders(installation)} == {GRANT}


def test_the_receipt_goes_to_the_contact_person(installation: Installation) -> None:
    """The demo's practice case was handed in: reference, hash and time."""
    with installation.database.reading() as session:
        query = select(OutboxMessage).where(
            col(OutboxMessage.kind) == "receipt", col(OutboxMessage.submission_id) == GRANT_DONE
        )
        [receipt] = session.execute(query).scalars()
        record = session.get(FrozenRecord, GRANT_DONE)
    assert record is not None
    content = json.loads(record.body)["content"]
    assert f'"{receipt.address}"' in json.dumps(content)
    assert receipt.account_id is None
    subject, text = words(receipt)
    assert subject.startswith("Svarskvitto: Övning: ")
    for said in (record.sha256, f"EXEMPEL-{GRANT_DONE:04d}", "RS259999", "Registrerat: ",
                 "Inget har skickats till någon myndighet"):  # fmt: skip
        assert said in text
    assert "https://" not in text, "who gets it may have no account"


def test_in_the_demo_mails_are_read_in_the_browser(installation: Installation) -> None:
    page = installation.person("strateg").get("/messages").text
    assert "Till direktor@demo.example" in page
    assert "Väntar på ditt godkännande" in page
    assert "Svarskvitto" in page
    assert f'href="/submissions/{GRANT_DONE}">Till svaret' in page
    assert page.index("Väntar på ditt godkännande") < page.index('name="mode"'), "messages first"


def test_the_administrator_sees_ids_only(installation: Installation) -> None:
    page = installation.person("admin").get("/outbox").text
    main = page[page.index("<main") : page.index("</main>")]
    assert "kontaktperson" in main
    assert "@" not in main
    assert "RS259999" not in main


def test_outside_of_the_demo_one_reads_ones_own_only(installation: Installation) -> None:
    person = installation.accounts["direktor"]["email"]
    with installation.database.reading() as session:
        account = find_account(session, person)
        assert account is not None
        assert account.id is not None
        actor = find_actor(session, account.id)
        assert actor is not None
        own = read_messages(session, actor)
    assert own
    assert {message.address for message in own} == {person}


def test_the_choice_is_kept(installation: Installation) -> None:
    person = installation.person("strateg")
    assert person.post("/messages", {"mode": "digest"}).status_code == 302
    assert 'value="digest" checked' in person.get("/messages").text
    assert person.post("/messages", {"mode": "sometimes"}).status_code == 422
    assert 'value="digest" checked' in person.get("/messages").text


def test_the_calendar(installation: Installation) -> None:
    reply = installation.person("strateg").get("/deadlines.ics")
    assert reply.mimetype == "text/calendar"
    [event] = Calendar.from_ical(reply.data).walk("VEVENT")
    assert event["DTSTART"].dt == LAST_DAY
    assert event["DTEND"].dt == LAST_DAY + datetime.timedelta(days=1)
    assert "Statsbidrag god och nära vård 2025 (RS250393)" in event["SUMMARY"]
    assert CONSEQUENCE in event["DESCRIPTION"]


def test_a_moved_deadline_keeps_its_uid(installation: Installation) -> None:
    def read() -> tuple[str, datetime.date]:
        data = installation.person("strateg").get("/deadlines.ics").data
        [event] = Calendar.from_ical(data).walk("VEVENT")
        return str(event["UID"]), event["DTSTART"].dt

    uid, day = read()
    with installation.database.writing() as session:
        session.execute(
            update(Round).where(col(Round.deadline).is_not(None))
            .values(deadline=day + datetime.timedelta(days=3))
        )  # fmt: skip
    assert read() == (uid, day + datetime.timedelta(days=3))
