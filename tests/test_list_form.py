"""A list in a posted form: what its buttons do, and what no form can do to it."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest
from flask import Flask
from sqlmodel import col, select

from survey_app.services.answer import Saved
from survey_app.services.specification import add_specification
from survey_app.store.tables import AuditEntry, Revision

from .conftest import Person
from .export.samples import SPEC
from .stage import Stage

A, B, C = "aaaaaaaa", "bbbbbbbb", "cccccccc"
Form = dict[str, Any]


def entry(entry_id: str, text: str, **values: Any) -> dict[str, Any]:
    return {"id": entry_id, "values": {"text": text, **values}}


class Draft:
    """A draft with a list, and somebody who posts its page without scripts."""

    def __init__(self, stage: Stage, app: Flask) -> None:
        with stage.database.writing() as session:
            stage.specification = add_specification(session, json.dumps(SPEC), stage.now)
        self.stage = stage
        (self.number,) = stage.open("RS250001")
        self.people = {name: stage.sign_in(app, name) for name in ("strategist", "strategist_2")}
        self.url = f"/submissions/{self.number}/sections/tva"
        self.version = 0

    @property
    def person(self) -> Person:
        return self.people["strategist"]

    def save(self, *entries: dict[str, Any], removed: tuple[dict[str, Any], ...] = ()) -> None:
        value = {"entries": [*entries], "removed": [*removed]}
        outcome = self.stage.save(self.number, "exempel", value, self.version)
        assert isinstance(outcome, Saved)
        self.version = outcome.version

    def page(self) -> Form:
        """The fields of the list as the page has them now."""
        found = self.person.get(self.url).text
        form: Form = {
            "whole": "1",
            "seed": re.findall(r'name="seed" value="(\w+)"', found)[0],
            "q.exempel.whole": "1",
            "q.exempel.version": str(self.answer()["version"]),
            "q.exempel.entry": re.findall(r'name="q.exempel.entry" value="(\w+)"', found),
        }
        for name, said in re.findall(
            r'<textarea [^>]*name="(q.exempel.entry.\w+.\w+)"[^>]*>\n([^<]*)<', found
        ):
            form[name] = said
        return form

    def post(self, form: Form, by: str = "strategist", **more: Any) -> Any:
        return self.people[by].post(self.url, {**form, **more})

    def post_conflict(self, page: str, keep: str) -> None:
        """Choose on the page that shows both."""
        held = {name: html.unescape(said) for name, said in re.findall(
            r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)}  # fmt: skip
        url = f"/submissions/{self.number}/conflict"
        reply = self.person.post(url, {**held, "csrf_token": self.person.token, "keep": keep})
        assert reply.status_code == 302, reply.text

    def answer(self) -> dict[str, Any]:
        told = self.person.submission(self.number)["answers"]
        found: dict[str, Any] = told.get("exempel", {"version": 0, "value": None})
        return found

    def said(self, key: str = "entries") -> list[str]:
        """The texts of the entries, or of those that were removed."""
        value = self.answer()["value"] or {"entries": [], "removed": []}
        return [item["values"].get("text", "") for item in value[key]]


@pytest.fixture
def draft(stage: Stage, app: Flask) -> Draft:
    return Draft(stage, app)


def test_what_is_written_into_the_empty_entry_is_one_more(draft: Draft) -> None:
    form = draft.page()
    assert form["q.exempel.entry"] == ["new"]
    draft.post(form, **{"q.exempel.entry.new.text": "Ett"})
    assert draft.said() == ["Ett"]
    # The same page sent again, as after a reply that never came, adds nothing.
    draft.post(form, **{"q.exempel.entry.new.text": "Ett"})
    assert (draft.said(), draft.answer()["version"]) == (["Ett"], 1)
    draft.post(draft.page(), **{"q.exempel.entry.new.text": "Två"})
    assert draft.said() == ["Ett", "Två"]
    (one, two) = draft.answer()["value"]["entries"]
    assert one["id"] != two["id"]


def test_a_page_that_is_sent_again_with_other_words_is_a_conflict_and_no_loss(draft: Draft) -> None:
    form = draft.page()
    draft.post(form, **{"q.exempel.entry.new.text": "Ett"})
    reply = draft.post(form, **{"q.exempel.entry.new.text": "Ett, annorlunda"})
    assert reply.status_code == 409
    assert {"Ett", "Ett, annorlunda"} <= set(re.findall(r"Beskriv: ([^<]*)<", _flat(reply.text)))
    draft.post_conflict(reply.text, "both")
    assert draft.said() == ["Ett", "Ett, annorlunda"]


def test_keeping_mine_keeps_what_others_only_added(draft: Draft) -> None:
    draft.save(entry(A, "a"))
    old = draft.page()
    draft.save(entry(A, "a, deras"), entry(B, "b"))
    reply = draft.post(old, "strategist_2", **{f"q.exempel.entry.{A}.text": "a, min"})
    assert reply.status_code == 409
    draft.post_conflict(reply.text, "mine")
    assert draft.said() == ["a, min", "b"]


def _flat(page: str) -> str:
    return re.sub(r"</?mark>", "", page)


def test_a_button_saves_does_and_leads_back(draft: Draft) -> None:
    draft.save(entry(A, "a"), entry(B, "b"), entry(C, "c"))
    for do, said, removed, anchor in (
        (f"up:{B}", "bac", "", f"entry-{B}"),
        (f"down:{A}", "bca", "", f"entry-{A}"),
        (f"remove:{C}", "ba", "c", "q.exempel.removed"),
        (f"restore:{C}", "bac", "", f"entry-{C}"),
        ("add", "bac", "", "entry-new-exempel"),
    ):
        reply = draft.post(draft.page(), **{"q.exempel.do": do})
        assert (draft.said(), draft.said("removed")) == ([*said], [*removed])
        assert reply.headers["Location"] == f"{draft.url}#{anchor}"
        assert f'id="{anchor}"' in draft.person.get(draft.url).text


def test_a_button_that_can_do_nothing_does_nothing(draft: Draft) -> None:
    draft.save(entry(A, "a"), entry(B, "b"), entry(C, "c"))
    for do in (f"up:{A}", f"down:{C}", "up:nothere1", "remove:nothere1", "restore:nothere1",
               "remove", f"restore:{A}", "burn:aaaaaaaa", "", "restore:../../etc"):  # fmt: skip
        reply = draft.post(draft.page(), **{"q.exempel.do": do})
        assert (reply.status_code, draft.said()) == (200, [*"abc"]), do
    assert draft.answer()["version"] == 1


def test_removed_in_one_window_and_written_in_another(draft: Draft) -> None:
    draft.save(entry(A, "a"), entry(B, "b"))
    first, second = draft.page(), draft.page()
    draft.post(first, **{"q.exempel.do": f"remove:{A}"})
    reply = draft.post(second, "strategist_2", **{f"q.exempel.entry.{A}.text": "a, ändrad"})
    assert reply.status_code == 409
    assert "a, ändrad" in _flat(reply.text)


def test_removed_and_restored_in_two_windows(draft: Draft) -> None:
    draft.save(entry(A, "a"), entry(B, "b"))
    draft.post(draft.page(), **{"q.exempel.do": f"remove:{A}"})
    first, second = draft.page(), draft.page()
    draft.post(first, **{"q.exempel.do": f"restore:{A}"})
    draft.post(second, "strategist_2", **{"q.exempel.do": f"restore:{A}"})
    assert (sorted(draft.said()), draft.said("removed")) == (["a", "b"], [])


def test_an_old_page_takes_nothing_down_and_says_what_it_took_in(draft: Draft) -> None:
    draft.save(entry(A, "a"), entry(B, "b"))
    old = draft.page()
    draft.save(entry(A, "a, ny"), entry(B, "b"), entry(C, "c"))
    reply = draft.post(old, "strategist_2", **{f"q.exempel.entry.{B}.text": "b, ny"})
    assert reply.status_code == 200
    assert draft.said() == ["a, ny", "b, ny", "c"]
    assert "7: Andra skrev här samtidigt, och det är med nu. Exempel 1 ändrades. " \
           "Exempel 3 tillkom." in reply.text  # fmt: skip
    with draft.stage.database.reading() as session:
        kept = session.exec(select(Revision).order_by(col(Revision.id))).all()
        facts = session.scalars(
            select(AuditEntry.facts).where(col(AuditEntry.kind) == "answer_saved")
        ).all()
    assert [row.merged_from for row in kept] == [None, None, kept[0].id]
    assert json.loads(facts[-1])["merged_from"] == kept[0].id
    page = draft.person.get(f"/submissions/{draft.number}/history/exempel").text
    assert page.count("sammanfört med vad andra skrev samtidigt") == 1


def test_an_old_page_on_which_nothing_was_written_changes_nothing(draft: Draft) -> None:
    draft.save(entry(A, "a"))
    old = draft.page()
    draft.save(entry(A, "a"), entry(B, "b"))
    reply = draft.post(old)
    assert "Inget var ändrat" in reply.text
    assert (draft.said(), draft.answer()["version"]) == (["a", "b"], 2)


def test_a_form_without_all_of_the_list_takes_none_of_it_away(draft: Draft) -> None:
    draft.save(entry(A, "a"), entry(B, "b"))
    form = draft.page()
    cut = {key: said for key, said in form.items() if key != "q.exempel.whole"}
    draft.post(cut | {f"q.exempel.entry.{A}.text": "annat"})
    assert (draft.said(), draft.answer()["version"]) == (["a", "b"], 1)
    # An entry that is missing all the same is kept among the removed ones.
    draft.post(form | {"q.exempel.entry": [A, "new"]})
    assert (draft.said(), draft.said("removed")) == (["a"], ["b"])


def test_an_entry_named_twice_or_badly_or_ten_thousand_times(draft: Draft) -> None:
    draft.save(entry(A, "a"))
    form = draft.page()
    draft.post(form | {"q.exempel.entry": [A, A, "new"]})
    assert draft.said() == ["a"]
    bad = form | {"q.exempel.entry": ["../x"], "q.exempel.entry.../x.text": "b"}
    reply = draft.post(bad)
    assert reply.status_code == 422
    many = [f"{number:08}" for number in range(1001)]
    crowd = {"entries": [entry(name, "x") for name in many], "removed": []}
    refused = draft.person.save(draft.number, "exempel", crowd, 1)
    assert (refused.status_code, refused.get_json()["error"]) == (422, "list_too_long")
    assert draft.said() == ["a"]


def test_a_problem_stands_in_its_entry_and_leads_to_its_field(draft: Draft) -> None:
    draft.save(entry(A, "a", andel="nittio"), {"id": B, "values": {"rubrik": "Bara rubrik"}})
    page = draft.person.get(draft.url).text
    own = page.partition(f'id="entry-{A}.problems"')[2].partition("</ul>")[0]
    assert f'href="#q.exempel.entry.{A}.andel">Exempel 1, Andel som deltog</a>: ' in own
    assert f'href="#q.exempel.entry.{B}.text">Exempel 2, Beskriv</a>: ' in page
    whole = page.partition('id="q.exempel.problems"')[2].partition("</ul>")[0]
    assert "Exempel" not in whole
    wrong = re.findall(r'<(?:input|textarea) [^>]*name="(q.exempel[^"]*)"[^>]*aria-invalid', page)
    assert wrong == [f"q.exempel.entry.{A}.andel"]


def test_a_field_that_is_not_asked_for_is_there_while_it_holds_something(draft: Draft) -> None:
    draft.save(entry(A, "a", niva="information", varfor="Kvar"), entry(B, "b"))
    page = draft.person.get(draft.url).text
    assert "Kvar</textarea>" in page
    fields = re.findall(r'data-field="varfor"( hidden)?>', page)
    assert fields == ["", " hidden", " hidden"]  # the last one in the empty entry
    form = draft.page() | {f"q.exempel.entry.{A}.niva": "information"}
    draft.post(form)
    assert draft.answer()["value"]["entries"][0]["values"]["varfor"] == "Kvar"


def test_the_list_of_last_year_stands_beside_and_comes_over_entry_by_entry(
    stage: Stage, app: Flask
) -> None:
    def form(year: str, **more: Any) -> str:
        asked = {"id": "exempel", "kind": "list", "text": "Exempel?", "entry": "Exempel",
                 "fields": [{"id": "text", "kind": "text", "text": "Beskriv"}]}  # fmt: skip
        return json.dumps({
            "id": f"lista-{year}", "version": "1.0.0", "title": "Prov", "period": year,
            "authority": {"name": "Myndigheten"}, "unanswered": "allow", **more,
            "sections": [{"id": "a", "title": "A", "questions": [asked]}],
        })  # fmt: skip

    def drafted(number: str, text: str) -> int:
        with stage.database.writing() as session:
            stage.specification = add_specification(session, text, stage.now)
        (made,) = stage.open(number)
        return made

    old = drafted("RS25001", form("2025"))
    gone = {"entries": [entry(A, "a"), entry(B, "b")], "removed": [entry(C, "borttagen")]}
    assert isinstance(stage.save(old, "exempel", gone, 0), Saved)
    stage.send(old)
    stage.approve(old)
    new = drafted("RS26001", form("2026", continues="lista-2025"))
    person, url = stage.sign_in(app, "strategist"), f"/submissions/{new}/sections/a"
    page = person.get(url).text
    assert "Exempel 1\nBeskriv: a\n\nExempel 2\nBeskriv: b" in page
    assert "borttagen" not in page
    fields = {
        "whole": "1",
        "q.exempel.version": "0",
        "q.exempel.entry": "new",
        "q.exempel.entry.new.text": "",
        "q.exempel.whole": "1",
        "carry": "exempel",
    }
    person.post(url, fields)
    held = person.submission(new)["answers"]["exempel"]
    assert (held["carried"], held["value"]) == (
        True, {"entries": [entry(A, "a"), entry(B, "b")], "removed": []},
    )  # fmt: skip
    assert "överfört, ej granskat" in person.get(url).text
