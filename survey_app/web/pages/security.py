"""The security log for administrators: read, searched, and taken away as CSV or JSON lines."""

from __future__ import annotations

import datetime
import hashlib
import json
from typing import Any

from flask import Blueprint, Response, render_template, request

from survey_app.core.kinds.date import read_date
from survey_app.core.workflow import Role
from survey_app.export.sheet.delimited import Given, write_csv
from survey_app.services.accounts.account import list_accounts
from survey_app.services.refusal import Invalid
from survey_app.services.security.listing import PAGE, Listed, Wanted, list_entries
from survey_app.services.security.log import KINDS, note
from survey_app.web.access import role
from survey_app.web.catalogue import gettext as _
from survey_app.web.pages.attachments import as_download
from survey_app.web.place import actor, reading, today, writing
from survey_app.web.speech import describe_refusal, role_label
from survey_app.web.wording import security as wording

pages = Blueprint("security", __name__)


@pages.get("/security")
@role(Role.ADMINISTRATOR)
def index() -> str | tuple[str, int]:
    """The entries of the units that one administers, newest first."""
    error, wanted = "", Wanted()
    try:
        wanted = _wanted()
    except Invalid as refused:
        error = describe_refusal(refused)
    with reading() as session:
        rows = list_entries(session, actor(), wanted, before=_number("before"), most=PAGE + 1)
        people = [item.account for item in list_accounts(session, actor())]
    page = render_template(
        "security/index.html", rows=[(row, _what(row)) for row in rows[:PAGE]], people=people,
        kinds=sorted(((kind, _(wording.KINDS[kind])) for kind in KINDS), key=lambda item: item[1]),
        typed=request.args, error=error, query=_query(),
        older=rows[PAGE - 1].number if len(rows) > PAGE else None,
    )  # fmt: skip
    return (page, 422) if error else page


@pages.get("/security.csv")
@role(Role.ADMINISTRATOR)
def csv() -> Response:
    """The entries asked for, for a spreadsheet; taking them away is an entry itself."""
    rows = _taken()
    head = [_("Nummer"), _("Tid (UTC)"), _("Händelse"), _("Konto"), _("Av"), _("Enhet"),
            _("Inloggning"), _("Anrop"), _("Uppgifter")]  # fmt: skip
    lines: list[list[Given]] = [
        [row.number, row.at.isoformat(), _what(row), row.whose, row.by, row.unit, row.login,
         row.request, json.dumps(row.facts, ensure_ascii=False)]
        for row in rows
    ]  # fmt: skip
    return _send(write_csv([head, *lines]), "csv", "text/csv", len(rows))


@pages.get("/security.jsonl")
@role(Role.ADMINISTRATOR)
def jsonl() -> Response:
    """The same as JSON lines, for programs: codes instead of words."""
    rows = _taken()
    data = "".join(json.dumps(_facts(row), ensure_ascii=False) + "\n" for row in rows).encode()
    return _send(data, "jsonl", "application/jsonl", len(rows))


def _facts(row: Listed) -> dict[str, Any]:
    told = {name: getattr(row, name) for name in Listed.__slots__}
    return {**told, "at": row.at.isoformat()}


def _taken() -> list[Listed]:
    with reading() as session:
        return list_entries(session, actor(), _wanted(), most=None)


def _send(data: bytes, ending: str, media_type: str, count: int) -> Response:
    """The file, noted for each unit whose entries may be in it."""
    with writing() as session:
        for unit in actor().units_as(Role.ADMINISTRATOR):
            note(
                session, "exported", by=actor().account_id, unit=unit, what=f"security_{ending}",
                entries=count, sha256=hashlib.sha256(data).hexdigest(),
            )  # fmt: skip
    return as_download(data, f"sakerhetslogg-{today()}.{ending}", media_type)


def _wanted() -> Wanted:
    """What the address asks for. Raises Invalid (``period_unreadable``)."""
    kind = request.args.get("kind", "")
    return Wanted(kind if kind in KINDS else None, _number("who"), _day("from"), _day("to"))


def _number(name: str) -> int | None:
    typed = request.args.get(name, "")
    return int(typed) if typed.isdecimal() and len(typed) < 10 else None


def _day(name: str) -> datetime.date | None:
    typed = request.args.get(name, "").strip()
    if not typed:
        return None
    day = read_date(typed)
    if day is None or not 1990 <= day.year < 9999:
        raise Invalid("period_unreadable")
    return day


def _query() -> dict[str, str]:
    """The filters as they stand, for the addresses of the files and of the next page."""
    names = ("kind", "who", "from", "to")
    return {name: request.args[name] for name in names if request.args.get(name)}


def _what(row: Listed) -> str:
    """An entry in words: what happened, and of what sort."""
    words = _(wording.KINDS[row.kind]) if row.kind in wording.KINDS else row.kind
    facts = row.facts
    if facts.get("role") in set(Role):
        return f"{words}: {role_label(facts['role'])}"
    if facts.get("exposed"):
        return f"{words}: {_('kan vara känd av andra')}"
    for table, name in ((wording.EXPORTS, "what"), (wording.METHODS, "how")):
        if facts.get(name) in table:
            return f"{words}: {_(table[facts[name]])}"
    return words
