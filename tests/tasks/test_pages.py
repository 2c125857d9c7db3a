"""The pages of the work: the line at a question with and without scripts, overview, comments."""

from __future__ import annotations

import datetime
import re
from html import unescape

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from survey_app.core.task import TaskState
from survey_app.core.workflow import State
from tests.conftest import Person
from tests.stage import Stage
from tests.test_openapi import check

from .work import DONE, READY, assign, breaks, change, comment, links, work

SECTION = "/submissions/1/sections/a"
API = "/api/v1/submissions/1/tasks"


@pytest.fixture
def strategist(stage: Stage, app: Flask) -> Person:
    return stage.sign_in(app, "strategist")


def words(reply: TestResponse | str) -> str:
    """What a page says, without its tags."""
    page = reply if isinstance(reply, str) else reply.text
    main = page.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def line(person: Person, question: str = "1") -> str:
    """What the line of work at a question says."""
    page = person.get(SECTION).text.partition(f'id="work-{question}"')[2]
    return words("<main" + page.partition("data-said>")[2].partition("</summary>")[0])


def form(person: Person, **changed: str) -> dict[str, str]:
    """The section's page as a browser without scripts posts it, some fields changed."""
    page = person.get(SECTION).text
    found = {"whole": "1"}
    for question in ("1", "3"):
        name = f"task.{question}"
        part = page.partition(f'id="work-{question}"')[2].partition("</details>")[0]
        was = re.search(rf'name="{name}\.was" value="([^"]*)"', part)
        assert was
        owner, due, mark, _version = was[1].split("/")
        found |= {f"{name}.was": was[1], f"{name}.owner": owner, f"{name}.due": due,
                  f"{name}.mark": mark}  # fmt: skip
    return found | {name.replace("_", "."): value for name, value in changed.items()}


def test_the_line_says_how_far_whose_until_when_and_how_much_is_said(
    stage: Stage, strategist: Person
) -> None:
    assert line(strategist) == "ej påbörjad ingen ägare"
    stage.save(1, "1", "Text", 0)
    change(stage, owner="strategist_2", due=stage.today, mark=READY)
    assert "klar för granskning strategist_2 klar senast" in line(strategist)
    assert "enligt strategist" in line(strategist)
    change(stage, due=stage.today - datetime.timedelta(days=1), mark=DONE, by="strategist_2")
    stage.save(1, "1", "Annat", 1)
    said = line(strategist)
    assert said.startswith("utkast strategist_2 skulle vara klar")
    assert said.endswith("ändrad sedan strategist_2 satte klar")
    comment(stage, "Ett")
    assert "1 kommentar fråga 1" in words(strategist.get(SECTION))
    comment(stage, "Två")
    assert "2 kommentarer fråga 1" in words(strategist.get(SECTION))


def test_without_scripts_the_work_is_saved_with_what_was_typed_beside(
    stage: Stage, strategist: Person
) -> None:
    owner, due = str(stage.accounts["strategist_2"]), stage.today.isoformat()
    told = form(strategist, task_1_owner=owner, task_1_due=due, then="task.1")
    reply = strategist.post(SECTION, {**told, "q.1": "Skrivet", "q.1.version": "0"})
    assert reply.status_code == 302
    assert reply.location.endswith("/sections/a#question-1")
    assert stage.read(1).answers["1"].value == "Skrivet", "nothing that was typed is lost"
    now = work(stage)
    assert (now.owner, now.due, now.state) == ("strategist_2", stage.today, TaskState.DRAFT)
    assert work(stage, "3").version == 0, "what nobody changed is not touched"
    assert "Sparat." in words(strategist.get(SECTION))


def test_without_scripts_the_pages_own_button_saves_the_work_too(
    stage: Stage, strategist: Person
) -> None:
    reply = strategist.post(SECTION, form(strategist, task_3_mark="done", then="stay"))
    assert reply.status_code == 200
    assert "Ägare, läge eller datum sparat: 1." in words(reply)
    assert work(stage, "3").state == DONE


def test_without_scripts_a_refusal_is_told_and_the_rest_is_saved(
    stage: Stage, strategist: Person
) -> None:
    told = form(strategist, task_1_mark="done", task_3_due="igår", then="task.1")
    reply = strategist.post(SECTION, {**told, "q.3": "Skrivet", "q.3.version": "0"})
    assert reply.status_code == 422
    assert "1: Frågan har inget svar än." in words(reply)
    assert "3: Skriv dagen som år, månad och dag" in words(reply)
    assert stage.read(1).answers["3"].value == "Skrivet"


def test_without_scripts_an_old_page_does_not_undo_what_another_changed(
    stage: Stage, strategist: Person
) -> None:
    old = form(strategist)
    change(stage, owner="strategist_2", by="strategist_2")
    reply = strategist.post(SECTION, {**old, "then": "stay"})
    assert reply.status_code == 200, "nothing was changed in the old page"
    assert work(stage).owner == "strategist_2"
    mine = str(stage.accounts["strategist"])
    reply = strategist.post(SECTION, {**old, "task.1.owner": mine, "then": "stay"})
    assert reply.status_code == 422
    assert "Någon annan ändrade frågans ägare" in words(reply)
    assert work(stage).owner == "strategist_2"


def test_a_damaged_form_changes_nothing(stage: Stage, strategist: Person) -> None:
    told = form(strategist, task_1_owner=str(stage.accounts["strategist"]))
    for was in ("", "x", "///", "///-1", "///9999999999999", "/" * 50):
        reply = strategist.post(SECTION, {**told, "task.1.was": was})
        assert reply.status_code == 422, was
    assert work(stage).version == 0


def test_with_scripts_the_line_is_saved_by_the_api(stage: Stage, strategist: Person) -> None:
    path = "/submissions/{submission_id}/tasks/{question_id}"
    me, due = stage.accounts["strategist"], stage.today.isoformat()
    told = check(
        strategist.put(f"{API}/1", {"owner": me, "due": due, "mark": None, "version": 0}),
        path, "put",
    )  # fmt: skip
    assert (told["owner"], told["due"], told["version"]) == (me, due, 1)
    assert [part["text"] for part in told["said"]][:2] == ["ej påbörjad", "strategist"]
    assert told["was"] == f"{me}/{due}//1"
    for body, status, error in (
        ({"owner": None, "version": 0}, 409, "task_changed"),
        ({"owner": None, "mark": "ready", "version": 1}, 422, "nothing_to_mark"),
        ({"owner": 10**12, "version": 1}, 422, "owner_is_no_writer"),
        ({"owner": True, "version": 1}, 422, "owner_is_no_writer"),
        ({"due": "snart", "version": 1}, 422, "day_unreadable"),
        ({"due": 7, "version": 1}, 422, "day_unreadable"),
        ({"mark": "bra", "version": 1}, 422, "no_such_mark"),
        ({"mark": ["ready"], "version": 1}, 422, "no_such_mark"),
        ({"version": None}, 422, "expected_version"),
        ([], 422, "expected_json"),
    ):
        reply = strategist.put(f"{API}/1", body)
        assert (reply.status_code, check(reply, path, "put")["error"]) == (status, error)
    assert work(stage).version == 1
    assert check(strategist.get(f"{API}/1"), path, "get") == told
    assert check(strategist.get(f"{API}/intyg"), path, "get")["error"] == "no_work_on_question"
    assert strategist.put(f"{API}/zz", {"version": 0}).status_code == 404
    assert breaks(stage) == set()


def test_who_only_reads_sees_the_line_and_cannot_change_it(stage: Stage, app: Flask) -> None:
    change(stage, owner="strategist_2")
    page = stage.sign_in(app, "archivist").get(SECTION)
    assert "ingen ägare" in words(page)
    assert "strategist_2" in words(page)
    assert "task.1" not in page.text


def test_the_line_is_gone_when_the_work_is(stage: Stage, strategist: Person) -> None:
    change(stage, owner="strategist_2")
    stage.bring(1, State.HANDED_IN)
    assert 'class="work' not in strategist.get(SECTION).text


# --- the overview ------------------------------------------------------------------------


def test_the_overview_counts_by_section_and_by_owner(stage: Stage, strategist: Person) -> None:
    stage.save(1, "1", "Alldeles för lång text, över fyrtio tecken lång", 0)
    change(stage, owner="strategist_2", mark=READY, due=stage.today - datetime.timedelta(days=1))
    change(stage, "3", mark=DONE)
    page = strategist.get("/submissions/1/tasks")
    said = words(page)
    assert "1 av 3 frågor klara 1 försenad" in said
    assert "ej påbörjad 1 utkast 0 klar för granskning 1 klar 1" in said
    row = words("<main" + page.text.partition('href="/submissions/1/sections/a"')[2]
                .partition("</tr>")[0])  # fmt: skip
    assert "strategist_2 (1) Avsnitt A ingen (2) Avsnitt A" in row
    assert row.endswith("1 försenad Avsnitt A 1 att rätta, Avsnitt A"), row
    assert 'aria-label="1: klar för granskning, strategist_2' in page.text
    widths = re.findall(r'<rect class="bar-(\w+)" x="(\d)" y="0" width="(\d)"', page.text)
    assert widths[:3] == [("not_started", "0", "1"), ("ready", "1", "1"), ("done", "2", "1")]


def test_each_number_leads_to_its_questions(stage: Stage, strategist: Person) -> None:
    stage.save(1, "1", "Text", 0)
    stage.save(1, "2", {"chosen": "ja", "details": {}}, 0)
    stage.save(1, "2", {"chosen": "nej", "details": {}}, 1)
    change(stage, "3", owner="strategist_2", due=stage.today - datetime.timedelta(days=1))
    stage.save(1, "1", "Alldeles för lång text, över fyrtio tecken lång", 1)
    page = strategist.get("/submissions/1/tasks").text
    urls = {unescape(url) for url in re.findall(r'href="(/submissions/1/tasks\?[^"]*)"', page)}
    assert "/submissions/1/tasks?state=draft&section=a#questions" in urls
    listed = {}
    for url in urls:
        found = strategist.get(url.partition("#")[0]).text.partition('id="questions"')[2]
        listed[url] = re.findall(r'<th scope="row"><a href="[^"]*#question-(\w+)"', found)
    assert listed["/submissions/1/tasks?list=all#questions"] == ["1", "2", "3"]
    assert listed["/submissions/1/tasks?state=draft&section=a#questions"] == ["1", "2"]
    mine = f"/submissions/1/tasks?state=not_started&owner={stage.accounts['strategist_2']}"
    assert listed[f"{mine}#questions"] == ["3"]
    free = "/submissions/1/tasks?section=a&owner=none#questions"
    assert listed[free] == ["1", "2"]
    assert listed["/submissions/1/tasks?only=late&section=a#questions"] == ["3"]
    assert listed["/submissions/1/tasks?only=fix&section=a#questions"] == ["1"]
    assert "Inga frågor är så." in words(strategist.get("/submissions/1/tasks?state=done"))


def test_a_section_is_shared_out_in_the_overview(stage: Stage, strategist: Person) -> None:
    owner = str(stage.accounts["strategist_2"])
    reply = strategist.post("/submissions/1/tasks", {
        "section": "a", "owner": owner, "due": stage.today.isoformat(), "only_free": "1",
    })  # fmt: skip
    assert reply.status_code == 302
    assert "Fördelade frågor: 4." in words(strategist.get(reply.location))
    assert work(stage, "2a").owner == "strategist_2"
    for told, at in (({"owner": owner}, "#sections"), ({"section": "a"}, "#owner"),
                     ({"section": "a", "owner": "9999"}, "#owner"),
                     ({"section": "a", "due": "snart"}, "#due")):  # fmt: skip
        reply = strategist.post("/submissions/1/tasks", told)
        assert reply.status_code == 422
        assert f'<li><a href="{at}">' in reply.text
    reply = strategist.post("/submissions/1/tasks", {"section": "a", "owner": "none"})
    assert work(stage, "2a").owner_id is None


def test_before_sending_it_is_told_what_is_not_done(stage: Stage, strategist: Person) -> None:
    stage.save(1, "1", "Text", 0)
    assert "Inte satta som klara" not in words(strategist.get("/submissions/1/sending"))
    change(stage, mark=DONE, by="strategist_2")
    said = words(strategist.get("/submissions/1/sending"))
    assert "Inte satta som klara 2" in said, "once anybody works so"
    assert "3 Övrigt ej påbörjad" in said
    assert strategist.post("/submissions/1/sending").status_code == 302, "it never stops anybody"


# --- comments ----------------------------------------------------------------------------


def test_a_comment_is_written_and_read(stage: Stage, app: Flask, strategist: Person) -> None:
    url = "/submissions/1/comments/1"
    page = strategist.get(url)
    assert "Ingen har skrivit något" in words(page)
    assert re.findall(r'data-handle="(\w+)"', page.text) == [
        "approver_with_delegation", "approver_without_delegation", "strategist_2"]  # fmt: skip
    reply = strategist.post(url, {"comment": "Hej @strategist_2 <b>&amp;\nrad två"})
    assert reply.location.endswith(f"{url}#comment-1")
    page = strategist.get(url)
    assert '<span class="mention">@strategist_2</span> &lt;b&gt;&amp;amp;\nrad två' in page.text
    colleague = stage.sign_in(app, "strategist_2")
    assert 'class="comment comment-mine"' in colleague.get(url).text
    reply = strategist.post(url, {"comment": "   "})
    assert reply.status_code == 422
    assert "Skriv en kommentar." in words(reply)
    long = "å" * 4001
    reply = strategist.post(url, {"comment": long})
    assert reply.status_code == 422
    assert long in reply.text, "nothing that was typed is lost"
    assert len(links(stage, "comment_added")) == 1


def test_comments_stay_to_be_read_when_they_are_closed(stage: Stage, app: Flask) -> None:
    comment(stage, "Har vi siffror?")
    stage.bring(1, State.HANDED_IN)
    archivist = stage.sign_in(app, "archivist")
    page = archivist.get("/submissions/1/comments/1")
    assert "Har vi siffror?" in words(page)
    assert "<textarea" not in page.text
    weeding = words(archivist.get("/submissions/1/weeding"))
    assert "Kommentarer till frågor 1" in weeding
    assert "Har vi siffror?" in weeding


# --- mine --------------------------------------------------------------------------------


def test_mine_is_what_one_owns_what_is_overdue_first(
    stage: Stage, app: Flask, strategist: Person
) -> None:
    [second] = stage.open("RS2502")
    assert second == 2
    assert "Du har inga frågor att göra klara." in words(strategist.get("/mine"))
    assert "att göra klar" not in words(strategist.get("/"))
    assign(stage, ["a"], owner="strategist", due=stage.today + datetime.timedelta(days=20))
    change(stage, "2", due=stage.today - datetime.timedelta(days=1))
    change(stage, "3", mark=DONE)
    said = words(strategist.get("/mine"))
    assert said.index("Försenade 1") < said.index("2 Finns underlag?") < said.index("Senare 1")
    assert said.index("Senare 1") < said.index("1 Beskriv")
    assert "Övrigt" not in said, "it is done"
    assert "Underlag" not in said.replace("underlag", ""), "not asked for now"
    assert "Du har 2 frågor att göra klara 1 försenad" in words(strategist.get("/"))
    assert "RS2502" not in said
    everything = words(strategist.get("/mine?view=open"))
    assert "RS2502" in everything
    assert "Alla öppna 5" in everything
    stranger = words(stage.sign_in(app, "other_strategist").get("/mine?view=open"))
    assert "RS250" not in stranger
    stage.save(1, "1", "Text", 0)
    stage.send(1)
    assert "RS2501" not in words(strategist.get("/mine?view=open")), "it is out of hand"


def test_what_is_ready_waits_for_another_to_read(
    stage: Stage, app: Flask, strategist: Person
) -> None:
    stage.save(1, "1", "Text", 0)
    change(stage, mark=READY)
    assert "Inget väntar på granskning." in words(strategist.get("/mine?view=review"))
    colleague = stage.sign_in(app, "strategist_2")
    assert "1 Beskriv" in words(colleague.get("/mine?view=review"))


def test_whoever_is_called_on_sees_it(stage: Stage, app: Flask) -> None:
    comment(stage, "Titta här @approver_with_delegation")
    approver = stage.sign_in(app, "approver_with_delegation")
    page = approver.get("/mine")
    assert "Titta här @approver_with_delegation" in words(page)
    assert 'href="/submissions/1/comments/1#comment-1"' in page.text
    other = stage.sign_in(app, "approver_without_delegation")
    assert "Ingen har nämnt dig" in words(other.get("/mine"))
