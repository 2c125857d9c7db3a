"""Every code that can be raised has a sentence, and the sentences read as they should."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import survey_app
from survey_app.core.finding import Finding
from survey_app.core.problem import Problem
from survey_app.core.workflow import Role, State
from survey_app.export.verification.verdict import WORDS
from survey_app.web import wording
from survey_app.web.wording.findings import CHAINS, FINDINGS, PLACES
from survey_app.web.wording.labels import ROLES, STATES
from survey_app.web.wording.problems import MALFORMED, PROBLEMS
from survey_app.web.wording.refusals import REFUSALS

HOUSE = Path(survey_app.__file__).parent
REFUSED = ("Refused", "NotFound", "Forbidden", "WrongState", "Invalid", "ChangedMeanwhile",
           "Unavailable")  # fmt: skip
CODE = re.compile(r"[a-z0-9_]+")
HARD = "\N{NO-BREAK SPACE}"


def raised(room: str, names: tuple[str, ...], place: int = 0) -> Iterator[tuple[str, str]]:
    """Codes that are an argument (the first) of calls of some names, and where they stand."""
    for path in sorted((HOUSE / room).rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for function in ast.walk(tree):
            if not isinstance(function, ast.FunctionDef):
                continue
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and called(node) in names and node.args[place:]:
                    at = f"{path.relative_to(HOUSE)}:{node.lineno}"
                    yield from ((code, at) for code in texts(node.args[place], function))


def called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def texts(node: ast.expr, function: ast.FunctionDef) -> list[str]:
    """The texts that an expression can be, through a name that the function assigns."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return texts(node.body, function) + texts(node.orelse, function)
    if isinstance(node, ast.Name):
        given = [
            item.value
            for item in ast.walk(function)
            if isinstance(item, ast.Assign)
            and any(isinstance(name, ast.Name) and name.id == node.id for name in item.targets)
        ]
        return [text for value in given for text in texts(value, function)]
    return []


def yielded() -> Iterator[tuple[str, str]]:
    """Codes of findings: the second of path, code and facts, or the first of code and facts."""
    rules = [f"{name}_rules" for name in ("question", "list", "table", "pick", "whole")]
    for name in ("consistency", "comparison", "reading", *rules):
        tree = ast.parse((HOUSE / "core" / f"{name}.py").read_text(encoding="utf-8"))
        for function in ast.walk(tree):
            if not isinstance(function, ast.FunctionDef):
                continue
            for node in ast.walk(function):
                said = code_in(node)
                found = texts(said, function) if said is not None else []
                yield from ((code, f"{name}:{said.lineno}") for code in found if said is not None)


def code_in(node: ast.AST) -> ast.expr | None:
    """Where the code stands in a finding that is yielded or returned."""
    if isinstance(node, ast.Tuple) and len(node.elts) == 3:
        first, code, _ = node.elts
        return None if isinstance(first, ast.Starred) else code
    if isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple):
        return node.value.elts[0] if len(node.value.elts) == 2 else None
    return None


def missing(found: Iterator[tuple[str, str]], sentences: dict[str, str]) -> list[str]:
    return sorted({f"{code} ({at})" for code, at in found if code not in sentences})


def test_problems_have_sentences() -> None:
    codes = {code for code, _ in raised("core", ("Problem",))}
    assert {"too_long", "not_attested", "required"} <= codes
    assert missing(raised("core", ("Problem",)), PROBLEMS) == []
    assert set(PROBLEMS) == codes, "a sentence that nothing says any more"


def test_malformed_values_have_sentences() -> None:
    codes = {code for code, _ in raised("core", ("Malformed",))}
    assert missing(raised("core", ("Malformed",)), MALFORMED) == []
    assert set(MALFORMED) == codes


def test_findings_have_sentences() -> None:
    sentences = {**CHAINS, **FINDINGS}
    assert missing(yielded(), sentences) == []
    assert missing(raised("core", ("ValueError",)), sentences) == []
    assert missing(raised("core", ("Finding",), 1), sentences) == []
    assert {"forward_reference", "unknown_key"} <= {code for code, _ in yielded()}


def test_broken_records_have_sentences() -> None:
    codes = {code for code, _ in raised("core", ("BrokenRecord",))}
    assert codes
    assert codes <= set(WORDS)


def test_refusals_have_sentences() -> None:
    sentences = {**MALFORMED, **PROBLEMS, **REFUSALS}
    assert missing(raised("services", REFUSED), sentences) == []
    assert {"not_your_role", "wrong_state"} <= set(REFUSALS)


def test_states_and_roles_have_names() -> None:
    assert set(STATES) == {state.value for state in State}
    assert set(ROLES) == {role.value for role in Role}
    assert wording.state_label("awaiting_approval") == "väntar på godkännande"
    assert wording.role_label("archivist") == "arkivarie"


@pytest.mark.parametrize(
    "sentence",
    [*PROBLEMS.values(), *MALFORMED.values(), *FINDINGS.values(), *REFUSALS.values()],
    ids=lambda sentence: sentence[:30],
)
def test_sentences_are_whole(sentence: str) -> None:
    assert sentence.endswith((".", "?"))
    assert sentence[0].isupper() or sentence[0] in "”%"
    assert set(re.findall(r"%(?!\()", sentence)) == set()


@pytest.mark.parametrize(
    ("problem", "sentence"),
    [
        (
            Problem("too_long", facts={"limit": 1000, "count": 1012, "excess": 12}),
            f"Texten är 1{HARD}012 tecken; gränsen är 1{HARD}000. Korta den med 12 tecken. Den är "
            "sparad men kan inte skickas in.",
        ),
        (
            Problem("not_a_number", facts={"typed": "sextio"}),
            "”sextio” går inte att läsa som ett tal. Skriv siffror, till exempel 61.",
        ),
        (
            Problem("not_a_number", facts={"typed": "100 %(x)s %"}),
            "”100 %(x)s %” går inte att läsa som ett tal. Skriv siffror, till exempel 61.",
        ),
        (
            Problem("too_small", facts={"min": -1000}),
            f"Talet får inte vara mindre än −1{HARD}000. Kontrollera det och skriv om det.",
        ),
        (Problem("required"), "Frågan måste besvaras."),
        (
            Problem("no_such_code"),
            "Något är fel här (no_such_code). Kontakta den som sköter systemet.",
        ),
    ],
    ids=lambda value: value.code if isinstance(value, Problem) else "",
)
def test_problems_are_described(problem: Problem, sentence: str) -> None:
    assert wording.describe_problem(problem) == sentence


@pytest.mark.parametrize(
    ("finding", "sentence"),
    [
        (
            Finding(
                'sections["s"].questions["6a"].shown_when.all[1].question',
                "unknown_question",
                {"line": 1042, "question": "styrnig", "nearest": "styrning"},
            ),
            "Rad 1042, avsnittet ”s”, frågan ”6a”, ”shown_when” (när det visas), villkor 2, "
            "”question”: Frågan ”styrnig” finns inte i formuläret. Skriv id på en fråga som finns. "
            "Menade du ”styrning”?",
        ),
        (
            Finding("authority.nme", "unknown_key", {"line": 7, "key": "nme", "keys": "name"}),
            "Rad 7, ”authority”, ”nme”: Nyckeln ”nme” finns inte här. Rätta stavningen eller ta "
            "bort den. Nycklar som finns: name.",
        ),
        (
            Finding("", "json_comma", {"line": 2, "column": 5}),
            "Rad 2: Vid tecken 5 saknas ett komma, eller en avslutande } eller ].",
        ),
        (
            Finding("title", "wrong_type", {"expected": "text, integer"}),
            "”title”: Här ska stå en text inom citattecken eller ett heltal utan citattecken.",
        ),
    ],
    ids=lambda value: value.code if isinstance(value, Finding) else "",
)
def test_findings_are_described(finding: Finding, sentence: str) -> None:
    assert wording.describe_finding(finding) == sentence


def test_repeated_ids_say_of_what() -> None:
    for part in ("section", "question", "option", "row"):
        said = wording.describe_finding(Finding("x", "repeated_id", {"id": "a", "of": part}))
        assert f"{PLACES[part + 's']} ”a” finns redan" in said.lower()


def test_another_language_is_asked_for_by_the_swedish_sentence() -> None:
    def english(message: str, **facts: str | int) -> str:
        return {"Frågan måste besvaras.": "The question must be answered."}[message]

    assert wording.describe_problem(Problem("required"), english).startswith("The question")


def test_facts_of_a_sentence_are_those_that_core_gives() -> None:
    """A sentence that names a fact which its problem lacks would fail where it is shown."""
    wanted = {
        code: {name for _, name, _, _ in string.Formatter().parse(_braces(text)) if name}
        for code, text in PROBLEMS.items()
    }
    assert wanted["too_long"] == {"count", "limit", "excess"}
    for code, names in given_facts().items():
        assert wanted.get(code, set()) <= names, code


def _braces(text: str) -> str:
    return re.sub(r"%\((\w+)\)s", r"{\1}", text.replace("{", "").replace("}", ""))


def given_facts() -> dict[str, set[str]]:
    """The names of the facts that core gives with each problem; the fewest, if it varies."""
    found: dict[str, set[str]] = {}
    for path in sorted((HOUSE / "core").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or called(node) != "Problem":
                continue
            if not isinstance(node.args[0], ast.Constant):
                continue
            facts = [word.value for word in node.keywords if word.arg == "facts"]
            keys = facts[0].keys if facts and isinstance(facts[0], ast.Dict) else []
            names = {str(key.value) for key in keys if isinstance(key, ast.Constant)}
            code = str(node.args[0].value)
            found[code] = found.get(code, names) & names
    return found
