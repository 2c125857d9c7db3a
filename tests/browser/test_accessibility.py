"""WCAG 2.2 AA: axe on every page, in both languages, in Swedish at two widths."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

import survey_app
from tests.browser.axe import BOTH_WIDTHS, violations, violations_at
from tests.browser.page_object import TELEPHONE, Screen
from tests.browser.preparing import approve_grant, send_correction_of_grant
from tests.conftest import GNV, GNV_DONE, GRANT, GRANT_DONE, Server, open_installation, serving
from tests.databases import copy_installation

ENGLISH = (Path(survey_app.__file__).parent / "web/translations/en").exists()
LANGUAGES = ["sv", "en"] if ENGLISH else ["sv"]
# The layout is the same in English: only words differ, and they are tightest on a telephone.
WIDTHS: dict[str, tuple[int, ...]] = {"sv": BOTH_WIDTHS, "en": (TELEPHONE,)}
WAITING, APPROVED = 9, 10
"""Corrections of the practice case: one awaits approval, one is approved."""
GIVEN, ASKED = 6, 7
"""Contributions of the demo: one is handed over, one is not begun."""

SECTION = f"/submissions/{GNV}/sections"
GRANT_SECTION = f"/submissions/{GRANT}/sections"
PAGES: dict[str, list[str]] = {
    "strateg": [
        "/",
        "/cases/RS250393",
        "/cases/RS259999",
        "/cases/RS250393/registry",
        "/cases/RS250393/board-decisions",
        "/cases/new",
        f"/submissions/{GNV}",
        f"/submissions/{APPROVED}",
        f"{SECTION}/overgripande-arbete",  # text in boxes
        f"{SECTION}/styrning-och-finansiering",  # single choice, text after an option
        f"{SECTION}/multiprofessionellt",  # multiple choice
        f"{SECTION}/vardplatser",  # integers with printed labels
        f"{SECTION}/kontinuitet",  # percent, attachments, derived
        f"{SECTION}/halsoframjande",  # a file after an option, a mistake
        f"{SECTION}/psykisk-ohalsa",  # matrix
        f"{GRANT_SECTION}/kontaktuppgifter",  # contact fields
        f"{GRANT_SECTION}/mottaget",  # money, computed
        f"{GRANT_SECTION}/godkannande",  # attestation, for the approver only
        f"/submissions/{GNV_DONE}/sections/kontinuitet",  # as text
        f"/submissions/{GNV}/questions",
        f"/submissions/{GNV}/carrying/tillganglighet",
        f"/submissions/{GNV}/tasks?list=all",
        f"/submissions/{GRANT}/tasks",
        f"/submissions/{GNV}/comments/24",
        "/mine?view=open",
        f"/submissions/{GNV}/word",
        f"/submissions/{GNV}/proposals",
        f"/submissions/{GNV}/version",
        f"/submissions/{GNV}/versions",
        f"/submissions/{GNV}/sending",
        f"/submissions/{GRANT}/sending",
        f"/submissions/{APPROVED}/handing-in",
        f"/submissions/{APPROVED}/extension",
        f"/submissions/{GRANT_DONE}/completion",
        f"/submissions/{GNV}/history/1",
        f"/submissions/{GNV}/contributions",
        f"/submissions/{GNV}/contributions/new",
        f"{SECTION}/tillganglighet",  # contributions beside
        f"/submissions/{GIVEN}",
        "/accounts",  # refused
        "/messages",
        "/account",
        "/account/factor",
        "/resets",
        "/verification",
        "/accessibility",
        "/privacy",
        "/nowhere",
    ],
    "kommun": ["/", f"/submissions/{ASKED}", f"/submissions/{ASKED}/questions"],
    "direktor": ["/", f"/submissions/{WAITING}/approval", f"/submissions/{WAITING}", "/stand-ins"],
    "arkivarie": [
        "/cases/RS259999",
        f"/submissions/{GRANT_DONE}",
        f"/submissions/{GRANT_DONE}/giving-out",
        "/cases/RS259999/giving-out",
        "/cases/RS259999/giving-out/1",
        "/cases/RS259999/giving-out/refusal",
        "/cases/RS259999/registry",
        "/cases/RS259999/registry/1",
        "/cases/RS240001/removal",
        f"/submissions/{GNV_DONE}/weeding",
    ],
    "admin": [
        "/accounts",
        "/accounts/1/removal",  # something waits
        "/accounts/4/removal",
        "/units",
        "/delegations",
        "/stand-ins",
        "/decisions?practice=1",
        "/outbox",
        "/security",
    ],
}
# The authority's questions are in Swedish whichever language the page is in.
SAME_IN_ENGLISH = {
    f"{SECTION}/{name}"
    for name in ("overgripande-arbete", "multiprofessionellt", "vardplatser", "halsoframjande")
} | {f"/submissions/{GNV}/questions", f"{GRANT_SECTION}/kontaktuppgifter"}


@pytest.fixture(scope="module")
def desk(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a submission in every state."""
    folder = tmp_path_factory.mktemp("accessible") / "instance"
    copy_installation(demo_template, folder)
    _prepare(folder)
    with serving(folder) as running:
        yield running


def _prepare(folder: Path) -> None:
    installation = open_installation(folder)
    strategist = installation.person("strateg")
    reply = strategist.post(f"/submissions/{GNV_DONE}/correction")
    assert reply.location.endswith(f"/{WAITING}")
    version = strategist.version(WAITING, "24")
    assert strategist.save(WAITING, "24", "Ändrad text.", version).status_code == 200
    assert strategist.post(f"/submissions/{WAITING}/sending").status_code == 302
    assert send_correction_of_grant(installation) == APPROVED
    approve_grant(installation, APPROVED)
    masks = {"mask": "answer:utvecklingsomraden", "reason": "Skälet", "ground": "OSL 19 kap. 1 §"}
    archivist = installation.person("arkivarie")
    reply = archivist.post(f"/submissions/{GRANT_DONE}/giving-out", {**masks, "step": "make"})
    assert reply.location.endswith("/giving-out/1"), reply.text
    installation.database.close()


def test_axe_finds_a_planted_defect(chromium: Browser, desk: Server) -> None:
    with Screen(chromium, desk) as screen:
        screen.go("/sign-in")
        screen.page.evaluate(
            """() => {
                document.querySelector("label[for=email]").removeAttribute("for");
                document.querySelector("h1").style.color = "#ccc";
                document.querySelector(".button-primary").style = "font-size: 4px; padding: 0";
            }"""
        )
        found = "\n".join(violations(screen))
        screen.reload()
    assert " label: " in found
    assert " color-contrast: " in found


PLANTED = {
    "document.body.append(document.querySelector('h1').cloneNode(true))": "exactly one <h1>",
    "document.querySelector('label').htmlFor = 'nowhere'": "no element has the id nowhere",
    "document.querySelector('#email').removeAttribute('id')": "has no label",
    "document.querySelector('#password').id = 'email'": "its id is used twice",
    "document.querySelector('#email').setAttribute('aria-describedby', 'gone')": "does not exist",
    "document.querySelector('#email').ariaInvalid = 'true'": "nothing says why",
    "document.documentElement.lang = ''": "<html>",
    "document.title = ' – Redogör'": "title",
    "document.querySelector('main').append('{count} svar')": "placeholder",
    "document.querySelector('h1').textContent = 'långt'.repeat(40)": "",
    "document.querySelector('main').style.minWidth = '700px'": "reaches past 390 px",
    "document.body.append(Object.assign(document.createElement('script'), {text: '1'}))": "console",
    "setTimeout(() => { throw new Error('planted'); })": "script error",
}


def test_the_silent_look_finds_planted_defects(chromium: Browser, desk: Server) -> None:
    with Screen(chromium, desk) as screen:
        for defect, told in PLANTED.items():
            screen.go("/sign-in")
            screen.page.evaluate(f"() => {{ {defect}; }}")
            screen.page.wait_for_timeout(20)
            if told:
                with pytest.raises(AssertionError, match=re.escape(told)):
                    screen.check()
            else:
                screen.check()  # a long word wraps: no defect
        screen.go("/sign-in")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("person", PAGES)
def test_axe_finds_nothing(chromium: Browser, desk: Server, person: str, language: str) -> None:
    with Screen(chromium, desk) as screen:
        screen.go("/sign-in")
        found = violations_at(screen, WIDTHS[language]) if person == "strateg" else []
        screen.enter(person)
        if language == "en":
            screen.press("In English")
            assert screen.page.locator("html").get_attribute("lang") == "en"
        for path in PAGES[person]:
            if language == "en" and path in SAME_IN_ENGLISH:
                continue
            screen.go(path)
            found += violations_at(screen, WIDTHS[language])
    assert not found, "\n".join(found)


def _colleague_writes(chromium: Browser, desk: Server, section: str, question: str) -> None:
    with Screen(chromium, desk) as colleague:
        colleague.enter("strateg2", f"{SECTION}/{section}")
        colleague.answer(question, "Kollegans text.")
        colleague.wait_saved(question)


def _stale(screen: Screen, desk: Server, chromium: Browser) -> None:
    """A save upon what a colleague has changed, with scripts: both texts in the page."""
    screen.look_away().go(f"{SECTION}/kontinuitet")
    _colleague_writes(chromium, desk, "kontinuitet", "24")
    screen.answer("24", "Min text.")
    screen.question("24").locator(".conflict").wait_for()


def _stale_page(screen: Screen, desk: Server, chromium: Browser) -> None:
    """The same as a page of its own, as without scripts."""
    screen.look_away().go(f"{SECTION}/psykisk-ohalsa")
    _colleague_writes(chromium, desk, "psykisk-ohalsa", "41")
    _submit(screen, "41", "Min text.")
    assert "Två har ändrat" in screen.page.locator("h1").inner_text()


def _submit(screen: Screen, question: str, text: str) -> None:
    with screen.arriving():
        screen.page.evaluate(
            """([name, text]) => {
                document.getElementById(name).value = text;
                document.getElementById("answers").submit();
            }""",
            [f"q.{question}", text],
        )


def _signed_out(screen: Screen, desk: Server, chromium: Browser) -> None:
    """The dialog that asks for the password in place."""
    screen.go(f"{SECTION}/psykisk-ohalsa")
    screen.context.clear_cookies()
    screen.input("42", "option.ja").check()
    screen.input("42", "option.nej").check()
    screen.page.get_by_role("dialog").wait_for()


def _held(screen: Screen, desk: Server, chromium: Browser) -> None:
    """What was posted after the login had ended, on the sign-in page and after it."""
    screen.go(f"{SECTION}/psykisk-ohalsa")
    screen.context.clear_cookies()
    _submit(screen, "41", "Skriven för sent.")
    assert not violations_at(screen)
    screen.page.get_by_label("E-postadress").fill(desk.accounts["strateg"]["email"])
    screen.page.get_by_label("Lösenord").fill(desk.accounts["strateg"]["password"])
    screen.press("Logga in")


def _too_long(screen: Screen, desk: Server, chromium: Browser) -> None:
    """Text over the limit, a number that is none and a file that is refused."""
    screen.go(f"{SECTION}/kontinuitet")
    screen.answer("30", "sextio")
    screen.wait_saved("30")
    screen.input("27a", "file").set_input_files(
        {"name": "bild.png", "mimeType": "image/png", "buffer": b"ingen bild"}
    )
    screen.question("27a").locator(".upload-failed").wait_for()
    screen.go(f"{SECTION}/psykisk-ohalsa")
    screen.answer("41", "å" * 1100)
    screen.wait_saved("41")


def _cannot_be_sent(screen: Screen, desk: Server, chromium: Browser) -> None:
    """The error summary before sending."""
    screen.go(f"/submissions/{GNV}/sending")
    screen.press("Skicka för godkännande")
    assert screen.page.locator("#problem-summary").is_visible()


def _refused_form(screen: Screen, desk: Server, chromium: Browser) -> None:
    """A form that is shown again with what is wrong."""
    screen.go("/cases/new")
    screen.page.get_by_label("Diarienummer").fill("RS250393")
    screen.page.get_by_label("Rubrik").fill("Finns redan")
    screen.page.locator("[name=questionnaire]").first.check()
    screen.press("Öppna ärendet")
    assert screen.page.locator("#problem-summary").is_visible()


MOMENTS = [_stale, _stale_page, _signed_out, _held, _too_long, _cannot_be_sent, _refused_form]


@pytest.mark.parametrize("moment", MOMENTS, ids=lambda moment: moment.__name__.strip("_"))
def test_axe_finds_nothing_when_something_is_wrong(
    chromium: Browser,
    desk: Server,
    screen: Screen,
    moment: Callable[[Screen, Server, Browser], None],
) -> None:
    moment(screen, desk, chromium)
    found = violations_at(screen)
    assert not found, "\n".join(found)


def test_axe_finds_nothing_while_a_copy_is_chosen_and_read(chromium: Browser, desk: Server) -> None:
    """Without a reason first, then with what follows, what may tell, and the whole text open."""
    with Screen(chromium, desk) as screen:
        screen.enter("arkivarie", f"/submissions/{GNV_DONE}/giving-out")
        screen.page.get_by_label("Maskera hela svaret").nth(5).check()
        screen.page.locator("[name=mask][value='approval:name']").check()
        screen.press("Läs kopian")
        assert screen.page.locator("#problem-summary").is_visible()
        found = violations_at(screen)
        screen.page.get_by_label("Skäl", exact=True).first.fill("Skälet")
        screen.page.get_by_label("Lagrum", exact=True).first.fill("OSL 25 kap. 1 §")
        screen.press("Läs kopian")
        screen.page.get_by_text("Visa hela kopian").click()
        expect(screen.page.locator("mark").first).to_be_visible()
        screen.press("Gör kopian")
        assert screen.page.locator("#problem-summary").is_visible()
        found += violations_at(screen)
        screen.page.get_by_label("Jag har läst varningarna").check()
        screen.press("Gör kopian")
        assert "Kopia 2" in screen.page.locator("h1").inner_text()
    assert not found, "\n".join(found)


def test_axe_finds_nothing_in_the_verdict_on_a_package(
    chromium: Browser, desk: Server, tmp_path: Path
) -> None:
    """One that holds, one that is damaged, and a certificate that is none."""
    with Screen(chromium, desk) as screen:
        screen.enter("arkivarie", "/cases/RS259999")
        package = screen.download("Ladda ner utkastet (ZIP)", tmp_path)
        damaged = bytearray(package.read_bytes())
        damaged[len(damaged) // 2] ^= 1
        (tmp_path / "skadat.zip").write_bytes(damaged)
        found = []
        for name, told in (
            (package.name, "Paketet är helt"),
            ("skadat.zip", "Paketet är inte helt"),
        ):
            screen.go("/verification")
            screen.page.get_by_label("Paket (ZIP)").set_input_files(tmp_path / name)
            screen.page.get_by_role("button", name="Pröva paketet").click()
            expect(screen.page.get_by_text(told, exact=True)).to_be_visible()
            found += violations_at(screen)
        screen.page.locator("summary").click()
        for label in ("Paket (ZIP)", "Certifikat bakom förseglingarna"):
            screen.page.get_by_label(label).set_input_files(tmp_path / "skadat.zip")
        screen.page.get_by_role("button", name="Pröva paketet").click()
        expect(screen.page.locator("#problem-summary")).to_be_visible()
        found += violations_at(screen)
    assert not found, "\n".join(found)
