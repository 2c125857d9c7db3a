"""Two people change one answer: both texts are shown, neither is lost."""

from __future__ import annotations

import html
import io
import re
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.bad_input.forms import hidden_fields, post_page, save, value_of, words
from tests.conftest import GNV, Installation, Person


def test_a_stale_save_answers_with_both_and_keeps_the_loser(shared: Installation) -> None:
    one, two = shared.person("strateg"), shared.person("strateg2")
    at = one.version(GNV, "24")
    assert one.save(GNV, "24", "Den ena texten", at).status_code == 200
    reply = two.save(GNV, "24", "Den andra texten", at)
    told = reply.get_json()
    assert reply.status_code == 409
    assert told["message"].startswith("Någon annan har ändrat svaret. Inget är förlorat")
    assert told["texts"] == {"yours": "Den andra texten", "theirs": "Den ena texten"}
    assert told["theirs"]["version"] == at + 1
    history = words(one.get(f"/submissions/{GNV}/history/24"))
    assert "Den andra texten" in history
    assert "Gällde aldrig: någon annan hann före" in history
    assert value_of(one, "24") == "Den ena texten"


def test_saving_again_what_stands_is_no_conflict(strateg: Person) -> None:
    """A retry after a reply that got lost on its way."""
    at = strateg.version(GNV, "24")
    first = strateg.save(GNV, "24", "Samma text", at)
    again = strateg.save(GNV, "24", "Samma text", at)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.get_json()["version"] == again.get_json()["version"] == at + 1


def _conflict(shared: Installation, question: str, mine: Any, theirs: Any) -> tuple[Person, Any]:
    """Two people post the same page; the second one's conflict page."""
    one, two = shared.person("strateg"), shared.person("strateg2")
    at = one.version(GNV, question)
    assert save(one, question, theirs).status_code == 200
    reply = post_page(two, question, mine, at)
    assert reply.status_code == 409
    assert "Två har ändrat samma svar" in reply.text
    return two, reply


def _settle(person: Person, page: Any, keep: str) -> TestResponse:
    hidden = {
        name: html.unescape(value)
        for name, value in re.findall(
            r'<input type="hidden" name="(question|version|yours_json)" value="([^"]*)"', page.text
        )
    }
    assert set(hidden) == {"question", "version", "yours_json"}
    return person.post(f"/submissions/{GNV}/conflict", {**hidden, "keep": keep})


@pytest.mark.parametrize(
    ("keep", "after"),
    [("mine", "Min <b>&amp; text"), ("theirs", "Deras"), ("both", "Deras\n\nMin <b>&amp; text")],
)
def test_a_stale_page_without_javascript(shared: Installation, keep: str, after: str) -> None:
    save(shared.person("strateg"), "24", f"Före {keep}")
    two, page = _conflict(shared, "24", {"": "Min <b>&amp; text"}, "Deras")
    assert "Min &lt;b&gt;&amp;amp; text" in page.text
    assert "Deras" in page.text
    assert _settle(two, page, keep).status_code == 302
    assert value_of(two, "24") == after
    history = two.get(f"/submissions/{GNV}/history/24").text
    assert "Min &lt;b&gt;&amp;amp; text" in history
    assert "Deras" in history


def test_both_of_three_boxes(shared: Installation) -> None:
    save(shared.person("strateg"), "1", ["x", "y", "z"])
    mine = {".box.1": "Ett", ".box.2": "Lika", ".box.3": ""}
    two, page = _conflict(shared, "1", mine, ["Uno", "Lika", "Tre"])
    assert _settle(two, page, "both").status_code == 302
    assert value_of(two, "1") == ["Uno\n\nEtt", "Lika", "Tre"]


def test_a_newer_save_while_settling_shows_the_conflict_again(shared: Installation) -> None:
    save(shared.person("strateg"), "24", "Före")
    two, page = _conflict(shared, "24", {"": "Min"}, "Deras")
    save(shared.person("strateg"), "24", "Ännu nyare")
    again = _settle(two, page, "mine")
    assert again.status_code == 409
    assert "Ännu nyare" in again.text
    assert value_of(two, "24") == "Ännu nyare"
    assert _settle(two, again, "mine").status_code == 302
    assert value_of(two, "24") == "Min"


def test_the_other_answers_of_a_stale_page_are_saved(shared: Installation) -> None:
    one, two = shared.person("strateg"), shared.person("strateg2")
    stale, fresh = one.version(GNV, "24"), one.version(GNV, "32")
    save(one, "24", "Deras igen")
    form = {"whole": "1", "q.24": "Min igen", "q.24.version": str(stale),
            "q.32": "417", "q.32.version": str(fresh)}  # fmt: skip
    assert two.post(f"/submissions/{GNV}/sections/kontinuitet", form).status_code == 409
    assert value_of(two, "32") == 417


PAGE = f"/submissions/{GNV}/sections/kontinuitet"


def _page(person: Person, *questions: str) -> dict[str, str]:
    """The form of a page that shows some questions as they are."""
    form = {"whole": "1"}
    for question in questions:
        form[f"q.{question}"] = str(value_of(person, question) or "")
        form[f"q.{question}.version"] = str(person.version(GNV, question))
    return form


def test_what_nobody_touched_here_is_no_conflict(shared: Installation) -> None:
    """A page has many questions; what others saved in those that one left alone just stays."""
    one, two = shared.person("strateg"), shared.person("strateg2")
    for question, value in (("24", "Som det var"), ("30", 10), ("32", 1200)):
        save(one, question, value)
    form = _page(two, "24", "30", "32")
    for question, value in (("24", "Kollegans"), ("30", 11)):
        save(one, question, value)
    reply = two.post(PAGE, {**form, "q.32": "1 300"})
    assert reply.status_code == 200, words(reply)
    assert "1 svar sparat." in words(reply)
    assert [value_of(two, item) for item in ("24", "30", "32")] == ["Kollegans", 11, 1300]
    assert "Gällde aldrig" not in words(two.get(f"/submissions/{GNV}/history/30"))
    again = two.post(PAGE, {**form, "q.24": ""})
    assert again.status_code == 409, "emptying is writing"
    assert value_of(two, "24") == "Kollegans"


def test_each_of_several_conflicts_can_be_settled(shared: Installation) -> None:
    one, two = shared.person("strateg"), shared.person("strateg2")
    form = _page(two, "24", "32")
    for question, value in (("24", "Deras <24>"), ("32", 32)):
        save(one, question, value)
    page = two.post(PAGE, {**form, "q.24": "Min <24>", "q.32": "33"})
    first, second = (hidden_fields(part) for part in _forms(page.text))
    assert (first["question"], second["question"]) == ("24", "32")
    save(one, "32", 34)
    left = two.post(f"/submissions/{GNV}/conflict", {**first, "keep": "mine"})
    assert value_of(two, "24") == "Min <24>"
    assert left.status_code == 409, "the other one still waits"
    [rest] = (hidden_fields(part) for part in _forms(left.text))
    assert rest["question"] == "32"
    assert rest["version"] == str(two.version(GNV, "32")), "beside what stands now"
    done = two.post(f"/submissions/{GNV}/conflict", {**rest, "keep": "mine"})
    assert done.status_code == 302
    assert value_of(two, "32") == 33


def _forms(page: str) -> list[str]:
    """The forms of a conflict page, each as a page of its own."""
    return [f"<main{part}" for part in page.split('<section class="card conflict"')[1:]]


@pytest.mark.parametrize(
    "rest",
    ["x", "[1]", "[{}]", '[{"question": "nej", "value": "", "blank": null}]',
     '[{"question": "24", "value": [[1]], "blank": null}]', "[" * 100_000],
)  # fmt: skip
def test_other_conflicts_that_cannot_be(strateg: Person, rest: str) -> None:
    save(strateg, "24", "Före")
    form = {"question": "24", "version": str(strateg.version(GNV, "24")), "keep": "mine",
            "yours_json": '{"value": "Min", "blank": null}', "rest": rest}  # fmt: skip
    assert strateg.post(f"/submissions/{GNV}/conflict", form).status_code == 422
    assert value_of(strateg, "24") == "Före"


def test_what_else_could_not_be_saved_is_told_beside_the_conflict(shared: Installation) -> None:
    one, two = shared.person("strateg"), shared.person("strateg2")
    form: dict[str, Any] = _page(two, "24")
    save(one, "24", "Deras, och en fil")
    file = (io.BytesIO(b"MZ"), "program.exe")
    page = two.post(PAGE, {**form, "q.24": "Min, och en fil", "q.27a.file": file})
    assert page.status_code == 409
    assert "program.exe" in words(page)


def test_restoring_takes_the_value_that_was_shown(shared: Installation) -> None:
    """A colleague's save that loses meanwhile stands in the history too, and changes no version."""
    one, two = shared.person("strateg"), shared.person("strateg2")
    for text in ("Den äldre", "Den nyare"):
        save(one, "24", text)
    at = one.version(GNV, "24")
    page = one.get(f"/submissions/{GNV}/history/24").text
    card = next(part for part in page.split("<section")[1:] if "Den äldre" in part)
    form = hidden_fields(f"<main{card}")
    assert two.save(GNV, "24", "Förlorade", at - 1).status_code == 409
    assert one.post(f"/submissions/{GNV}/history/24", form).status_code == 302
    assert value_of(one, "24") == "Den äldre"
