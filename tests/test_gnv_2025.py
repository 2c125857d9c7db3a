"""The facts of Socialstyrelsen's questionnaire Dnr 72505/2025, as printed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from survey_app.core.condition import Atom, is_shown
from survey_app.core.kinds import KINDS
from survey_app.core.kinds.choice import Option
from survey_app.core.questionnaire import MatrixQuestion, Question, Questionnaire

ROOT = Path(__file__).parent.parent
GNV = Questionnaire.model_validate_json(
    (ROOT / "questionnaires" / "gnv-2025.json").read_text(encoding="utf-8")
)

SECTIONS = {
    "Övergripande arbete": "1",
    "Styrning och finansiering av omställningen": "2 3 4 5",
    "Samverkan i styrningen i länet": "6 6a",
    "Uppföljning och utvärdering": "7 7a 8 8a",
    "Samverkan och multiprofessionellt omhändertagande i primärvården": "9 9a 10 11",
    "Medicinsk kompetens i kommunerna": "12",
    "Sidotjänstgöring i primärvården": "13",
    "Vårdplatser på primärvårdsnivå": "14 15 16 17",
    "Tillgänglighet i primärvården": "18 18a",
    "Delaktighet i primärvården": "19 20 21 22 23",
    "Kontinuitet och fasta kontakter i Primärvården": "24 25 26 27 27a 28 28a 29 30 31 32 33 34",
    "Hälsofrämjande insatser i primärvården": "35 36 37 38",
    "Primärvårdens omhändertagande av personer med psykisk ohälsa": "39 40 41 42 42a",
}

KIND_OF = {
    "text": "1 9a 10 18a 24 41",
    "single": "2 3 4 5 6 7 8 11 13 14 17 21 22 23 26 27 28 31 33 35 36 37 38 42",
    "multiple": "9 12 18 19 20 25 29",
    "integer": "15 16 32",
    "percent": "30 34",
    "attachment": "6a 7a 8a 27a 28a 42a",
    "matrix": "39 40",
}

LIMITS = {
    "1": 1000,
    "10": 1000,
    "18a": 3000,
    "20:andra": 1000,
    "24": 1000,
    "41": 1000,
}

EXCLUSIVE = {
    "9": "Regionen har inga multiprofessionella team",
    "12": "Inga insatser",
    "19": "Inga insatser har genomförts på området",
    "20": "Inga insatser har genomförts på området",
}

FIELDS = {
    "4": {"ja": "text"},
    "5": {"ja": "text", "nej": "text"},
    "11": {"ja": "text"},
    "12": {"annan": "text"},
    "17": {"ja": "text", "nej": "text"},
    "18": {"annan": "text"},
    "19": {"andra": "text"},
    "20": {"andra": "text"},
    "21": {"ja": "text"},
    "22": {"ja": "text"},
    "25": {"annan": "text"},
    "26": {"ja-viss-tid": "text"},
    "29": {"annat": "text"},
    "31": {"ja": "text"},
    "33": {"ja": "percent"},
    "35": {"ja": "text"},
    "37": {"ja": "attachment"},
    "38": {"ja": "text"},
}

CANNOT_BE_STATED = {
    "15": "Kan inte anges",
    "16": "Kan inte anges",
    "30": "Andelen kan inte anges",
    "32": "Kan inte anges",
    "34": "Kan inte anges",
}

FOLLOW_UPS = {
    "6a": "6",
    "7a": "7",
    "8a": "8",
    "15": "14",
    "16": "14",
    "17": "14",
    "27a": "27",
    "28a": "28",
    "42a": "42",
}


def options(question: Question) -> list[Option]:
    return [] if isinstance(question, MatrixQuestion) else list(getattr(question, "options", []))


def passages() -> Iterator[tuple[str, str]]:
    """Where and what the authority says beside its questions."""
    for question in GNV.questions():
        for passage in (*question.before, *question.help, *question.after):
            if passage.text and passage.by == "authority":
                yield question.id, passage.text.sv


def shown(question_id: str, atoms: dict[str, tuple[Atom, ...]]) -> bool:
    return is_shown(GNV.by_id[question_id].shown_when, atoms)


def test_the_form_names_its_authority() -> None:
    assert GNV.id == "gnv-2025"
    assert GNV.title.sv == "Enkät till regioner, uppföljning god och nära vård"
    assert (GNV.authority.name, GNV.authority.reference) == ("Socialstyrelsen", "72505/2025")
    assert GNV.period == "2025"


def test_sections_and_numbers_stand_in_the_authoritys_order() -> None:
    printed = {
        section.title.sv: " ".join(question.number or "" for question in section.questions)
        for section in GNV.sections
    }
    assert list(printed.items()) == list(SECTIONS.items())
    assert len(GNV.by_id) == 50
    assert all(question.id == question.number for question in GNV.questions())


def test_kinds() -> None:
    found: dict[str, list[str]] = {}
    for question in GNV.questions():
        found.setdefault(question.kind, []).append(question.id)
    assert {kind: " ".join(ids) for kind, ids in found.items()} == KIND_OF


def test_limits_are_those_printed_and_no_others() -> None:
    found = {}
    for question in GNV.questions():
        places: dict[str, object] = {question.id: question}
        places |= {f"{question.id}:{option.id}": option.field for option in options(question)}
        for place, asked in places.items():
            limit = getattr(asked, "max_characters", None)
            if limit is not None:
                found[place] = limit
    assert found == LIMITS
    assert getattr(GNV.by_id["1"], "boxes", None) == 3


def test_exclusive_options() -> None:
    found = {
        question.id: option.text.sv
        for question in GNV.questions()
        for option in options(question)
        if option.exclusive
    }
    assert found == EXCLUSIVE


def test_fields_after_options() -> None:
    found = {
        question.id: {option.id: option.field.kind for option in options(question) if option.field}
        for question in GNV.questions()
    }
    assert {number: fields for number, fields in found.items() if fields} == FIELDS


def test_shares_are_whole_numbers() -> None:
    field = options(GNV.by_id["33"])[0].field
    for asked in (GNV.by_id["30"], GNV.by_id["34"], field):
        assert asked is not None
        problems = list(KINDS["percent"].check(asked, "61.5"))
        assert [problem.code for problem in problems] == ["not_whole"]


def test_what_cannot_be_stated_has_the_authoritys_words() -> None:
    found = {
        question.id: question.cannot_be_stated.sv
        for question in GNV.questions()
        if question.cannot_be_stated
    }
    assert found == CANNOT_BE_STATED


def test_blanks_are_allowed_but_explained() -> None:
    assert GNV.unanswered == "explain"
    assert not any(question.required for question in GNV.questions())


@pytest.mark.parametrize("number", [*KIND_OF["attachment"].split(), "37"])
def test_a_file_may_be_answered_in_text(number: str) -> None:
    question = GNV.by_id[number]
    asked = options(question)[0].field if question.kind == "single" else question
    assert asked is not None
    value = KINDS["attachment"].parse(asked, "Rutinen finns på vårdgivarwebben.")
    assert list(KINDS["attachment"].check(asked, value)) == []


def test_only_these_questions_have_a_condition() -> None:
    conditional = [question.id for question in GNV.questions() if question.shown_when]
    assert set(conditional) == {*FOLLOW_UPS, "10", "18a"}
    assert all(section.shown_when is None for section in GNV.sections)


@pytest.mark.parametrize(("number", "opener"), FOLLOW_UPS.items())
def test_a_follow_up_opens_on_yes_alone(number: str, opener: str) -> None:
    assert shown(number, {opener: ("ja",)})
    assert not shown(number, {opener: ("nej",)})
    assert not shown(number, {})


def test_question_10_opens_on_each_target_group() -> None:
    *groups, none = [option.id for option in options(GNV.by_id["9"])]
    assert len(groups) == 9
    assert all(shown("10", {"9": (group,)}) for group in groups)
    assert not shown("10", {"9": (none,)})
    assert not shown("10", {})


def test_question_10_opens_on_a_target_group_of_ones_own() -> None:
    none = options(GNV.by_id["9"])[-1].id
    assert shown("10", {"9a": ("Nyanlända",)})
    assert shown("10", {"9": (none,), "9a": ("Nyanlända",)})


def test_question_18a_opens_on_any_target_group() -> None:
    groups = [option.id for option in options(GNV.by_id["18"])]
    assert len(groups) == 9
    assert all(shown("18a", {"18": (group,)}) for group in groups)
    assert not shown("18a", {})


@pytest.mark.parametrize("number", ["39", "40"])
def test_matrices_have_six_rows_of_yes_or_no(number: str) -> None:
    question = GNV.by_id[number]
    assert isinstance(question, MatrixQuestion)
    assert [option.text.sv for option in question.options] == ["Ja", "Nej"]
    assert len(question.rows) == 6
    assert question.rows[4].text.sv == "Tillgång till legitimerad psykolog"


def test_broken_lines_are_mended() -> None:
    asked = [option.text.sv for option in options(GNV.by_id["20"])]
    assert len(asked) == 8
    assert asked[1] == (
        "Tagit fram rutiner för att möjliggöra den dokumenterade överenskommelsen "
        "eller annan samordnad planering i IT-stöd"
    )
    assert ("19", "Vid exempelvis vårdmöten, vårdplaner m.m.") in list(passages())


def test_misspellings_stay_as_printed() -> None:
    assert GNV.by_id["24"].text.sv.startswith(
        "Vilka insatser har regionen under 2025 genomfört insatser för"
    )
    assert options(GNV.by_id["11"])[0].text.sv == "Ja, beskriv vilka insatser_"
    assert GNV.by_id["6a"].text.sv.endswith("omstallningen@socialstyrelsen.se)")
    assert GNV.by_id["42a"].text.sv.endswith("omställningen@socialstyrelsen.se)")


def test_statements_between_questions_stand_before_the_next() -> None:
    between = {(number, text.split(".")[0]) for number, text in passages()}
    assert between >= {
        ("6a", "Fråga 6a besvaras av de som svarat Ja på fråga 6"),
        ("7a", "Fråga 7a besvaras av de som svarat Ja på fråga 7"),
        ("8a", "Fråga 8a besvaras av de som svarat Ja på fråga 8"),
        ("10", "Fråga 10 besvaras av de som svarat 'Ja' på någon del av fråga 9"),
        ("15", "Fråga 15-17 besvaras av de som svarat 'Ja' på fråga 14"),
        ("18a", "Fråga 18a besvaras av de som angett någon målgrupp i fråga 18"),
        ("28a", "Fråga 28a besvaras av de som svarat Ja på fråga 28"),
    }
    assert GNV.by_id["30"].before[0].text
    assert GNV.by_id["30"].before[0].text.sv.startswith("Vi ställer frågor både om andel och antal")


def test_introductions_are_whole() -> None:
    assert [len(passage.items) for passage in GNV.intro if passage.items] == [3]
    assert len(GNV.intro) == 8
    vision = GNV.sections[-1].intro
    assert [len(passage.items) for passage in vision if passage.items] == [6]
    assert len(vision) == 5
