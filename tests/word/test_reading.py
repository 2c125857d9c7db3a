"""A Word file that comes back: what Word and other programs do to it, and what is made of that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from survey_app.core.evaluation import NOTHING, Given
from survey_app.core.kinds import KINDS
from survey_app.export.word.comparison import Comparison, compare
from survey_app.export.word.draft import draft_document
from survey_app.export.word.markup import W, paragraph, run, w
from survey_app.export.word.reading import read_document
from tests.export.samples import ANSWERS, MADE_AT, QUESTIONNAIRE
from tests.word.filling import controls, edited, filled, parts, typed_beside, zipped
from tests.word.test_draft import SHA256, specimen

DRAFT = specimen()
DATA = draft_document(DRAFT, MADE_AT)
PRINTED = read_document(DATA).strays


def judged(data: bytes, submission: int = 7, sha256: str = SHA256) -> Comparison:
    return compare(
        read_document(data), submission, sha256, QUESTIONNAIRE,
        lambda question, _version: DRAFT.answers.get(question, NOTHING), PRINTED,
    )  # fmt: skip


def changed(data: bytes) -> dict[str, Any]:
    """The values that are not as they were; nothing else may be amiss."""
    result = judged(data)
    assert (result.unread, result.strays, result.remarks) == ([], [], [])
    return {item.question: item.given.value for item in result.changed}


def test_unfilled_it_changes_nothing() -> None:
    result = judged(DATA)
    assert set(result.equal) == {
        item.id
        for item in QUESTIONNAIRE.questions()
        if item.filled_by == "writer" and item.kind != "computed"
    }
    assert changed(DATA) == {}


@pytest.mark.parametrize(
    ("values", "question", "value"),
    [
        ({"text.t": "Ny text\n\nmed rader\toch tabb"}, "text", "Ny text\n\nmed rader\toch tabb"),
        ({"text.t": "  mellanslag  "}, "text", "  mellanslag  "),
        ({"text.t": "åäö 🎈 <&>"}, "text", "åäö 🎈 <&>"),
        ({"rutor.b.2": "Ruta två"}, "rutor", ["Ruta ett", "Ruta två", "Ruta tre"]),
        ({"antal.t": "1 000 besök".removesuffix(" besök")}, "antal", 1000),
        ({"pengar.t": "12,5 kronor"}, "pengar", "12.5"),
        ({"dag.t": "1 april 2026"}, "dag", "2026-04-01"),
        ({"val.o.ja": False, "val.o.nej": True, "val.d.nej": "För att"}, "val",
         {"chosen": "nej", "details": {"ja": "En plan\nmed två rader", "nej": "För att"}}),
        ({"flera.o.a": False}, "flera", {"chosen": ["b"], "details": {"b": "12.5"}}),
        ({"rader.r.y.nej": True}, "rader", {"x": "ja", "y": "nej"}),
        ({"tabell.c.2025-01.a": "626", "tabell.c.2025-01.b": "saknas", "tabell.c.2024-12.b": "",
          "tabell.c.2025-01.c": "\u2013", "tabell.c.2024-12.c": "0"}, "tabell",
         {"cells": {"2024-12": {"a": 1632, "c": 0, "totalt": 1633},
                    "2025-01": {"a": 626, "b": None}},
          "notes": {"column:c": "Kommun Två räknade inte 2024."}}),
        ({"tabell.c.2024-12.totalt": "1\u00a0632,0", "tabell.m": "Ny not"}, "tabell",
         {"cells": {"2024-12": {"a": 1632, "b": 21, "c": None, "totalt": 1632},
                    "2025-01": {"a": 625, "c": 0}},
          "notes": {"": "Ny not", "column:c": "Kommun Två räknade inte 2024."}}),
        ({"exempel.e.1.~2": "Nytt\nsätt", "exempel.e.1.~3.~1": True, "exempel.e.1.~3.~2": False,
          "exempel.e.2.~5": "62 procent"}, "exempel",
         {"entries": [
             {"id": "e3f9a1c2d4b5", "values": {
                 "rubrik": "Brukarrådet", "text": "Nytt\nsätt",
                 "niva": {"chosen": "information", "details": {}}, "varfor": "Båda lär sig"}},
             {"id": "0f9a1c2d4b5e",
              "values": {"text": "En enkät", "andel": 62, "dag": "2026-03-12"}}],
          "removed": []}),
        ({"foljd.t": "Dold och ändrad"}, "foljd", "Dold och ändrad"),
        ({"epost.t": ""}, "epost", None),
    ],
)  # fmt: skip
def test_what_is_filled_in_is_read(
    values: dict[str, str | bool], question: str, value: Any
) -> None:
    assert changed(filled(DATA, values)) == {question: value}


def test_two_ticks_in_one_field_of_an_entry_are_told_and_change_nothing() -> None:
    result = judged(filled(DATA, {"exempel.e.1.~3.~1": True}))
    assert (result.changed, [item.why for item in result.unread]) == ([], ["several_ticks"])
    assert result.unread[0].text == "Nivå: Information, Nivå: Dialog"


def test_files_stay_as_they_are() -> None:
    value = changed(filled(DATA, {"fil.t": "Annat"}))["fil"]
    assert value["text"] == "Annat"
    assert len(value["files"]) == 2


def test_the_words_for_leaving_it_empty() -> None:
    [item] = judged(filled(DATA, {"andel.n": False, "andel.t": "61 procent"})).changed
    assert item.given == Given(61, None)


def _as_paragraphs(root: Any) -> None:
    """What a program does that has no soft line breaks: a paragraph a line."""
    control = controls(root)["text.t"]
    control.find(f"{W}sdtContent")[:] = [
        paragraph("Normal", run("Ett")), paragraph("Normal"), paragraph("Normal", run("Två")),
    ]  # fmt: skip


def _tracked(root: Any) -> None:
    """Changes that nobody has accepted yet: read as if they were."""
    content = controls(root)["text.t"].find(f"{W}sdtContent")
    gone = run("Borta")
    gone.find(f"{W}t").tag = f"{W}delText"
    content[:] = [run("Ett "), w("del", gone), w("ins", run("nytt")), w("moveFrom", run("x"))]


def _split(root: Any) -> None:
    """Runs that Word cuts in pieces, with marks of the spelling between them."""
    content = controls(root)["text.t"].find(f"{W}sdtContent")
    content[:] = [run("Ett "), w("proofErr", type="spellStart"), run("ny"), run("tt"),
                  w("bookmarkStart", id="900", name="x"), w("r", w("noBreakHyphen"))]  # fmt: skip


def _alternatives(root: Any) -> None:
    """Two forms of the same for programs of two ages: one is read."""
    mc = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
    content = controls(root)["text.t"].find(f"{W}sdtContent")
    choice, fallback = (w(name, run("Ett"), space=mc) for name in ("Choice", "Fallback"))
    content[:] = [w("AlternateContent", choice, fallback, space=mc)]


@pytest.mark.parametrize(
    ("change", "text"),
    [(_as_paragraphs, "Ett\n\nTvå"), (_tracked, "Ett nytt"), (_split, "Ett nytt\u2011"),
     (_alternatives, "Ett")],
)  # fmt: skip
def test_other_ways_to_write_the_same(change: Callable[[Any], None], text: str) -> None:
    assert changed(edited(DATA, change)) == {"text": text}


def test_a_hint_is_no_answer_and_what_stands_in_its_place_is() -> None:
    held = ANSWERS["rutor"][1]
    assert held == ""

    def typed_over(root: Any) -> None:
        content = controls(root)["rutor.b.2"].find(f"{W}sdtContent")
        content[:] = [run("Skrivet, men flaggan är kvar")]

    assert changed(edited(DATA, typed_over))["rutor"][1] == "Skrivet, men flaggan är kvar"


def test_a_box_whose_state_is_lost_is_read_by_its_sign() -> None:
    def lost(root: Any) -> None:
        for key in ("val.o.ja", "val.o.nej"):
            properties = controls(root)[key].find(f"{W}sdtPr")
            properties.remove(properties[-1])
            controls(root)[key].find(f".//{W}t").text = "☒" if key.endswith("nej") else "☐"

    assert changed(edited(DATA, lost))["val"]["chosen"] == "nej"


def _unread(data: bytes) -> list[tuple[str, str, str]]:
    return [(item.why, item.question, item.text) for item in judged(data).unread]


def test_two_ticks_where_one_is_asked_are_told_and_the_rest_is_read() -> None:
    data = filled(DATA, {"val.o.nej": True, "val.d.nej": "Därför", "rader.r.x.nej": True})
    assert _unread(data) == [
        ("several_ticks", "val", "Ja, beskriv:, Nej, varför:"),
        ("several_ticks", "rader", "Kontinuitet: Ja, Kontinuitet: Nej"),
    ]
    [item] = judged(data).changed
    assert item.given.value["chosen"] == "ja"
    assert item.given.value["details"]["nej"] == "Därför"


def test_a_control_that_is_gone_changes_nothing_and_is_told() -> None:
    def remove(root: Any) -> None:
        control = controls(root)["text.t"]
        control.getparent().remove(control)

    data = edited(DATA, remove)
    assert _unread(data) == [("missing", "text", "")]
    assert not judged(data).changed


def test_the_same_control_twice() -> None:
    def double(root: Any) -> None:
        import copy

        control = controls(root)["text.t"]
        second = copy.deepcopy(control)
        control.addnext(second)
        second.find(f"{W}sdtContent")[:] = [run("Den andra")]

    assert _unread(edited(DATA, double)) == [("twice", "text", "Den andra")]


def test_pictures_and_lost_boxes_are_told() -> None:
    def paste(root: Any) -> None:
        controls(root)["text.t"].find(f".//{W}r").append(w("drawing"))
        box = controls(root)["flera.o.c"]
        box.find(f"{W}sdtPr").remove(box.find(f"{W}sdtPr")[-1])
        box.find(f".//{W}t").text = "Ingen alls"

    # Of the box nothing is known any more, so the question lacks a part.
    assert _unread(edited(DATA, paste)) == [
        ("picture", "text", ANSWERS["text"]),
        ("tick_lost", "flera", "Ingen alls"),
        ("missing", "flera", ""),
    ]


def test_another_submission_and_another_form_are_told_apart() -> None:
    data = filled(DATA, {"text.t": "Hit"})
    other = judged(data, submission=8)
    assert not other.ours
    assert {item.why for item in other.unread} == {"other_submission"}
    assert "Hit" in [item.text for item in other.unread]
    older = judged(data, sha256="0" * 64)
    assert {item.why for item in older.unread} == {"other_questionnaire"}


def test_controls_of_others_are_told_with_what_stands_in_them() -> None:
    def tag(root: Any) -> None:
        controls(root)["text.t"].find(f"{W}sdtPr/{W}tag").set(f"{W}val", "Titel")

    assert [item[0] for item in _unread(edited(DATA, tag))] == ["unknown", "missing"]


def test_what_is_written_beside_the_boxes_is_told() -> None:
    result = judged(edited(DATA, lambda root: typed_beside(root, "Glöm inte bilagan!")))
    assert result.strays == ["Glöm inte bilagan!"]


COMMENTS = (
    '<w:comments xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    '<w:comment w:id="0" w:author="Enheten"><w:p><w:r><w:t>Stämmer det här?</w:t></w:r></w:p>'
    "</w:comment></w:comments>"
)


def test_comments_are_told_with_where_they_stand() -> None:
    def comment(root: Any) -> None:
        control = controls(root)["rutor.b.2"]
        control.addprevious(w("commentRangeStart", id="0"))
        control.find(f"{W}sdtContent").append(w("r", w("commentReference", id="0")))

    files = parts(edited(DATA, comment))
    files["word/comments.xml"] = COMMENTS.encode()
    kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
    files["word/_rels/document.xml.rels"] = files["word/_rels/document.xml.rels"].replace(
        b"</Relationships>",
        b'<Relationship Id="c" Type="' + kind + b'" Target="comments.xml"/></Relationships>',
    )
    [remark] = judged(zipped(files)).remarks
    assert (remark.author, remark.text) == ("Enheten", "Stämmer det här?")
    assert remark.at == "Fråga 2, ruta 2 av 3"


def test_what_xml_cannot_hold_is_no_change() -> None:
    asked = QUESTIONNAIRE.by_id["text"]
    held = Given(KINDS["text"].parse(asked, "Klocka\x07 och \ufffe"))
    draft = specimen()
    answers = {**draft.answers, "text": held}
    data = draft_document(
        type(draft)(QUESTIONNAIRE, answers, draft.evaluation, draft.content, draft.versions),
        MADE_AT,
    )
    result = compare(
        read_document(data), 7, SHA256, QUESTIONNAIRE,
        lambda question, _version: answers.get(question, NOTHING), PRINTED,
    )  # fmt: skip
    assert result.changed == []


def test_strict_documents_are_read() -> None:
    """What Word saves as Strict Open XML Document."""
    files = parts(filled(DATA, {"text.t": "Strikt"}))
    files = {
        name: body.replace(
            b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
            b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        ).replace(
            b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        )
        for name, body in files.items()
    }
    assert changed(zipped(files)) == {"text": "Strikt"}
