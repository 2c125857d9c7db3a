"""What is concealed is left out of what the public gets."""

from __future__ import annotations

from survey_app.export.pdf.words import read_words
from survey_app.export.registry import registry_csv
from survey_app.services.register.registration import Secrecy, mark_secrecy
from survey_app.services.register.registry import registry_pdf
from tests.stage import Stage

from .entries import CASE, WHEN, entries, whole


def mark(stage: Stage, number: int, secrecy: Secrecy) -> None:
    with stage.database.writing() as session:
        mark_secrecy(session, stage.actor("archivist"), CASE, number, secrecy, stage.now, stage.key)


def shapes(stage: Stage, *, public: bool) -> tuple[str, str]:
    with stage.database.reading() as session:
        pdf = registry_pdf(session, stage.actor("archivist"), CASE, WHEN, public=public)
    return read_words(pdf), registry_csv(CASE, entries(stage), public=public).decode()


def test_what_is_concealed_is_left_out_for_the_public(stage: Stage) -> None:
    stage.open(CASE)
    stage.register(CASE, counterpart="Hemlig Avsändare", subject="Hemligt ärende",
                   secrecy=Secrecy("OSL 25 kap. 1 §", True, True))  # fmt: skip
    for text in shapes(stage, public=True):
        assert "Hemlig" not in text
        assert "begäran.pdf" not in text
        assert "utelämnat" in text
        assert "Sekretess: OSL 25 kap. 1 §" in text
    for text in shapes(stage, public=False):
        assert "Från: Hemlig Avsändare" in text
        assert "Begäran: Hemligt ärende" in text
    mark(stage, 1, Secrecy())
    for text in shapes(stage, public=True):
        assert "Hemlig Avsändare" in text, "the newest mark holds"
        assert "Sekretess:" not in text


def test_what_was_born_here_can_be_marked_too(stage: Stage) -> None:
    whole(stage)
    mark(stage, 3, Secrecy("OSL 21 kap. 1 §", conceals_subject=True))
    pdf, table = shapes(stage, public=True)
    assert "underlag.pdf" not in pdf + table
    assert pdf.count("Bilaga: utelämnat") == table.count("Bilaga: utelämnat") == 1


def test_the_public_gets_no_hash_by_which_a_masked_answer_could_be_guessed(stage: Stage) -> None:
    whole(stage)
    hashes = [entry.file.sha256 for entry in entries(stage) if entry.file]
    assert len(hashes) >= 2
    for text in shapes(stage, public=True):
        assert not [sha256 for sha256 in hashes if sha256 in text]
    _, table = shapes(stage, public=False)
    assert all(sha256 in table for sha256 in hashes)
