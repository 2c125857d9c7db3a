"""Contributions are working material: in the lists of those whom they concern, in no record."""

from __future__ import annotations

import datetime
import io
import json
import zipfile
from typing import Any

from icalendar import Calendar

from survey_app.services.archives.archive import case_package
from survey_app.services.case import correct_submission, submissions_of
from survey_app.services.mail.notice import remind_of_deadlines
from survey_app.services.mail.outbox import read_messages
from survey_app.services.register.registry import list_entries
from survey_app.services.submission import list_submissions, one_of_each
from survey_app.store.tables import Round
from survey_app.web.wording.mails import mail_words
from tests.contributions.asking import DAY, NUMBER, THEIRS, Desk

OTHERS = ["other-strategist@demo.example"]


def finish(desk: Desk) -> None:
    """The main submission goes the whole way."""
    desk.stage.save(desk.main, "1", "Klart", 0)
    for step in (desk.stage.send, desk.stage.approve, desk.stage.hand_in, desk.stage.archive):
        step(desk.main)


def test_they_stand_in_the_lists_of_the_unit_that_was_asked(desk: Desk, app: Any) -> None:
    made = desk.ask("3")
    ours, theirs = (desk.stage.sign_in(app, who) for who in ("strategist", "other_strategist"))
    for person, ids in ((ours, [desk.main]), (theirs, [made])):
        told = person.get("/api/v1/submissions").get_json()["submissions"]
        assert [item["id"] for item in told] == ids
    [told] = theirs.get("/api/v1/submissions").get_json()["submissions"]
    assert told["contribution"]["questions"] == ["3"]
    assert told["contribution"]["state"] == "asked"
    assert "Underlag som ni ombeds lämna" in theirs.get("/").text
    assert "Underlag som ni ombeds lämna" not in ours.get("/").text
    assert ours.get("/").text.count("<tr>") == 2, "a heading and one submission"
    assert ours.get(f"/cases/{NUMBER}").text.count("/export.json") == 1
    with desk.stage.database.reading() as session:
        assert submissions_of(session, 1) == [desk.main]
        found = list_submissions(session, desk.stage.actor("strategist"))
        assert [item.id for item in found] == [desk.main]
        assert [item.id for item in one_of_each(session)] == [desk.main]


def test_no_record_no_package_no_list_has_them(desk: Desk) -> None:
    made = desk.handed_over("3")
    desk.insert(made)
    open_one = desk.ask("1")
    desk.write(open_one, "1", "Aldrig överlämnat")
    finish(desk)
    with desk.stage.database.reading() as session:
        archivist = desk.stage.actor("archivist")
        copy = case_package(session, archivist, NUMBER, desk.stage.now, draft=False)
        entries = list_entries(session, archivist, NUMBER)
    with zipfile.ZipFile(io.BytesIO(copy.data)) as package:
        bodies = {name: package.read(name) for name in package.namelist()}
    assert any(THEIRS.encode() in body for body in bodies.values()), "it is our answer now"
    for name, body in bodies.items():
        assert "Aldrig överlämnat".encode() not in body, name
        assert b"Region Annan" not in body, name
    assert {entry.submission_id for entry in entries} <= {desk.main, None}


def test_a_correction_keeps_the_source_of_what_was_inserted(desk: Desk, app: Any) -> None:
    desk.insert(desk.handed_over("3"))
    finish(desk)
    with desk.stage.database.writing() as session:
        new = correct_submission(
            session, desk.stage.actor("strategist"), desk.main, desk.stage.now
        ).id
    person = desk.stage.sign_in(app, "strategist")
    assert "infogat ur underlag" in person.get(f"/submissions/{new}/history/3").text
    assert desk.breaks() == []


def test_a_completion_asks_only_for_what_the_authority_asked(desk: Desk, app: Any) -> None:
    finish(desk)
    new = Desk(desk.stage, desk.stage.complete(desk.main, ["3"]))
    page = desk.stage.sign_in(app, "strategist").get(f"/submissions/{new.main}/contributions/new")
    assert 'value="3"' in page.text
    assert 'name="question" value="1"' not in page.text
    assert new.ask("3")


def test_each_step_is_told_once_to_whom_it_concerns(desk: Desk) -> None:
    made = desk.ask("3")
    assert desk.mails("contribution_asked") == OTHERS
    desk.write(made)
    desk.hand_over(made)
    assert desk.mails("contribution_handed_over") == ["strategist@demo.example"], "who asked"
    desk.send_back(made, {"3": "Hemligt skäl"})
    assert desk.mails("contribution_sent_back") == OTHERS
    assert desk.mails("sent") + desk.mails("returned") == []
    with desk.stage.database.reading() as session:
        for message in read_messages(session, desk.stage.actor("strategist"), everybody=True):
            subject, text = mail_words(message.kind, json.loads(message.facts), "https://r.example")
            assert "nderlag" in subject
            assert "Region Annan" in text or "Region Egen" in text
            assert f"https://r.example/submissions/{made}" in text
            assert THEIRS not in text
            assert "Hemligt" not in text


def remind(desk: Desk, day: datetime.date) -> int:
    moment = datetime.datetime.combine(day, datetime.time(6), datetime.UTC)
    with desk.stage.database.writing() as session:
        return remind_of_deadlines(session, moment)


def test_deadlines_are_reminded_of_until_it_is_handed_over(desk: Desk, app: Any) -> None:
    until = desk.stage.today + 20 * DAY
    made = desk.ask("3", until=until)
    assert remind(desk, until - 15 * DAY) == 0
    assert remind(desk, until - 14 * DAY) == 1
    assert remind(desk, until - 13 * DAY) == 0
    assert desk.mails("contribution_due") == OTHERS
    calendar = Calendar.from_ical(
        desk.stage.sign_in(app, "other_strategist").get("/deadlines.ics").data
    )
    [event] = calendar.walk("VEVENT")
    assert event.decoded("dtstart") == until
    assert f"contribution-{made}" in event["uid"]
    ours = Calendar.from_ical(desk.stage.sign_in(app, "strategist").get("/deadlines.ics").data)
    assert ours.walk("VEVENT") == [], "the one who asks has the authority's day"
    desk.write(made)
    desk.hand_over(made)
    assert remind(desk, until - DAY) == 0
    desk.send_back(made, {"3": "Mer"})
    assert remind(desk, until + DAY) == 1
    finish(desk)
    assert remind(desk, until + 2 * DAY) == 0


def test_its_day_is_its_own(desk: Desk) -> None:
    """Neither the round's deadline nor more time from the authority moves it."""
    made = desk.ask("3", until=desk.stage.today + 3 * DAY)
    with desk.stage.database.writing() as session:
        session.get(Round, 1).deadline = desk.stage.today + 7 * DAY  # type: ignore[union-attr]
    desk.stage.extend(desk.main, desk.stage.today + 21 * DAY)
    assert desk.stage.read(made, "other_strategist").deadline == desk.stage.today + 3 * DAY
    assert desk.stage.read(desk.main).deadline == desk.stage.today + 21 * DAY


def test_sending_tells_what_is_still_out(desk: Desk, app: Any) -> None:
    desk.stage.save(desk.main, "1", "Klart", 0)
    made = desk.ask("3")
    person = desk.stage.sign_in(app, "strategist")
    page = person.get(f"/submissions/{desk.main}/sending").text
    assert "Underlag är inte överlämnade" in page
    assert "Svaret kan skickas" in page
    desk.write(made)
    desk.hand_over(made)
    assert "inte överlämnade" not in person.get(f"/submissions/{desk.main}/sending").text


def test_what_one_is_asked_for_stands_among_ones_questions(desk: Desk, app: Any) -> None:
    made = desk.ask("3")
    link = f'href="/submissions/{made}"'
    ours, theirs = (desk.stage.sign_in(app, who) for who in ("strategist", "other_strategist"))
    assert link in theirs.get("/mine").text
    assert "Underlag som ni ombeds" not in ours.get("/mine").text
    desk.write(made)
    desk.hand_over(made)
    assert link not in theirs.get("/mine").text
    desk.send_back(made, {"3": "Mer"})
    assert link in theirs.get("/mine").text
    desk.recall(made)
    assert link not in theirs.get("/mine").text
