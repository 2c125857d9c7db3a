"""Handing over freezes; a draft is nobody else's business; what is sent back opens again."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from survey_app.core.content import sha256_of
from survey_app.core.workflow import ContributionState
from survey_app.services.refusal import Forbidden, Invalid, WrongState
from survey_app.store.tables import AuditEntry, Contribution, Event
from tests.contributions.asking import DAY, THEIRS, Desk


def test_a_draft_is_seen_by_nobody_else(desk: Desk, app: Any) -> None:
    made = desk.ask("3")
    desk.write(made)
    for who in ("strategist", "approver_with_delegation", "archivist"):
        with pytest.raises(WrongState):
            desk.stage.read(made, who)
    person = desk.stage.sign_in(app, "strategist")
    for url in (f"/submissions/{made}", f"/api/v1/submissions/{made}",
                f"/submissions/{made}/questions", f"/submissions/{made}/export.pdf",
                f"/submissions/{made}/history/3",
                f"/api/v1/submissions/{made}/changes"):  # fmt: skip
        assert person.get(url).status_code == 409, url
    for url in (f"/submissions/{desk.main}/contributions", f"/submissions/{desk.main}/sections/a"):
        page = person.get(url).text
        assert THEIRS not in page
        assert "begärt" in page
    assert [item.answers for item in desk.gathered()] == [{}]


def test_what_was_handed_over_stands_still(desk: Desk) -> None:
    made = desk.ask("1", "3")
    desk.write(made, "1", "Ett")
    desk.write(made, "3", "Utkast")
    desk.write(made, "3", THEIRS, 1)
    desk.hand_over(made)
    with pytest.raises(WrongState):
        desk.stage.save(made, "3", "Efteråt", 2, "other_strategist")
    with pytest.raises(WrongState):
        desk.hand_over(made)
    dossier = desk.stage.read(made)
    assert dossier.answers["3"].value == THEIRS
    [gathered] = desk.gathered()
    assert gathered.state == ContributionState.HANDED_OVER
    assert {key: given.value for key, (_r, given) in gathered.answers.items()} == {
        "1": "Ett", "3": THEIRS,
    }  # fmt: skip
    with desk.stage.database.reading() as session:
        event = session.execute(
            select(Event).where(col(Event.kind) == "handed_over")
        ).scalars().one()  # fmt: skip
        entry = session.execute(
            select(AuditEntry).where(col(AuditEntry.kind) == "handed_over")
        ).scalars().one()  # fmt: skip
        assert event.content_sha256 == sha256_of(dossier.content())
        assert json.loads(entry.facts)["content"] == event.content_sha256
    assert desk.breaks() == []


def test_the_history_of_a_contribution_is_the_units_own(desk: Desk, app: Any) -> None:
    made = desk.ask("3")
    desk.write(made, text="Ett tidigt utkast")
    desk.write(made, text=THEIRS, version=1)
    desk.hand_over(made)
    person = desk.stage.sign_in(app, "strategist")
    assert person.get(f"/submissions/{made}/history/3").status_code == 403
    assert "tidigt utkast" not in person.get(f"/submissions/{made}").text
    theirs = desk.stage.sign_in(app, "other_strategist")
    assert "tidigt" in theirs.get(f"/submissions/{made}/history/3").text


def test_the_one_who_asks_never_writes_in_it(desk: Desk) -> None:
    made = desk.ask("3")
    with pytest.raises(Forbidden):
        desk.stage.save(made, "3", "Åt dem", 0)
    desk.write(made)
    with pytest.raises(Forbidden):
        desk.hand_over(made, by="strategist")
    desk.hand_over(made)
    with pytest.raises(Forbidden):
        desk.stage.save(made, "3", "Åt dem", 1)
    with pytest.raises(Forbidden):
        desk.send_back(made, {"3": "Nej"}, by="other_strategist")


def test_nothing_is_handed_over_empty(desk: Desk, app: Any) -> None:
    made = desk.ask("3")
    with pytest.raises(Invalid, match="nothing_handed_over"):
        desk.hand_over(made)
    person = desk.stage.sign_in(app, "other_strategist")
    assert "/hand-over" in person.get(f"/submissions/{made}").text
    reply = person.post(f"/submissions/{made}/hand-over", follow_redirects=True)
    assert "Svara på minst en av frågorna" in reply.text


def test_sent_back_only_what_was_named_opens_again(desk: Desk, app: Any) -> None:
    made = desk.handed_over("1", "3")
    for reasons, code in (({}, "nothing_returned"), ({"3": " "}, "return_reason_missing"),
                          ({"2": "Nej"}, "no_question")):  # fmt: skip
        with pytest.raises(Invalid, match=code):
            desk.send_back(made, reasons)
    person = desk.stage.sign_in(app, "strategist")
    reply = person.post(f"/submissions/{made}/send-back", {"reason.3": "Mer om 2025"},
                        follow_redirects=True)  # fmt: skip
    assert "skickat tillbaka" in reply.text
    assert [item.answers for item in desk.gathered()] == [{}], "it is theirs again"
    theirs = desk.stage.sign_in(app, "other_strategist")
    assert "Mer om 2025" in theirs.get(f"/submissions/{made}").text
    assert "Mer om 2025" in theirs.get(f"/submissions/{made}/questions").text
    with pytest.raises(Forbidden, match="not_returned"):
        desk.stage.save(made, "1", "Också ändrat", 1, "other_strategist")
    desk.write(made, "3", "Mer.", 1)
    desk.hand_over(made)
    [gathered] = desk.gathered()
    assert {key: given.value for key, (_r, given) in gathered.answers.items()} == {
        "1": THEIRS, "3": "Mer.",
    }  # fmt: skip
    assert desk.stage.read(made, "other_strategist").returned == {}
    assert desk.breaks() == []


def test_it_closes_once_the_main_answer_is_approved(desk: Desk) -> None:
    open_one, done = desk.ask("3"), desk.ask("2")
    desk.stage.save(done, "2", {"chosen": "ja", "details": {}}, 0, "other_strategist")
    desk.hand_over(done)
    desk.stage.save(desk.main, "1", "Klart", 0)
    desk.stage.send(desk.main)
    desk.write(open_one)  # it may be returned yet
    desk.stage.approve(desk.main)
    for deed in (
        lambda: desk.stage.save(open_one, "3", "Mer", 1, "other_strategist"),
        lambda: desk.hand_over(open_one),
        lambda: desk.send_back(done, {"2": "Nej"}),
        lambda: desk.recall(open_one),
    ):
        with pytest.raises(WrongState):
            deed()
    assert desk.stage.read(open_one, "other_strategist").answers["3"].value == THEIRS
    assert desk.stage.read(done).answers["2"].value["chosen"] == "ja"


def test_that_something_cannot_be_stated_is_handed_over_too(desk: Desk, app: Any) -> None:
    """A unit that only can say that is no dead end; there is nothing of it to insert."""
    made = desk.ask("3")
    blank = {"code": "cannot_be_stated", "text": ""}
    desk.stage.save(made, "3", None, 0, "other_strategist", blank)
    theirs = desk.stage.sign_in(app, "other_strategist")
    assert "Lämna över till" in theirs.get(f"/submissions/{made}").text
    assert theirs.post(f"/submissions/{made}/hand-over").status_code == 302
    desk.stage.save(desk.main, "3", "Vi.", 0)
    person = desk.stage.sign_in(app, "strategist")
    page = person.get(f"/submissions/{desk.main}/sections/a").text
    assert "Kan inte anges" in page
    assert "1 underlag, 0 tecken" in page
    assert 'name="insert"' not in page
    assert "Går inte att lägga ihop" not in page
    assert person.get(f"/submissions/{desk.main}/contributions").status_code == 200
    with pytest.raises(Invalid, match="nothing_to_insert"):
        desk.insert(made, version=1)


def test_sent_back_with_another_day(desk: Desk, app: Any) -> None:
    """The first day may have passed; without another the unit would be late as it is told."""
    made = desk.ask("3", until=desk.stage.today + DAY)
    desk.write(made)
    desk.hand_over(made)
    desk.stage.now += 3 * DAY
    with pytest.raises(Invalid, match="until_passed"):
        desk.send_back(made, {"3": "Mer"}, until=desk.stage.today - DAY)
    later = desk.stage.today + 7 * DAY
    person = desk.stage.sign_in(app, "strategist")
    reply = person.post(
        f"/submissions/{made}/send-back", {"reason.3": "Mer", "until": later.isoformat()}
    )
    assert reply.status_code == 302
    assert desk.stage.read(made, "other_strategist").deadline == later
    assert desk.breaks() == [], "the chain knows the day"
    desk.write(made, text="Mer.", version=1)
    desk.hand_over(made)
    desk.send_back(made, {"3": "Mer"})
    assert desk.stage.read(made, "other_strategist").deadline == later
    assert desk.breaks() == []
    with desk.stage.database.writing() as session:
        session.execute(update(Contribution).values(until=later + DAY))
    assert desk.breaks() == ["changed_contribution"]
