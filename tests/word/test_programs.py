"""Files as the programs save them that people write in."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from survey_app.core.evaluation import Given
from survey_app.export.word.draft import HINT
from survey_app.export.word.markup import W, run
from survey_app.export.word.reading import MOST_TOLD
from tests.word.filling import controls, edited, filled, parts, zipped
from tests.word.test_reading import DATA, changed, judged

SAVED = Path(__file__).parent / "saved"
"""``DATA``, opened in LibreOffice 25.2, written and ticked in, and saved as DOCX there; in the
second with changes tracked, the table of ticks taken away, and a line added at the end."""
LATER = ("tabell",)
"""Questions of the draft that had no controls yet when these files were saved."""


def test_what_libreoffice_saves() -> None:
    result = judged((SAVED / "libreoffice-25.2.docx").read_bytes())
    unread = [item for item in result.unread if item.question not in LATER]
    assert (unread, result.strays) == ([], [])
    assert {item.question: item.given for item in result.changed} == {
        "text": Given("Ny text med å ä ö\nandra raden\n\nfjärde"),
        "rutor": Given(["Ruta ett", "Ifylld ruta två", "Ruta tre"]),
        "val": Given({"chosen": "nej",
                      "details": {"ja": "En plan\nmed två rader", "nej": "Därför\natt"}}),
        "andel": Given(61),
        "pengar": Given("12.5"),
        "rader": Given({"x": "ja", "y": "nej"}),
    }  # fmt: skip


def test_what_libreoffice_saves_with_changes_tracked() -> None:
    result = judged((SAVED / "libreoffice-25.2-tracked.docx").read_bytes())
    assert {item.question: item.given.value for item in result.changed} == {
        "text": "Spårad text\nrad två",
        "rutor": ["Ruta ett", "Ifylld spårad", "Ruta tre"],
    }
    unread = [(item.why, item.question) for item in result.unread if item.question not in LATER]
    assert unread == [("missing", "rader")]
    assert result.strays == ["Glöm inte bilagan!"]


def in_swedish(data: bytes) -> bytes:
    """Word names the ids of its own styles in its own language when it saves."""
    files = parts(data)
    for name in ("word/document.xml", "word/styles.xml"):
        files[name] = (
            files[name].replace(b'"PlaceholderText"', b'"Platshllartext"')
            .replace(b'"Normal"', b'"Standard"').replace(b'"Heading', b'"Rubrik')
        )  # fmt: skip
    return zipped(files)


def test_a_hint_is_no_answer_in_a_swedish_word() -> None:
    data = in_swedish(filled(DATA, {"text.t": "Skrivet i en svensk Word"}))
    assert changed(data) == {"text": "Skrivet i en svensk Word"}


def test_a_box_that_was_emptied_in_a_swedish_word_is_empty() -> None:
    """Word puts a hint of its own where nothing is left."""

    def empty(root: Any) -> None:
        control = controls(root)["text.t"]
        properties = control.find(f"{W}sdtPr")
        properties.insert(4, properties.makeelement(f"{W}showingPlcHdr"))
        control.find(f"{W}sdtContent")[:] = [
            run("Klicka eller tryck här för att ange text.", style="PlaceholderText")
        ]

    assert changed(in_swedish(edited(DATA, empty))) == {"text": None}


@pytest.mark.parametrize("gone", [b"<w:showingPlcHdr/>", b'<w:rStyle w:val="PlaceholderText"/>'])
def test_a_hint_whose_marks_are_lost_is_still_no_answer(gone: bytes) -> None:
    files = parts(DATA)
    assert gone in files["word/document.xml"]
    assert HINT.encode() in files["word/document.xml"]
    files["word/document.xml"] = files["word/document.xml"].replace(gone, b"")
    assert changed(zipped(files)) == {}


def test_no_more_is_told_than_can_be_read() -> None:
    def multiply(root: Any) -> None:
        control = controls(root)["text.t"]
        control.find(f"{W}sdtPr/{W}tag").set(f"{W}val", "Annat")
        for _ in range(2 * MOST_TOLD):
            control.addnext(deepcopy(control))

    assert len(judged(edited(DATA, multiply)).unread) == MOST_TOLD + 1, "and what is missing"
