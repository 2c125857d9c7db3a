"""A round at the screen, from being opened to the archive package: helpers for tests in a browser.

All work in either language and with or without scripts: they go by ids, names and addresses. One
screen is enough: ``as_person`` changes who sits at it. Every page arrived at is looked over by axe.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from playwright.sync_api import Locator

from survey_app.export.verification.look import verify_package
from survey_app.export.verification.verdict import Authenticity, Verdict
from survey_app.services.keys.key import open_key
from tests.browser.axe import violations_at
from tests.browser.page_object import Screen
from tests.browser.served import violations_as_served
from tests.conftest import csrf_of

COORDINATOR, ARCHIVIST = "strateg", "arkivarie"


def look(screen: Screen) -> None:
    """Have axe look the page over, wide and narrow, or as it was served. Raises AssertionError."""
    found = violations_at(screen) if screen.scripts else violations_as_served(screen)
    assert not found, "\n".join(found)


def as_person(screen: Screen, person: str, path: str = "/") -> Screen:
    """Somebody else sits down at the screen, and reads in the same language."""
    language = (
        screen.page.locator("html").get_attribute("lang")
        if screen.page.url != "about:blank"
        else "sv"
    )
    screen.context.clear_cookies()
    return screen.enter(person, path, language=language or "sv")


def in_english(screen: Screen) -> Screen:
    """Read on in English."""
    return screen.press("In English")


def open_case(screen: Screen, number: str, title: str, *, practice: bool = True) -> None:
    """A new case in which others are to answer; ends on its page."""
    screen.go("/cases/new")
    screen.page.locator("#diary_number").fill(number)
    screen.page.locator("#title").fill(title)
    screen.page.locator("#for-rounds").check()
    if practice:
        screen.page.locator("#practice").check()
    submit(screen, screen.page.locator("form[action$='/cases/new']"))


def open_from_page(
    screen: Screen, case: str, questionnaire: str, units: Sequence[str], *, title: str = "",
    deadline: date | None = None, note: str = "",
) -> int:  # fmt: skip
    """Open a round from the page of its case; its id. Ends on the round's page.

    questionnaire  the name of its file without ``.json``
    units          by name, in the order in which they are to stand
    """
    screen.go(f"/cases/{case}")
    with screen.arriving():
        screen.page.locator(f"a[href='/cases/{case}/rounds/new']").click()
    page = screen.page
    page.locator(f"[name=questionnaire][value='{questionnaire}.json']").check()
    page.locator("#title").fill(title)
    page.locator("#deadline").fill(deadline.isoformat() if deadline else "")
    page.locator("#note").fill(note)
    page.locator("#names").fill("\n".join(units))
    look(screen)
    submit(screen, page.locator("form[action$='/rounds/new']"))
    look(screen)
    found = re.fullmatch(r".*/rounds/(\d+)", page.url)
    assert found, f"not opened: {page.locator('main').inner_text()[:500]}"
    return int(found[1])


def open_round_page(screen: Screen, case: str, round_id: int) -> Screen:
    return screen.go(f"/cases/{case}/rounds/{round_id}")


def answer_as(screen: Screen, person: str, title: str, answers: Mapping[str, Any]) -> int:
    """Somebody of a unit finds the round on the front page and fills it in; the answer's id.

    Ends on the page of the answer, from which ``hand_over`` goes on.
    """
    as_person(screen, person)
    with screen.arriving():
        screen.page.get_by_role("link", name=title, exact=True).first.click()
    look(screen)
    found = re.search(r"/submissions/(\d+)", screen.page.url)
    assert found, screen.page.url
    submission = int(found[1])
    screen.go(f"/submissions/{submission}/questions")
    for question, value in answers.items():
        fill_in(screen, question, value)
    save(screen, answers)
    look(screen)
    screen.go(f"/submissions/{submission}")
    return submission


def answer_at_once(screen: Screen, person: str, title: str, answers: Mapping[str, Any]) -> int:
    """As ``answer_as``, but what the answers are is saved by the API: for a walk whose sister has
    every unit fill them in at the screen."""
    as_person(screen, person)
    address = screen.page.get_by_role("link", name=title, exact=True).first.get_attribute("href")
    found = re.search(r"/submissions/(\d+)", address or "")
    assert found, address
    token = {"X-CSRFToken": csrf_of(screen.page.content())}
    for question, value in answers.items():
        url = f"/api/v1/submissions/{found[1]}/answers/{question}"
        reply = screen.context.request.put(url, data={"value": value, "version": 0}, headers=token)
        assert reply.ok, reply.text()
    screen.go(f"/submissions/{found[1]}")
    return int(found[1])


def fill_in(screen: Screen, question: str, value: Any) -> None:
    """Give an answer of any kind, in the shape that is stored."""
    kind = screen.question(question).get_attribute("data-kind")
    if kind == "list":
        for entry in value["entries"]:
            add_entry(screen, question, entry["values"])
    elif kind == "table":
        for row, cells in value["cells"].items():
            for column, cell in cells.items():
                typed = "saknas" if cell is None else str(cell).replace(".", ",")
                screen.input(question, f"cell.{row}.{column}").fill(typed)
    else:
        screen.answer(question, value)


def add_entry(screen: Screen, question: str, values: Mapping[str, Any]) -> None:
    """Add an entry to a list, or take the last one that is still empty, and fill its fields in."""
    block = screen.question(question)
    if not block.locator("[data-entry]").count() or _is_filled(block):
        add = block.locator(f"button[name='q.{question}.do'][value='add']")
        if screen.scripts:
            add.click()
        else:
            with screen.arriving():
                add.click()
    entry = block.locator("[data-entry]").last
    for field, value in values.items():
        _fill_field(entry, field, value)


def _is_filled(block: Locator) -> bool:
    """Whether anything stands in the last entry."""
    fields = block.locator("[data-entry]").last.locator("input:not([type=hidden]), textarea")
    return bool(
        fields.evaluate_all(
            "(all) => all.some((f) => ['radio', 'checkbox'].includes(f.type) ? f.checked : f.value)"
        )
    )


def _fill_field(entry: Locator, field: str, value: Any) -> None:
    if isinstance(value, dict):
        chosen = [value["chosen"]] if isinstance(value["chosen"], str) else value["chosen"]
        for option in chosen:
            entry.locator(f"[id$='.{field}.option.{option}']").check()
    else:
        entry.locator(f"[id$='.{field}']").fill(str(value))


def save(screen: Screen, questions: Mapping[str, Any]) -> None:
    """Wait until all is saved; without scripts, press the button that saves the page."""
    if screen.scripts:
        for question in questions:
            screen.wait_saved(question)
        return
    with screen.arriving():
        screen.page.locator("#answers button[type=submit]").last.click()


def hand_over(screen: Screen) -> Screen:
    """From the page of an answer: hand it over."""
    submit(screen, screen.page.locator("form[action$='/hand-over']"))
    look(screen)
    assert screen.page.locator("form[action$='/hand-over']").count() == 0
    return screen


def send_back(screen: Screen, submission: int, reasons: Mapping[str, str]) -> Screen:
    """The coordinator sends questions back."""
    screen.go(f"/submissions/{submission}")
    for question, reason in reasons.items():
        screen.page.locator(f"[id='reason-{question}']").fill(reason)
    submit(screen, screen.page.locator("form[action$='/send-back']"))
    assert "/rounds/" in screen.page.url, screen.page.locator("main").inner_text()
    return screen


def extend(screen: Screen, unit: str, until: date, reason: str) -> Screen:
    """From the page of a round: give a unit another day."""
    row = line_of(screen, unit)
    row.locator("summary").click()
    form = row.locator("form[action$='/extend']")
    form.locator("[name=until]").fill(until.isoformat())
    form.locator("[name=reason]").fill(reason)
    submit(screen, form)
    look(screen)
    return screen


def line_of(screen: Screen, unit: str) -> Locator:
    """The line of a unit on the page of a round."""
    return screen.page.locator(f'table[data-units] tr[data-unit="{unit}"]')


def remind(screen: Screen, said: str = "") -> Screen:
    """From the page of a round: remind all that have not answered."""
    screen.page.locator("form[action$='/remind'] [name=note]").fill(said)
    return submit(screen, screen.page.locator("form[action$='/remind']"))


def close(screen: Screen, case: str, round_id: int) -> Screen:
    """The coordinator closes the round."""
    open_round_page(screen, case, round_id)
    form = screen.page.locator("form[action$='/close']")
    form.locator("[name=confirmed]").check()
    submit(screen, form)
    look(screen)
    assert screen.page.locator("form[action$='/close']").count() == 0
    return screen


def archive(screen: Screen, case: str, *rounds: int) -> bytes:
    """The archivist archives the answers of rounds; the package that is then kept."""
    for round_id in rounds:
        as_person(screen, ARCHIVIST, f"/cases/{case}/rounds/{round_id}")
        look(screen)
        submit(screen, screen.page.locator("form[action$='/archive']"))
    as_person(screen, ARCHIVIST, f"/cases/{case}")
    look(screen)
    kept = screen.page.locator("a", has_text=re.compile(rf"^{case}\.zip$"))
    assert kept.count() == 1, "there is no package: is something in the case not archived?"
    address = kept.get_attribute("href")
    assert address
    reply = screen.context.request.get(address)
    assert reply.ok, reply.text()
    return reply.body()


def judge(screen: Screen, package: bytes) -> Verdict:
    """Verify a package as the product does, by the installation's own key; it must be authentic."""
    key = open_key(screen.server.instance).public_key
    verdict = verify_package(package, key)
    assert verdict.intact, verdict.findings
    assert verdict.authenticity == Authenticity.AUTHENTIC
    return verdict


def submit(screen: Screen, form: Locator) -> Screen:
    """Press the button of a form that leads to a page."""
    with screen.arriving():
        form.locator("button[type=submit]").last.click()
    return screen
