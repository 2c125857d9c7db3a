"""Two people change one answer: both texts are shown, neither is lost."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.bad_input.forms import post_page, save, value_of, words
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
