"""For each route a request that works for whoever may, and what became of it."""

from __future__ import annotations

import hashlib
import io
import json
import re
from itertools import count
from typing import Any

import pyotp
from werkzeug.test import TestResponse

from survey_app.services.persons.removal import survey_person
from survey_app.services.removals.weeding import survey_material
from survey_app.services.specification import forms_in
from survey_app.services.surveys.ballot import hash_of
from survey_app.services.upload import blob_bytes
from survey_app.services.version import find_next, hash_plan
from survey_app.services.word import find_file

from .conftest import Person
from .permission_table import ANONYMOUS, OK, SIGN_IN, known_routes
from .stage import OTHER, OWN, PASSWORD, PDF_BYTES, PEOPLE
from .world import World

_NAMES = count(1)


def _section_form(world: World, unit: str, state: str) -> dict[str, Any]:
    return {"q.1": "Ändrat", "q.1.version": "1", "whole": "1"}


def _material(world: World, unit: str, state: str) -> str:
    """The hash of the working material as the archivist's page carries it."""
    if state not in ("handed_in", "archived"):
        return ""
    archivist = world.stage.actor("archivist" if unit == OWN else "other_archivist")
    with world.stage.database.reading() as session:
        return survey_material(session, archivist, world.submissions[unit, state]).sha256


def _person_shown(world: World, unit: str) -> str:
    """The hash of what there is of somebody as the administrator's page carries it."""
    administrator = world.stage.actor("administrator" if unit == OWN else "other_administrator")
    account = world.stage.accounts["strategist" if unit == OWN else "other_strategist"]
    with world.stage.database.reading() as session:
        return survey_person(session, administrator, account, world.stage.now).sha256


def _content_shown(world: World, unit: str, state: str) -> str:
    """The hash of the content as the approver's page carries it."""
    reader = "approver_with_delegation" if unit == OWN else "other_approver"
    return world.stage.shown(world.submissions[unit, state], reader)


def _version_shown(world: World, unit: str, state: str) -> str:
    """The hash of what the page shows of the next version."""
    reader = "strategist" if unit == OWN else "other_strategist"
    dossier = world.stage.read(world.submissions[unit, state], reader)
    folder = world.stage.settings.questionnaires
    target = find_next(dossier, forms_in(folder).forms)
    assert target is not None
    return hash_plan(dossier, target)


def _word_file(world: World, unit: str, state: str) -> bytes:
    """The Word file that was handed in when the submission was a draft."""
    with world.stage.database.reading() as session:
        file = find_file(session, world.submissions[unit, state], world.files[unit, state][0])
        return blob_bytes(session, file.sha256)


BODIES: dict[str, Any] = {
    "POST /sign-in": lambda *_: {"email": "nobody@demo.example", "password": "wrong"},
    "POST /sign-out": lambda *_: {},
    "POST /language": lambda *_: {"language": "en"},
    "POST /cases/new": lambda *_: {
        "questionnaire": "prov-2025.json", "diary_number": "NY1234", "title": "T", "unit": "{unit}",
    },
    "POST /submissions/<int:submission_id>/sections/<section_id>": _section_form,
    "POST /submissions/<int:submission_id>/questions": _section_form,
    "POST /submissions/<int:submission_id>/carrying/<section_id>": lambda *_: {
        "do.1": "carry", "version.1": "1", "whole": "1",
    },
    "POST /submissions/<int:submission_id>/conflict": lambda *_: {
        "question": "1", "keep": "mine", "version": "1",
        "yours_json": json.dumps({"value": "Min text", "blank": None}),
    },
    "POST /submissions/<int:submission_id>/history/<question_id>": lambda *_: {
        "place": "0", "version": "1",
    },
    "POST /api/v1/submissions/<int:submission_id>/answers/<question_id>/files": lambda *_: {
        "file": (io.BytesIO(PDF_BYTES + b"more"), "ny.pdf"), "version": "1",
    },
    "POST /submissions/<int:submission_id>/tasks": lambda world, unit, state: {
        "section": "a", "owner": str(world.stage.accounts[
            "strategist_2" if unit == OWN else "other_strategist"]),
    },
    "PUT /api/v1/submissions/<int:submission_id>/tasks/<question_id>": lambda *_: {
        "owner": None, "due": "2026-03-01", "mark": None, "version": 0,
    },
    "POST /submissions/<int:submission_id>/comments/<question_id>": lambda *_: {
        "comment": "Hej @strategist_2",
    },
    "POST /submissions/<int:submission_id>/version": lambda world, unit, state: {
        "shown_sha256": _version_shown(world, unit, state),
    },
    "POST /submissions/<int:submission_id>/word": lambda world, unit, state: {
        "file": (io.BytesIO(_word_file(world, unit, state)), "svar.docx"),
    },
    "POST /submissions/<int:submission_id>/word/<int:file_id>/proposals": lambda *_: {},
    "POST /submissions/<int:submission_id>/word/<int:file_id>/removal": lambda *_: {},
    "POST /submissions/<int:submission_id>/proposals/<int:proposal_id>": lambda *_: {
        "do": "theirs", "version": "0",
    },
    "POST /submissions/<int:submission_id>/tables/<question_id>/import": lambda *_: {
        "paste": "\tA\tB\nTvå\t3\t4\n",
    },
    "POST /submissions/<int:submission_id>/tables/<question_id>/import/<int:file_id>":
        lambda *_: {"do": "take", "version": "0"},
    "POST /submissions/<int:submission_id>/tables/<question_id>/import/<int:file_id>/removal":
        lambda *_: {},
    "POST /submissions/<int:submission_id>/sending": lambda *_: {},
    "POST /submissions/<int:submission_id>/sending/blanks": lambda *_: {
        "question": "3", "version.3": "0", "code.3": "reason", "reason.3": "Vet inte",
    },
    "POST /submissions/<int:submission_id>/withdrawal": lambda *_: {},
    "POST /submissions/<int:submission_id>/approval/identity": lambda *_: {},
    "POST /submissions/<int:submission_id>/approval": lambda world, unit, state: {
        "password": PASSWORD, "q.intyg": "1", "q.intyg.version": "0",
        "content_sha256": _content_shown(world, unit, state),
    },
    "POST /submissions/<int:submission_id>/approval/reason": lambda *_: {
        "question": "1", "reason": "Skriv mer",
    },
    "POST /submissions/<int:submission_id>/return": lambda world, unit, state: {
        "reason.1": "Skriv mer", "content_sha256": _content_shown(world, unit, state),
    },
    "POST /submissions/<int:submission_id>/handing-in": lambda world, *_: {
        "day": world.stage.today.isoformat(), "receipt_number": "K-2",
    },
    "POST /submissions/<int:submission_id>/handing-in/fields": lambda *_: {
        "done": "1", "whole": "1",
    },
    "POST /submissions/<int:submission_id>/extension": lambda world, *_: {
        "counterpart": "Myndigheten", "day": world.stage.today.isoformat(),
        "until": "2030-01-01", "reason": "Sjukdom",
    },
    "POST /submissions/<int:submission_id>/completion": lambda world, *_: {
        "counterpart": "Myndigheten", "day": world.stage.today.isoformat(),
        "until": "2030-01-01", "reason": "Mer om 1", "question": "1",
    },
    "POST /submissions/<int:submission_id>/contributions/new": lambda world, unit, state: {
        "unit": str(world.stage.units[OTHER if unit == OWN else OWN]), "question": "1",
    },
    "POST /submissions/<int:submission_id>/hand-over": lambda *_: {},
    "POST /submissions/<int:submission_id>/send-back": lambda *_: {"reason.1": "Skriv mer"},
    "POST /submissions/<int:submission_id>/recall": lambda *_: {},
    "POST /submissions/<int:submission_id>/archiving": lambda *_: {},
    "POST /submissions/<int:submission_id>/giving-out": lambda *_: {
        "mask": "answer:1", "reason": "Skälet", "ground": "OSL 25 kap. 1 §", "step": "make",
    },
    "POST /cases/<diary_number>/giving-out/refusal": lambda *_: {
        "what": "Svaret", "reasons": "Skälet", "ground": "OSL 25 kap. 1 §",
        "decided_by": "Arkivarie",
    },
    "POST /submissions/<int:submission_id>/correction": lambda *_: {},
    "POST /cases/<diary_number>/memo": lambda *_: {},
    "POST /cases/<diary_number>/board-decisions": lambda world, *_: {
        "body": "Regionstyrelsen", "paragraph": str(next(_NAMES)),
        "day": world.stage.today.isoformat(), "matter": "Information", "decision": "Antecknas.",
        "not_sent": "1",
    },
    "POST /cases/<diary_number>/registry": lambda world, *_: {
        "kind": "decision", "direction": "own", "day": world.stage.today.isoformat(),
        "subject": "Beslut",
    },
    "POST /cases/<diary_number>/registry/<int:number>/secrecy": lambda *_: {"ground": "OSL 25:1"},
    "POST /cases/<diary_number>/registry/<int:number>/striking": lambda *_: {"reason": "Fel"},
    "POST /submissions/<int:submission_id>/weeding": lambda world, unit, state: {
        "decision": "Plan 1", "confirmed": "1", "shown_sha256": _material(world, unit, state),
    },
    "POST /cases/<diary_number>/rounds/new": lambda world, *_: {
        "questionnaire": "kort.json", "unit": str(world.villages[1]),
    },
    "POST /cases/<diary_number>/rounds/<int:round_id>/units": lambda world, *_: {
        "unit": str(world.villages[1]),
    },
    "POST /cases/<diary_number>/rounds/<int:round_id>/units/<int:unit_id>/extend":
        lambda *_: {"until": "2030-01-01", "reason": "Sjukdom"},
    "POST /cases/<diary_number>/rounds/<int:round_id>/units/<int:unit_id>/recall": lambda *_: {},
    "POST /cases/<diary_number>/rounds/<int:round_id>/remind": lambda *_: {"note": "Hej"},
    "POST /cases/<diary_number>/rounds/<int:round_id>/import": lambda *_: {
        "pasted": "Enhet\tAntal processer\nKommun Ett\t3",
    },
    "POST /cases/<diary_number>/rounds/<int:round_id>/import/answers": lambda *_: {"look": "1"},
    "POST /cases/<diary_number>/rounds/<int:round_id>/import/removal": lambda *_: {},
    "POST /cases/<diary_number>/rounds/<int:round_id>/import/hand-over": lambda *_: {
        "submission": "1",
    },
    "POST /cases/<diary_number>/rounds/<int:round_id>/archive": lambda *_: {},
    "POST /cases/<diary_number>/rounds/<int:round_id>/close": lambda *_: {"confirmed": "1"},
    "POST /cases/<diary_number>/surveys/new": lambda *_: {"questionnaire": "enkat.json"},
    "POST /cases/<diary_number>/surveys/<int:round_id>/links": lambda *_: {"label": "Affisch"},
    "POST /cases/<diary_number>/surveys/<int:round_id>/links/single":
        lambda *_: {"n": "2", "kind": "csv"},
    "POST /cases/<diary_number>/surveys/<int:round_id>/links/revoke": lambda world, unit, state: {
        "link": hash_of(world.surveys[unit, state][1]),
    },
    "POST /cases/<diary_number>/surveys/<int:round_id>/close": lambda *_: {"confirmed": "1"},
    "POST /cases/<diary_number>/surveys/<int:round_id>/weeding": lambda *_: {"decision": "Plan"},
    "POST /ballots/<token>": lambda *_: {
        "q.bra": "Bra.", "q.bra.version": "0", "whole": "1",
        "seen": "roll omfattning upplevt pastaenden bra battre igen",
    },
    "POST /cases/<diary_number>/removal": lambda world, *_: {
        "decision": "Beslut 1", "ground": "Planen 4.2", "day": world.stage.today.isoformat(),
        "keeping": "nothing", "confirmed": "1",
    },
    "POST /cases/<diary_number>/reports/new": lambda world, unit, state: {
        "round": str(world.rounds[unit, state]),
    },
    "POST /cases/<diary_number>/reports/<int:report_id>": lambda *_: {},
    "POST /cases/<diary_number>/reports/<int:report_id>/settling": lambda *_: {"confirmed": "1"},
    "POST /cases/<diary_number>/reports/<int:report_id>/weeding": lambda *_: {
        "decision": "Plan 1", "confirmed": "1",
    },
    "POST /cases/<diary_number>/reports/<int:report_id>/reopen": lambda *_: {},
    "POST /cases/<diary_number>/reports/<int:report_id>/pieces/<piece_id>":
        lambda world, unit, state: {
            f"q.{world.reports[unit, state][1]}.title": "Ändrat",
            f"q.{world.reports[unit, state][1]}.version": "0",
        },
    "POST /cases/<diary_number>/reports/<int:report_id>/pieces/<piece_id>/move":
        lambda *_: {"to": "top", "moves": "0"},
    "POST /cases/<diary_number>/reports/<int:report_id>/pieces/<piece_id>/text":
        lambda *_: {"sort": "text", "text": "Eget"},
    "PUT /api/v1/cases/<diary_number>/reports/<int:report_id>/pieces/<piece_id>":
        lambda *_: {"value": ["Ändrat"], "version": 0},
    "POST /sign-in/oidc/ended": lambda *_: {"logout_token": "a.b.c"},
    "POST /verification": lambda *_: {"package": (io.BytesIO(PDF_BYTES), "paket.zip")},
    "POST /messages": lambda *_: {"mode": "digest"},
    "POST /accounts": lambda world, unit, state: {
        "email": "ny@demo.example", "name": "Ny", "role": "strategist",
        "unit": str(world.stage.units[unit]),
    },
    "POST /accounts/<int:account_id>": lambda *_: {"change": "close"},
    "POST /accounts/<int:account_id>/link": lambda *_: {},
    "POST /accounts/<int:account_id>/factor": lambda *_: {"reason": "Telefonen är borta"},
    "POST /accounts/<int:account_id>/sessions": lambda *_: {},
    "POST /accounts/<int:account_id>/removal": lambda world, unit, state: {
        "decision": "Beslut 5", "confirmed": "1", "shown_sha256": _person_shown(world, unit),
    },
    "POST /account/data/removal": lambda *_: {},
    "POST /account/password": lambda *_: {
        "password": PASSWORD, "new_password": "tillräckligt lång",
    },
    "POST /account/sessions/end": lambda *_: {"sessions_password": PASSWORD},
    "POST /account/tokens": lambda *_: {"tokens_password": PASSWORD, "days": "30"},
    "POST /account/tokens/<name>/end": lambda *_: {},
    "POST /account/factor/codes": lambda *_: {"password": PASSWORD},
    "POST /account/factor/done": lambda *_: {},
    "POST /sign-in/factor": lambda *_: {"code": "123456"},
    "POST /resets": lambda *_: {"email": "strategist@demo.example"},
    "POST /resets/<token>": lambda *_: {"password": "tillräckligt lång"},
    "POST /invitations/<token>": lambda *_: {"password": "tillräckligt lång"},
    "POST /units": lambda *_: {"name": f"Enhet {next(_NAMES)}"},
    "POST /delegations": lambda world, unit, state: {
        "account": str(world.stage.accounts[
            "approver_without_delegation" if unit == OWN else "other_approver"]),
        "unit": str(world.stage.units[unit]), "decision": "Beslut 2",
        "valid_from": "2026-01-01", "valid_to": "2030-01-01",
    },
    "POST /delegations/<int:delegation_id>": lambda *_: {},
    "POST /delegations/orders": lambda world, unit, state: {
        "unit": str(world.stage.units[unit]), "steps": "2", "order_decision": "Beslut 3",
    },
    "POST /delegations/orders/<int:order_id>": lambda *_: {},
    "POST /stand-ins": lambda world, unit, state: {
        "delegation": str(world.delegations[unit]), "account": str(world.deputies[unit]),
        "decision": "Beslut 4", "valid_from": world.stage.today.isoformat(),
        "valid_to": world.stage.today.isoformat(),
    },
    "POST /stand-ins/<int:stand_in_id>": lambda *_: {},
}  # fmt: skip


def _url(world: World, rule: str, unit: str, state: str) -> str:
    survey, link = world.surveys[unit, state]
    place = 1 + list(world.files).index((unit, state))
    values = {
        "/surveys/<int:round_id>": f"/surveys/{survey}",
        "/links/<sha256>": f"/links/{hash_of(link)}",
        "/invitations/<token>": f"/invitations/{world.link}",
        "/resets/<token>": f"/resets/{world.link}",
        "<token>": link,
        "<name>": "0123456789abcdef",
        "<int:submission_id>": str(world.submissions[unit, state]),
        "<section_id>": "a",
        "/tables/<question_id>": "/tables/tabell",
        "/import/<int:file_id>": f"/import/{place}",
        "/results/<question_id>": "/results/niva",
        "<question_id>": "2a" if rule.endswith("/files") else "1",
        "<sha256>": hashlib.sha256(PDF_BYTES).hexdigest(),
        "<diary_number>": world.numbers[unit, state],
        "<int:number>": "1",
        "<int:file_id>": str(world.files[unit, state][rule.endswith(("/proposals", "/removal"))]),
        "<int:proposal_id>": str(place),
        "<int:copy_id>": "1" if unit == OWN else "4",
        "<int:given_id>": "1" if unit == OWN else "2",
        "<kind>": "pdf",
        "<int:account_id>": str(
            world.stage.accounts["strategist" if unit == OWN else "other_strategist"]
        ),
        "<int:delegation_id>": str(world.delegations[unit]),
        "<int:stand_in_id>": str(world.stand_ins[unit]),
        "<int:order_id>": str(world.orders[unit]),
        "<int:round_id>": str(world.rounds[unit, state]),
        "<int:report_id>": str(world.reports[unit, state][0]),
        "<piece_id>": world.reports[unit, state][1],
        "<int:unit_id>": str(world.villages[0]),
        "<path:filename>": "redogor.css",
    }
    for sign, value in values.items():
        rule = rule.replace(sign, value)
    assert "<" not in rule, f"say in _url what stands for the last part of {rule}"
    return rule


def ask(world: World, who: str, route: str, unit: str, state: str) -> TestResponse:
    """One request by one person, with a body that works."""
    method, _, rule = route.partition(" ")
    url = _url(world, rule, unit, state)
    person = world.people.get(who) or Person(world.app.test_client(), "")
    if known_routes().get(route) == "public" and method == "POST" and who != ANONYMOUS:
        person = world.stage.sign_in(world.app, who)  # these change the cookie
    if method in ("GET", "HEAD", "OPTIONS"):
        return person.client.open(url, method=method)
    if rule.endswith("/presence"):
        return person.put(url, {"question": "1", "browser": "b1"})
    if method == "PUT":
        told = BODIES.get(route, lambda *_: {"value": "Ändrat", "version": 1})
        return person.put(url, told(world, unit, state))
    if route == "POST /api/v1/session":
        return person.client.post(url, json={"email": "x@demo.example", "password": "wrong"})
    if route == "POST /account/factor":
        return person.post(url, _factor_form(world, person))
    assert route in BODIES, f"add a form that works for {route} to BODIES"
    body = BODIES[route](world, unit, state)
    own_unit = str(world.stage.units[PEOPLE[who][0]]) if who in PEOPLE else "1"
    body = {key: own_unit if value == "{unit}" else value for key, value in body.items()}
    return person.post(url, body)


def _factor_form(world: World, person: Person) -> dict[str, Any]:
    """The form of somebody who has read the key off the page; a stranger's is empty."""
    page = person.get("/account/factor").text
    sealed = re.search(r'name="sealed" value="([^"]+)"', page)
    key = re.search(r'<code class="key">([A-Z2-7 ]+)</code>', page)
    if sealed is None or key is None:
        return {}
    code = pyotp.TOTP(key[1].replace(" ", "")).at(world.stage.now)
    return {"sealed": sealed[1], "code": code, "password": PASSWORD}


def outcome(reply: TestResponse) -> str | int:
    """What became of it: ``ok``, ``sign in`` or the status that refused."""
    if reply.status_code in (301, 302) and reply.headers["Location"].startswith("/sign-in"):
        return SIGN_IN
    if reply.status_code == 401:
        return SIGN_IN
    if reply.status_code == 303:  # led to what one has done already: nothing is done again
        return 409
    return OK if reply.status_code < 400 else reply.status_code
