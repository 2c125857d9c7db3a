"""The pages: download, hand in, look, take in; proposals at the questions and on one page."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest

from survey_app.export.word.container import MEDIA_TYPE
from tests.conftest import Person
from tests.stage import PDF_BYTES, Stage
from tests.word.conftest import exported, taken_in
from tests.word.filling import edited, filled, typed_beside

NEW = "Vi har gjort ännu mer."


@pytest.fixture
def person(stage: Stage, app: Any) -> Person:
    return stage.sign_in(app, "strategist")


def hand_in(person: Person, submission: int, data: bytes, name: str = "svar.docx") -> Any:
    form = {"file": (io.BytesIO(data), name)}
    return person.post(f"/submissions/{submission}/word", form)


def test_the_whole_way(stage: Stage, person: Person, draft: int) -> None:
    here = f"/submissions/{draft}"
    reply = person.get(f"{here}/export.docx")
    assert reply.mimetype == MEDIA_TYPE
    assert 'filename="UTKAST-RS' in reply.headers["Content-Disposition"]
    data = edited(filled(reply.data, {"1.t": NEW, "2.o.nej": True}),
                  lambda root: typed_beside(root, "Fråga <b>chefen</b>"))  # fmt: skip
    look = hand_in(person, draft, data).headers["Location"]
    page = person.get(look).text
    assert "<del>mycket.</del><ins>ännu mer.</ins>" in page
    assert "Mer än ett alternativ är förkryssat" in page
    assert "Ja, Nej" in page
    assert "Fråga &lt;b&gt;chefen&lt;/b&gt;" in page
    assert "Inget är inläst än" in page
    assert "Förslag ur" not in person.get(f"{here}/sections/a").text
    told = person.post(f"{look}/proposals", follow_redirects=True).text
    assert "1 förslag står nu bredvid svaret. Inget svar är ändrat." in told
    assert "<del>mycket.</del><ins>ännu mer.</ins>" in told
    assert "Vi har gjort mycket." in person.get(f"{here}/sections/a").text
    assert "Förslag ur Word-filer att ta ställning till" in person.get(here).text
    kept = person.get(look).text
    assert "Blev förslag" in kept
    assert "Fråga &lt;b&gt;chefen&lt;/b&gt;" in kept
    assert person.get(f"{look}/file").data == data
    form = re.search(rf"{here}/proposals/(\d+)\"", told)
    assert form
    told = person.post(f"{here}/proposals/{form[1]}", {"do": "theirs", "version": "1"},
                       follow_redirects=True).text  # fmt: skip
    assert "Förslaget är övertaget." in told
    assert "Övertaget av strategist" in told
    history = person.get(f"{here}/history/1").text
    assert "förslag övertaget ur" in history
    assert stage.read(draft).answers["1"].value == NEW


def propose(stage: Stage, draft: int) -> None:
    taken_in(stage, draft, filled(exported(stage, draft), {"1.t": NEW}))


def chosen(page: str, do: str) -> str:
    found = re.search(rf'name="propose" value="({do}\.[^"]+)"', page)
    assert found, page
    return found[1]


def test_a_proposal_is_taken_over_at_its_question(stage: Stage, person: Person, draft: int) -> None:
    """Without scripts, too: what was typed in other questions on the page is saved first."""
    propose(stage, draft)
    url = f"/submissions/{draft}/sections/a"
    page = person.get(url).text
    assert "<del>mycket.</del><ins>ännu mer.</ins>" in page
    reply = person.post(url, {
        "q.3": "Skrivet på samma sida", "q.3.version": "0", "whole": "1",
        "propose": chosen(page, "theirs"),
    })  # fmt: skip
    assert reply.headers["Location"].endswith(f"{url}#question-1")
    answers = stage.read(draft).answers
    assert (answers["1"].value, answers["3"].value) == (NEW, "Skrivet på samma sida")


def test_what_was_typed_in_the_question_itself_is_not_replaced_unseen(
    stage: Stage, person: Person, draft: int
) -> None:
    propose(stage, draft)
    url = f"/submissions/{draft}/sections/a"
    page = person.get(url).text
    reply = person.post(url, {
        "q.1": "Ändrat nyss.", "q.1.version": "1", "whole": "1", "propose": chosen(page, "theirs"),
    })  # fmt: skip
    assert reply.headers["Location"].endswith(f"/submissions/{draft}/proposals")
    told = person.get(reply.headers["Location"]).text
    assert "Svaret har ändrats sedan du läste förslaget. Inget är gjort" in told
    assert "Ta med båda" in told
    assert stage.read(draft).answers["1"].value == "Ändrat nyss."


def test_a_proposal_is_dismissed_at_its_question(stage: Stage, person: Person, draft: int) -> None:
    propose(stage, draft)
    url = f"/submissions/{draft}/sections/a"
    person.post(url, {"whole": "1", "propose": chosen(person.get(url).text, "dismiss")})
    assert "Förslag ur" not in person.get(url).text
    assert "Avfärdat av strategist" in person.get(f"/submissions/{draft}/proposals").text
    assert stage.read(draft).answers["1"].value == "Vi har gjort mycket."


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (PDF_BYTES, "svar.docx", "är inte det som namnet säger"),
        (PDF_BYTES, "svar.pdf", "inget Word-dokument"),
        (b"", "svar.docx", "är tom"),
        (b"PK", "svar.exe", "är inte av rätt slag"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_words(
    person: Person, draft: int, data: bytes, name: str, said: str
) -> None:
    reply = hand_in(person, draft, data, name)
    assert reply.status_code == 422
    assert 'id="problem-summary"' in reply.text
    assert name in reply.text
    assert said in reply.text
    nothing = person.post(f"/submissions/{draft}/word", {})
    assert nothing.status_code == 422
    assert "Välj filen först." in nothing.text


def test_readers_see_proposals_and_decide_nothing(stage: Stage, app: Any, draft: int) -> None:
    propose(stage, draft)
    reader = stage.sign_in(app, "archivist")
    page = reader.get(f"/submissions/{draft}/proposals").text
    assert "<ins>ännu mer.</ins>" in page
    assert 'name="do"' not in page
    assert "<ins>ännu mer.</ins>" in reader.get(f"/submissions/{draft}/sections/a").text
