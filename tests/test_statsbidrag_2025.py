"""The facts of Socialstyrelsen's form for the grant of 2025, and its demo answers."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from survey_app.core.condition import Atoms, is_shown
from survey_app.core.evaluation import Given, attestation_problems, evaluate
from survey_app.core.kinds import KINDS
from survey_app.core.kinds.attestation import AttestationAnswer
from survey_app.core.kinds.computed import ComputedAnswer, compute
from survey_app.core.kinds.contact import check_organisation_number
from survey_app.core.questionnaire import MatrixQuestion, Passage, Question, Questionnaire

HERE = Path(__file__).parents[1]
DEMO = HERE / "survey_app" / "demo"

AREAS = ("kontinuitet", "tillganglighet", "forebyggande", "planering", "kompetens")
WITHOUT_FOLLOW_UPS = ("habiliterande", "personcentrering", "landsbygd")
PARTS = ("form", "nivaer", "beskrivning", "typer", "samverkan")
SECTIONS = ("kontaktuppgifter", "mottaget", "anvandning", *AREAS, "glesbygd", "bedomning",
            "godkannande")  # fmt: skip
WITHOUT_STAR = {
    "mottagare-namn", "mottagare-organisationsnummer", "mottagare-adress",
    "mottagare-postnummer", "mottagare-postort",
    "kontakt-namn", "kontakt-befattning", "kontakt-epost", "kontakt-telefon",
    "totalt", "planering-form", "kompetens-samverkan", "bedomning-lag", "bedomning-hog",
}  # fmt: skip
DERIVED = {
    "utvecklingsomraden", "kontinuitet-nivaer", "kontinuitet-typer", "kontinuitet-samverkan",
    "tillganglighet-typer", "forebyggande-nivaer", "forebyggande-typer", "planering-nivaer",
    "planering-typer", "planering-samverkan", "kompetens-nivaer", "kompetens-typer",
}  # fmt: skip
OPEN_IN_SOURCE = {
    "glesbygdsbidrag", "kontinuitet-form", "forebyggande-form", "forebyggande-samverkan",
    "planering-form", "kompetens-form", "glesbygd", "bedomning-lag",
}  # fmt: skip


@pytest.fixture(scope="module")
def spec() -> Questionnaire:
    text = (HERE / "questionnaires" / "statsbidrag-2025.json").read_text(encoding="utf-8")
    return Questionnaire.model_validate_json(text)


@pytest.fixture(scope="module")
def demo() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((DEMO / "statsbidrag-2025.json").read_text("utf-8"))
    return loaded


def matrix(spec: Questionnaire) -> MatrixQuestion:
    question = spec.by_id["utvecklingsomraden"]
    assert isinstance(question, MatrixQuestion)
    return question


def given(*parts: dict[str, Any]) -> dict[str, Given]:
    """Demo answers as the evaluation takes them; a later part wins."""
    return {
        question: Given(answer["value"], answer.get("blank"))
        for part in parts
        for question, answer in part.items()
    }


def test_eleven_sections_in_the_printed_order(spec: Questionnaire) -> None:
    assert tuple(section.id for section in spec.sections) == SECTIONS
    sizes = [len(section.questions) for section in spec.sections]
    assert sizes == [9, 3, 1, 5, 5, 5, 5, 5, 1, 3, 5]
    assert len(list(spec.questions())) == len(spec.by_id) == 47


def test_each_area_asks_its_five_questions(spec: Questionnaire) -> None:
    for area in AREAS:
        section = spec.section(area)
        assert section is not None
        assert [question.id for question in section.questions] == [f"{area}-{p}" for p in PARTS]
        kinds = [question.kind for question in section.questions]
        assert kinds == ["multiple", "multiple", "text", "multiple", "multiple"]
        options = [len(q.options) for q in section.questions if q.kind == "multiple"]
        assert options == [4, 4, 7, 6]


def test_seven_texts_of_a_thousand_characters(spec: Questionnaire) -> None:
    limited = {
        question.id: question.max_characters
        for question in spec.questions()
        if question.kind == "text" and question.max_characters
    }
    expected = [*(f"{area}-beskrivning" for area in AREAS), "bedomning-lag", "bedomning-hog"]
    assert limited == dict.fromkeys(expected, 1000)


def test_stars_are_kept_as_printed(spec: Questionnaire) -> None:
    without = {question.id for question in spec.questions() if not question.required}
    assert without == WITHOUT_STAR
    assert not [text for text in words(spec) if "*" in text]


def words(spec: Questionnaire) -> Iterator[str]:
    """Every string of the questionnaire."""
    todo: list[Any] = [spec.model_dump(mode="json")]
    while todo:
        item = todo.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict | list):
            todo.extend(item.values() if isinstance(item, dict) else item)


@pytest.mark.parametrize(
    ("question", "option", "printed"),
    [
        ("tillganglighet-form", "egen-regi", "i egen regi (inom regionen)"),
        ("forebyggande-nivaer", "strategisk", "Strategisk nivå förvaltning) t.ex. styrning,"),
        ("forebyggande-typer", "kompetens", "(utbildning, handledning,workshops), ange vad:"),
        ("planering-form", "regioner", "I samverkan med andra regioner och kommuner"),
        ("planering-typer", "metod", "eller införande av nya arbetssätt, ange vad:"),
        ("planering-typer", "projekt", "Projekt- eller försöksverksamhet, ange vad:"),
        ("kompetens-typer", "digitalt", "Digitalt stöd eller informationsöverföring, ange vad:"),
        ("kompetens-typer", "personal", "ange med vilken/vilka professioner:"),
    ],
)
def test_wording_is_not_unified_and_broken_lines_are_mended(
    spec: Questionnaire, question: str, option: str, printed: str
) -> None:
    asked = spec.by_id[question]
    assert asked.kind == "multiple"
    text = next(item.text.sv for item in asked.options if item.id == option)
    assert printed in text
    assert text.count("ange vad:") <= 1


def test_options_that_ask_for_words_have_a_field(spec: Questionnaire) -> None:
    options = [
        option
        for question in spec.questions()
        if question.kind in ("single", "multiple")
        for option in question.options
    ]
    asking = [option for option in options if option.text.sv.endswith(":")]
    assert len(asking) == 5 * (1 + 7 + 1)
    assert [option for option in options if option.field] == asking


def test_the_matrix_asks_yes_or_no_on_eight_areas(spec: Questionnaire) -> None:
    rows = {row.id for row in matrix(spec).rows}
    assert rows == {*AREAS, *WITHOUT_FOLLOW_UPS}
    assert [option.text.sv for option in matrix(spec).options] == ["Ja", "Nej"]
    assert matrix(spec).every_row


@pytest.mark.parametrize("area", AREAS)
def test_an_area_opens_on_its_own_yes_only(spec: Questionnaire, area: str) -> None:
    section = spec.section(area)
    assert section is not None
    others: Atoms = {
        f"utvecklingsomraden.{row.id}": ("ja",) for row in matrix(spec).rows if row.id != area
    }
    assert not is_shown(section.shown_when, {})
    assert not is_shown(section.shown_when, others)
    assert not is_shown(section.shown_when, {f"utvecklingsomraden.{area}": ("nej",)})
    assert is_shown(section.shown_when, {f"utvecklingsomraden.{area}": ("ja",)})


def test_nothing_else_is_conditional(spec: Questionnaire) -> None:
    assert {section.id for section in spec.sections if section.shown_when} == set(AREAS)
    conditional = {question.id for question in spec.questions() if question.shown_when}
    assert conditional == {"bedomning-lag", "bedomning-hog"}


@pytest.mark.parametrize(
    ("chosen", "low", "high"),
    [
        (None, False, False),
        ("lag", True, False),
        ("ganska-lag", True, False),
        ("varken", False, False),
        ("ganska-hog", False, True),
        ("hog", False, True),
    ],
)
def test_the_motivation_follows_the_assessment(
    spec: Questionnaire, chosen: str | None, low: bool, high: bool
) -> None:
    atoms: Atoms = {"bedomning-syfte": (chosen,)} if chosen else {}
    assert is_shown(spec.by_id["bedomning-lag"].shown_when, atoms) is low
    assert is_shown(spec.by_id["bedomning-hog"].shown_when, atoms) is high


def own_notes(question: Question, atoms: Atoms) -> list[Passage]:
    return [
        note for note in question.after if note.by == "redogor" and is_shown(note.shown_when, atoms)
    ]


def test_missing_follow_ups_are_told_and_not_invented(spec: Questionnaire) -> None:
    for row in matrix(spec).rows:
        notes = own_notes(matrix(spec), {f"utvecklingsomraden.{row.id}": ("ja",)})
        if row.id in AREAS:
            assert notes == []
            continue
        [note] = notes
        assert note.text is not None
        assert row.text.sv in note.text.sv
        assert "saknas i källan" in note.text.sv
        assert "missing in the source" in note.text.within("en")
        assert spec.section(row.id) is None
    assert own_notes(matrix(spec), {f"utvecklingsomraden.{a}": ("nej",) for a in AREAS}) == []


def test_the_follow_ups_of_the_rural_grant_are_missing_too(spec: Questionnaire) -> None:
    question = spec.by_id["glesbygd"]
    assert own_notes(question, {"glesbygd": ("nej",)}) == []
    [note] = own_notes(question, {"glesbygd": ("ja",)})
    assert note.text is not None
    assert "saknas i källan" in note.text.sv


def test_only_those_four_notes_are_ours(spec: Questionnaire) -> None:
    passages = list(spec.intro)
    for section in spec.sections:
        passages += section.intro
        for question in section.questions:
            passages += [*question.before, *question.help, *question.after]
    assert sum(passage.by == "redogor" for passage in passages) == 4


def test_deadline_receipt_and_ground(spec: Questionnaire) -> None:
    assert spec.deadline == datetime.date(2026, 3, 12)
    assert spec.unanswered == "allow"
    assert spec.consequence is not None
    assert spec.consequence.sv == (
        "Om ni inte återrapporterar i tid kan regionen bli återbetalningsskyldig."
    )
    assert spec.legal_ground is not None
    assert spec.legal_ground.sv.startswith("förordningen (2024:1253) om statsbidrag")
    assert spec.receipt is not None
    assert spec.by_id[spec.receipt.question].kind == "email"
    assert spec.receipt.text.sv == (
        "Ett svarskvitto kommer att skickas till e-postadressen som du har angivit i fältet "
        '"E-post kontaktperson", var därför noga med att fylla i denna uppgift korrekt.'
    )


def test_the_attestation_and_its_contact_fields_are_the_approvers(spec: Questionnaire) -> None:
    approval = spec.section("godkannande")
    assert approval is not None
    for question in spec.questions():
        assert (question.filled_by == "approver") == (question in approval.questions)
    attestation = approval.questions[0]
    assert isinstance(attestation, AttestationAnswer)
    assert attestation.label.sv == "Ja"
    assert attestation.statement.sv == (
        "Behörig företrädare enligt delegationsordning för organisationen intygar härmed att "
        "uppgifterna som lämnats i denna återrapportering är riktiga."
    )


def test_the_official_is_not_named(spec: Questionnaire) -> None:
    said = list(words(spec))
    assert "Utredare" in said
    addresses = [word for text in said for word in text.split() if "@" in word]
    assert set(addresses) == {"utredare@socialstyrelsen.example"}


@pytest.mark.parametrize(("rural", "total"), [(None, 90296880), (0, 90296880), (1500000, 91796880)])
def test_the_total_is_reckoned(spec: Questionnaire, rural: int | None, total: int) -> None:
    asked = spec.by_id["totalt"]
    assert isinstance(asked, ComputedAnswer)
    assert asked.shown_as == "money"
    money = KINDS["money"]
    typed = money.parse(spec.by_id["rekvirerat"], "90 296 880")
    atoms: Atoms = {"rekvirerat": (typed,)}
    if rural is not None:
        atoms = {**atoms, "glesbygdsbidrag": (rural,)}
    assert compute(asked, atoms, spec.by_id) == total
    assert compute(asked, {}, spec.by_id) is None


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("232100-0115", []),
        ("2321000115", []),
        ("232100-0116", ["wrong_check_digit"]),
        ("232100-01", ["not_an_organisation_number"]),
    ],
)
def test_the_organisation_number_is_checked(
    spec: Questionnaire, typed: str, codes: list[str]
) -> None:
    asked = spec.by_id["mottagare-organisationsnummer"]
    assert asked.kind == "organisation_number"
    value = KINDS[asked.kind].parse(asked, typed)
    assert [problem.code for problem in check_organisation_number(asked, value)] == codes


def test_demo_answers_stand_as_they_are_stored(spec: Questionnaire, demo: dict[str, Any]) -> None:
    assert demo["questionnaire"] == spec.id
    for part in (demo["answers"], demo["practice"]):
        for question_id, answer in part.items():
            question = spec.by_id[question_id]
            assert question.filled_by == "writer"
            assert KINDS[question.kind].parse(question, answer["value"]) == answer["value"]


def test_the_draft_leaves_open_what_the_source_does(
    spec: Questionnaire, demo: dict[str, Any]
) -> None:
    typed = {q.id for q in spec.questions() if q.filled_by == "writer" and q.kind != "computed"}
    assert typed - set(demo["answers"]) == OPEN_IN_SOURCE
    assert {q for q, answer in demo["answers"].items() if answer.get("derived")} == DERIVED
    assert set(demo["answers"]["utvecklingsomraden"]["value"]) == set(AREAS)
    verdict = evaluate(spec, given(demo["answers"]))
    assert verdict.computed["totalt"] == 90296880
    refused = {problem.question for problem in verdict.with_severity("error")}
    assert refused == {"utvecklingsomraden"} | (OPEN_IN_SOURCE - WITHOUT_STAR)


def test_the_practice_case_can_be_sent_and_approved(
    spec: Questionnaire, demo: dict[str, Any]
) -> None:
    assert OPEN_IN_SOURCE - {"bedomning-lag"} <= set(demo["practice"])
    verdict = evaluate(spec, given(demo["answers"], demo["practice"]))
    assert verdict.problems == []
    assert verdict.can_be_sent
    fields = {
        question: KINDS[spec.by_id[question].kind].parse(spec.by_id[question], raw)
        for question, raw in demo["approver"].items()
    }
    assert attestation_problems(spec, verdict, fields) == []
    assert len(attestation_problems(spec, verdict, {})) == 5


def test_the_demo_names_no_addresses_but_made_up_ones(demo: dict[str, Any]) -> None:
    everything = json.dumps(demo, ensure_ascii=False)
    addresses = set(re.findall(r"[^\s\"]+@[^\s\"]+", everything))
    assert addresses == {"strateg@demo.example", "direktor@demo.example"}


def test_three_enclosures_with_eight_tables() -> None:
    enclosures = json.loads((DEMO / "enclosures.json").read_text("utf-8"))["enclosures"]
    assert {item["id"]: item["file_name"] for item in enclosures} == {
        "paragraf-164": "RS221016 §164 ST-tjänster.pdf",
        "paragraf-70": "RS250090 §70 Uppdragsbeskrivning 2026.pdf",
        "indikatorrapport": "Indikatorrapport 2025-01.pdf",
    }
    blocks = [block for item in enclosures for block in item["blocks"]]
    assert all(len(block) == 1 for block in blocks)
    assert {"text": "En ledamot yrkar bifall till regionstyrelsens hälso- och "
            "sjukvårdsutskotts förslag."} in blocks  # fmt: skip
    tables = [block["table"] for block in blocks if "table" in block]
    assert [(len(table["columns"]), len(table["rows"])) for table in tables] == [
        (15, 16), (3, 2), (14, 15), (2, 2), (2, 2), (2, 2), (6, 13), (6, 13),
    ]  # fmt: skip
    for table in tables:
        assert {len(row) for row in table["rows"]} == {len(table["columns"])}
