"""Every Swedish text of the screen has its English, and an English reader sees it."""

from __future__ import annotations

import ast
import html
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.frontend import CommandLineInterface
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

import survey_app
from survey_app.core.number import read_number
from tests.conftest import GNV, GNV_DONE, GRANT, Installation

HOUSE = Path(survey_app.__file__).parent
ROOT = HOUSE.parent
WEB = HOUSE / "web"
PO = WEB / "translations" / "en" / "LC_MESSAGES" / "messages.po"
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
SWEDISH = re.compile("[åäöÅÄÖ]")
NAMES = ("Redogör", "På svenska", "-//Redogör//deadlines//SV")
"""What is Swedish on an English page by intent: the product's name, and the way back."""
LETTERS = {WEB / "wording" / "mails.py", WEB / "wording" / "personal_mails.py"}
"""In Swedish whoever reads them: who gets a mail may have chosen no language."""


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """What pybabel finds in code and templates now, with the settings of ``make catalogue``."""
    found = tmp_path_factory.mktemp("catalogue") / "messages.pot"
    keywords = [word for name in ("N_", "lazy_gettext", "_", "gettext") for word in ("-k", name)]
    command = ["pybabel", "-q", "extract", "-F", ".ci/babel.cfg", *keywords, "-o", str(found)]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        CommandLineInterface().run([*command, "survey_app"])  # type: ignore[no-untyped-call]
    return catalogue(found)


@pytest.fixture(scope="module")
def english() -> Catalog:
    """The committed translations."""
    return catalogue(PO)


def catalogue(path: Path) -> Catalog:
    with path.open("rb") as source:
        return read_po(source, locale="en", abort_invalid=True)


def ids(messages: Catalog) -> set[str]:
    return {message.id for message in messages if isinstance(message.id, str) and message.id}


def switch(installation: Installation, name: str, language: str, then: str = "/") -> None:
    """Choose a language as the button at the top does."""
    reply = installation.person(name).post("/language", {"language": language, "next": then})
    assert (reply.status_code, reply.headers["Location"]) == (302, then)


def text_of(page: str) -> str:
    """A page as its reader meets it: no tags, characters as they are."""
    return html.unescape(re.sub(r"<[^>]*>", " ", page))


def asked_in_swedish(questionnaire: str) -> list[str]:
    """The questions that the authority asks in Swedish only, straight from the file."""
    path = ROOT / "questionnaires" / f"{questionnaire}.json"
    sections = json.loads(path.read_text(encoding="utf-8"))["sections"]
    texts = [question["text"] for section in sections for question in section["questions"]]
    return [text for text in texts if isinstance(text, str)]


# The catalogue.


def test_the_catalogue_holds_exactly_what_the_code_says(
    extracted: Catalog, english: Catalog
) -> None:
    assert len(ids(extracted)) > 400  # an extraction that finds nothing proves nothing
    assert ids(extracted) - ids(english) == set(), "make catalogue, then translate"
    assert ids(english) - ids(extracted) == set(), "make catalogue"
    assert not english.obsolete


def test_every_message_is_translated_and_not_by_guess(english: Catalog) -> None:
    open_ones = [m.id for m in english if m.id and (not str(m.string).strip() or m.fuzzy)]
    assert open_ones == []


def test_translations_keep_placeholders_and_outer_spaces(english: Catalog) -> None:
    for message in english:
        if not message.id:
            continue
        swedish, said = str(message.id), str(message.string)
        assert sorted(PLACEHOLDER.findall(said)) == sorted(PLACEHOLDER.findall(swedish)), swedish
        assert "%" not in PLACEHOLDER.sub("", said) or "%" in PLACEHOLDER.sub("", swedish), swedish
        outer = [(text[:1].isspace(), text[-1:].isspace()) for text in (swedish, said)]
        assert outer[0] == outer[1], swedish


def test_translations_are_english(english: Catalog) -> None:
    """No Swedish is left; öre is the coin, UTKAST stands printed on the draft."""
    for message in english:
        if message.id:
            said = str(message.string).replace("Redogör", "").replace("öre", "")
            assert not SWEDISH.search(said), said
            assert said.count("“") == said.count("”"), said


def test_the_compiled_catalogue_is_the_written_one(english: Catalog) -> None:
    fresh = io.BytesIO()
    write_mo(fresh, english)
    assert PO.with_suffix(".mo").read_bytes() == fresh.getvalue(), "make catalogue"


def test_the_catalogue_names_no_person_and_no_place() -> None:
    """The same words must give the same file everywhere."""
    header = PO.read_text(encoding="utf-8").partition("\n\n")[0]
    assert '"Last-Translator: \\n"' in header
    assert not re.search(r"/home/|/tmp/|@|FIRST AUTHOR|ORGANIZATION", header)
    assert not re.search(r"^#: (/|.*:\d)", PO.read_text(encoding="utf-8"), re.MULTILINE)


# No text beside the catalogue.


def swedish_in_code() -> Iterator[tuple[str, str]]:
    """Texts with Swedish letters in the code of the web, docstrings left out."""
    for path in sorted(set(WEB.rglob("*.py")) - LETTERS):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            match node:
                case ast.Constant(value=str(text)) if id(node) not in alone:
                    if SWEDISH.search(text):
                        yield text, f"{path.relative_to(ROOT)}:{node.lineno}"


def test_every_swedish_text_in_code_is_in_the_catalogue(extracted: Catalog) -> None:
    known = ids(extracted)
    found = list(swedish_in_code())
    assert len(found) > 100
    assert [at for text, at in found if text not in known and text not in NAMES] == []


def test_templates_and_scripts_say_nothing_past_the_catalogue() -> None:
    for path in sorted(WEB.rglob("templates/**/*.html")):
        source = path.read_text(encoding="utf-8")
        bare = re.sub(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", "", source, flags=re.DOTALL)
        for name in NAMES:
            bare = bare.replace(name, "")
        assert not SWEDISH.search(bare), path
    for path in sorted((WEB / "static").glob("*.js")):
        assert not SWEDISH.search(path.read_text(encoding="utf-8").replace("Redogör", "")), path


# What the reader sees.


def test_switching_language_shows_the_page_in_english(installation: Installation) -> None:
    page = f"/submissions/{GNV}/sections/styrning-och-finansiering"
    strategist = installation.person("strateg")
    swedish = strategist.get(page).text
    assert '<html lang="sv">' in swedish
    assert "Spara och fortsätt" in swedish
    assert "Save and continue" not in swedish

    switch(installation, "strateg", "en", page)
    shown = strategist.get(page).text
    assert '<html lang="en">' in shown
    assert "Save and continue" in shown
    assert "Cases" in text_of(shown)
    assert "Governance and funding of the transition" in shown
    for gone in ("Spara och fortsätt", "Ärenden", "utkast", "härledd ur svaret", "Föregående"):
        assert gone not in text_of(shown), gone

    switch(installation, "strateg", "sv", page)
    assert "Spara och fortsätt" in strategist.get(page).text


def test_the_authoritys_questions_stay_as_they_are(installation: Installation) -> None:
    """A question that the authority asks in Swedish is not ours to translate."""
    switch(installation, "strateg", "en")
    shown = text_of(installation.person("strateg").get(f"/submissions/{GNV}/questions").text)
    plain = " ".join(shown.split())
    asked = asked_in_swedish("gnv-2025")
    assert len(asked) > 30
    for text in asked:
        assert " ".join(text.split()) in plain


@pytest.mark.parametrize(
    ("name", "addresses"),
    [
        ("strateg", ["/", "/cases/new", "/cases/RS250393", f"/submissions/{GNV}",
                     f"/submissions/{GNV}/sending", f"/submissions/{GNV}/questions",
                     f"/submissions/{GNV}/history/1", "/no-such-page"]),
        ("direktor", ["/", f"/submissions/{GNV}", f"/submissions/{GNV_DONE}"]),
        ("arkivarie", ["/cases/RS259999", f"/submissions/{GNV_DONE}"]),
        ("admin", ["/accounts", "/delegations"]),
    ],
)  # fmt: skip
def test_every_role_gets_english(
    installation: Installation, english: Catalog, name: str, addresses: list[str]
) -> None:
    """No sentence of ours stands in Swedish; names and titles are data and stay."""
    sentences = [text for text in ids(english) if " " in text.strip() and SWEDISH.search(text)]
    ours = [text for text in sentences if "%" not in text]
    assert len(ours) > 100
    switch(installation, name, "en")
    for address in addresses:
        shown = text_of(installation.person(name).get(address, follow_redirects=True).text)
        assert [text for text in ours if text in shown] == [], address


def test_the_script_gets_its_texts_in_english(installation: Installation) -> None:
    switch(installation, "strateg", "en")
    page = installation.person("strateg").get(f"/submissions/{GNV}/questions").text
    found = re.search(r'<script type="application/json" id="texts">(.*?)</script>', page)
    assert found
    texts = json.loads(found[1])
    assert texts["page_saved"] == "Everything is saved"
    assert texts["answered"] == "{n} of {m} answered"


def test_refusals_of_the_api_are_english(installation: Installation) -> None:
    switch(installation, "strateg", "en")
    reply = installation.person("strateg").save(GNV, "no-such-question", "text", 0)
    assert reply.status_code == 404
    assert "The question does not exist in the questionnaire." in reply.text


def test_an_unknown_language_changes_nothing(installation: Installation) -> None:
    switch(installation, "strateg", "de")
    assert '<html lang="sv">' in installation.person("strateg").get("/", follow_redirects=True).text


@pytest.mark.parametrize("typed", ["1234", "34567", "90296880", "12,4", "1234,5"])
@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_number_in_a_field_reads_back_as_itself(
    installation: Installation, language: str, typed: str
) -> None:
    """The page's own button sends every field back: what it shows must be what is stored."""
    strategist = installation.person("strateg")
    strategist.save(GRANT, "rekvirerat", typed, strategist.version(GRANT, "rekvirerat"))
    switch(installation, "strateg", language)
    page = strategist.get(f"/submissions/{GRANT}/sections/mottaget").text
    field = re.search(r'<input[^>]*name="q\.rekvirerat"[^>]*value="([^"]*)"', page)
    assert field
    assert read_number(html.unescape(field[1])) == read_number(typed)


def test_the_authority_is_heard_in_swedish_on_an_english_page(installation: Installation) -> None:
    """WCAG 2.2, 3.1.2: a screen reader reads the Swedish questions with a Swedish voice."""
    person = installation.person("strateg")
    person.post("/language", {"language": "en", "next": "/"})
    page = person.get("/submissions/1/sections/multiprofessionellt").text
    questions = re.findall(r'<div class="question"[^>]*>', page)
    assert questions
    assert all('lang="sv"' in tag for tag in questions)
    assert all('lang="en"' in tag for tag in re.findall(r'<p class="question-foot"[^>]*>', page))
    person.post("/language", {"language": "sv", "next": "/"})
    page = person.get("/submissions/1/sections/multiprofessionellt").text
    assert not re.search(r'<div class="question"[^>]*lang=', page)
