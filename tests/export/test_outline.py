"""What a document says, before it is drawn."""

from __future__ import annotations

import pytest

from survey_app.core.content import sha256_of
from survey_app.core.kinds import KINDS
from survey_app.export import swedish
from survey_app.export.answers import READINGS
from survey_app.export.blocks import Outline, texts
from survey_app.export.outline import draft_outline, record_outline

from .samples import ANSWERS, CASE, MADE_AT, content, draft_content, record


def words(outline: Outline) -> list[str]:
    return [text for block in outline.blocks for text in texts(block)]


def after(said: list[str], text: str, count: int = 1) -> list[str]:
    place = said.index(text)
    return said[place + 1 : place + 1 + count]


def test_every_kind_has_a_reading() -> None:
    assert set(READINGS) == set(KINDS)


def test_the_specimen_has_every_kind() -> None:
    kinds = {entry["kind"] for part in content()["sections"] for entry in part["questions"]}
    assert kinds == set(KINDS)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("1. Vad har ni gjort?", ["Svar", ANSWERS["text"]]),
        (
            "2. Tre insatser?",
            ["Svar, ruta 1 av 3", "Ruta ett", "Svar, ruta 2 av 3", "Rutan lämnades tom."],
        ),
        ("Hur många?", ["Svar", "1\u00a0234\u00a0567\u00a0besök"]),
        ("Belopp?", ["Svar", "90\u00a0296\u00a0880\u00a0kronor"]),
        ("Totalt", ["Svar, beräknat ur svaren", "90\u00a0296\u00a0880\u00a0kronor"]),
        ("När?", ["Svar", "12\u00a0mars 2026"]),
        ("Var?", ["Svar", "https://vard.example/plan"]),
        (
            "Hur stor andel?",
            ["Svar", "Andelen kan inte anges", "Skäl", "Systemet mäter inte det."],
        ),
        ("E-post", ["strateg@demo.example"]),
        ("Telefon", ["Svar", "035-000 00 00 vx"]),
        ("Postnummer", ["Svar", "301 80"]),
        ("Organisationsnummer", ["Svar", "232100-0115"]),
        ("Varför ingen plan?", ["Svar", "Frågan ställdes inte."]),
    ],
)
def test_an_answer_reads_as_text(question: str, expected: list[str]) -> None:
    said = words(record_outline(record()))
    if question == "E-post":  # a fact of the approver has the same name
        assert expected[0] in said
        return
    assert after(said, question, len(expected)) == expected


def test_every_option_says_whether_it_was_chosen() -> None:
    said = words(record_outline(record()))
    place = said.index("3. Finns en plan?")
    assert said[place + 1 : place + 6] == [
        "En plan är ett beslut.",
        "Obligatorisk fråga.",
        "Valt: Ja, beskriv:",
        "En plan\nmed två rader",
        "Ej valt: Nej, varför:",
    ]
    assert after(said, "Vilka deltar?", 6) == [
        "Valt: Kommunerna",
        "Alla sex.",
        "Valt: Andra, andel:",
        "Andel",
        "12,5\u00a0procent",
        "Ej valt: Ingen",
    ]


def test_rows_read_as_question_and_answer() -> None:
    said = words(record_outline(record()))
    assert after(said, "Kontinuitet") == ["Svar: Ja"]
    assert after(said, "Tillgänglighet") == ["Inget svar."]
    assert after(said, "Bara ibland") == ["Raden frågades inte"]


def test_what_was_not_asked_is_listed_with_its_options() -> None:
    said = words(record_outline(record()))
    assert after(said, "Avsnitt som inte ställs") == ["Avsnittet ställdes inte."]
    place = said.index("En dold fråga?")
    assert said[place + 2] == "Frågan ställdes inte."
    assert {"• Päron", "• Kvitten"} <= set(said[place:])


def test_files_are_told_with_size_and_hash() -> None:
    made = record()
    said = words(record_outline(made))
    for file in made["content"]["enclosures"]:
        assert f"Bilaga {file['number']}: {file['name']}" in said
        assert said.count(f"SHA-256: {file['sha256']}") == 2
    assert "Hör till fråga 6a." in said
    assert "Se även länken." in said


def test_the_approval_and_the_hashes_are_told() -> None:
    made = record()
    said = words(record_outline(made))
    moment = "22\u00a0november 2026 kl.\u00a014.05.09 (svensk tid, UTC+1)"
    for name, value in {
        "Godkänt av": "Direktören",
        "Tidpunkt": moment,
        "Delegationsbeslut": "RS 2025-11-05 § 12",
        "Delegationen gäller": "1\u00a0januari 2026 till och med 31\u00a0december 2026",
        "Godkännande av eget arbete": "Ensam i tjänst den dagen.",
        "Handlingen": sha256_of(made),
        "Innehållet": sha256_of(made["content"]),
        "Formuläret": made["content"]["questionnaire"]["sha256"],
        "Rättslig grund": "förordningen (2024:1)",
        "Sista svarsdag": "1\u00a0december 2026",
    }.items():
        assert after(said, name) == [value]
    assert "Jag intygar att uppgifterna är riktiga.\nIntygat: Ja" in said


def test_a_draft_says_so_and_shows_what_is_not_sent() -> None:
    outline = draft_outline(draft_content(), MADE_AT)
    said = words(outline)
    assert outline.stamp == "UTKAST"
    assert any(text.startswith("UTKAST.") for text in said)
    not_sent = [said[place + 1] for place, text in enumerate(said) if text == "Skickas inte"]
    assert not_sent == [
        "Efter alternativet ”Nej, varför:”: Ett skäl som inte gäller",
        "En dold text.",
        "Valt: Päron",
    ]
    assert "Godkännande av eget arbete" not in said
    assert "Fylls i av den som godkänner." in said


def test_a_practice_case_says_so() -> None:
    outline = draft_outline(content(case={**CASE, "practice": True}), MADE_AT)
    assert any(text.startswith("Övningsärende.") for text in words(outline))
    assert not any("Övningsärende" in text for text in words(record_outline(record())))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (swedish.number(-1234), "\u22121\u00a0234"),
        (swedish.number("12.4"), "12,4"),
        (swedish.number("sextio"), "sextio"),
        (swedish.money("12.5"), "12,50\u00a0kronor"),
        (swedish.percent(61), "61\u00a0procent"),
        (swedish.day("i våras"), "i våras"),
        (swedish.moment("2026-07-01T00:30:00+00:00"),
         "1\u00a0juli 2026 kl.\u00a002.30.00 (svensk tid, UTC+2)"),
        (swedish.size(999), "999\u00a0byte"),
        (swedish.size(34_567), "34\u00a0567\u00a0byte (35\u00a0kB)"),
        (swedish.listed(["a", "b", "c"]), "a, b och c"),
        (swedish.listed(["a"]), "a"),
        (swedish.count(2), "två"),
    ],
)  # fmt: skip
def test_numbers_days_and_sizes_are_swedish(written: str, expected: str) -> None:
    assert written == expected
