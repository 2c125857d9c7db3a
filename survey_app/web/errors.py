"""Errors are part of the product: what happened, where, what to do. The log has the rest."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping, Sequence

from flask import Flask, Response, current_app, g, jsonify, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.wrappers import Response as AnyResponse

from survey_app.core.workflow import Role
from survey_app.services.refusal import Gone, Refused, Unavailable
from survey_app.store.trouble import PerhapsSaved, trouble_of
from survey_app.web.authentication import is_api
from survey_app.web.catalogue import gettext as _
from survey_app.web.held import HeldText, describe_held, posted_fields
from survey_app.web.speech import describe_problem, describe_refusal
from survey_app.web.turned_away import note_turned_away

log = logging.getLogger("redogor")
RETRY_AFTER = 5
"""Seconds after which what could not be done just now is worth another try."""


def _explained(status: int) -> tuple[str, str]:
    known = {
        400: (_("Det som skickades gick inte att läsa"),
              _("Ingenting är ändrat. Gå tillbaka och försök igen.")),
        403: (_("Du får inte göra det här"),
              _("Din roll ger inte rätt till sidan. Fråga enhetens administratör.")),
        404: (_("Sidan finns inte"),
              _("Kontrollera adressen. Det kan också vara något som hör till en annan enhet.")),
        405: (_("Så kan sidan inte användas"), _("Gå till förstasidan och börja därifrån.")),
        409: (_("Det går inte nu"), _("Något har ändrats. Ladda om sidan och titta igen.")),
        410: (_("Ärendet är gallrat"), _("Det som fanns här är borttaget genom ett beslut.")),
        413: (_("Det som skickades är för stort"), _too_large()),
        422: (_("Det går inte att ta emot"), _("Ingenting är ändrat.")),
        429: (_("För många försök"), _("Ingenting är ändrat. Vänta en stund och försök igen.")),
        503: (_("Det går inte just nu"), _("Ingenting är ändrat. Försök igen om en stund.")),
    }  # fmt: skip
    unknown = _("Något gick fel"), _("Ingenting är ändrat. Försök igen om en stund.")
    return known.get(status, unknown)


def _too_large() -> str:
    if g.get("anonymous"):
        return _("Texterna är för långa för att tas emot. Gå tillbaka och korta dem.")
    return _("En fil får vara högst %(size)s MB. Ingenting är ändrat.",
             size=(request.max_content_length or 0) // 1024**2 - 2)  # fmt: skip


def _reply(
    status: int, code: str, message: str, told: Sequence[HeldText] = (),
    links: Sequence[Mapping[str, str]] = (), **more: object,
) -> AnyResponse:  # fmt: skip
    """told   what was typed on the page whose form was refused
    links  where to go on from there, each a ``label`` and a ``url``
    """
    wait = {"Retry-After": str(RETRY_AFTER)} if status == 503 else {}
    if is_api(request):
        reply = jsonify(error=code, message=message, **more)
        reply.status_code = status
        reply.headers.update(wait)
        return reply
    heading, explanation = _explained(status)
    page = render_template(
        "ballots/refused.html" if g.get("anonymous") else "error.html",
        heading=heading,
        explanation=message or explanation,
        told=told,
        actions=[*links, {"label": _("Till förstasidan"), "url": url_for("cases.index")}],
        reference=more.get("reference", ""),
    )
    return Response(page, status, wait, mimetype="text/html")


def refuse(refused: Refused) -> AnyResponse:
    """The page, or for a program the JSON, that says what a service does not do."""
    problems = [
        {"question": item.question, "part": item.part, "code": item.code,
         "severity": item.severity, "message": describe_problem(item)}
        for item in refused.problems
    ]  # fmt: skip
    more = {"problems": problems} if problems else {}
    note_turned_away(refused)
    reply = _reply(refused.status, refused.code, describe_refusal(refused), _typed(),
                   _what_was_here(refused), **more)  # fmt: skip
    if "seconds" in refused.facts:
        reply.headers["Retry-After"] = str(refused.facts["seconds"])
    return reply


def _what_was_here(refused: Refused) -> list[dict[str, str]]:
    who = g.get("actor")
    if not isinstance(refused, Gone) or who is None or not who.has(Role.ARCHIVIST):
        return []
    url = url_for("case_removal.show", diary_number=refused.facts["number"])
    return [{"label": _("Vad som fanns i ärendet"), "url": url}]


def _typed() -> list[HeldText]:
    """What somebody typed, where a page that takes forms is refused: to be copied from there."""
    if request.method != "POST" or is_api(request) or g.get("actor") is None:
        return []
    try:
        return describe_held(request.path, posted_fields(), g.actor)
    except (Refused, HTTPException):  # a form that did not arrive whole has nothing to tell
        return []


def _http(error: HTTPException) -> AnyResponse:
    status = error.code or 500
    if status < 400:
        return error.get_response()
    if isinstance(error, MethodNotAllowed) and _leads_nowhere(error):
        status = 404
    heading, explanation = _explained(status)
    return _reply(status, f"http_{status}", f"{heading}. {explanation}" if is_api(request)
                  else explanation)  # fmt: skip


def _leads_nowhere(error: MethodNotAllowed) -> bool:
    """Whether no method at all leads anywhere from here.

    Where an address is known for several methods, Werkzeug takes a number that no row can have for
    a method that is not allowed.
    """
    for method in error.valid_methods or ():
        try:
            current_app.create_url_adapter(request).match(method=method)  # type: ignore[union-attr]
        except (NotFound, MethodNotAllowed):
            continue
        except HTTPException:
            return False
        return False
    return True


_OF_ANOTHER_LOGIN = {"The CSRF tokens do not match.", "The CSRF session token is missing."}
"""What Flask-WTF says of a token that is ours, but of another login than this one."""


def _csrf(error: CSRFError) -> AnyResponse:
    typed = not is_api(request) and request.blueprint != "sign_in" and g.get("actor") is not None
    if typed and error.description in _OF_ANOTHER_LOGIN:
        from survey_app.web.pages.sign_in import show_held

        return show_held()
    message = _(
        "Sidan hade legat öppen för länge, eller så är den inte vår. Ingenting är ändrat. "
        "Gå tillbaka, ladda om sidan och spara igen."
    )
    return _reply(400, "csrf", message)


def _database(error: SQLAlchemyError | PerhapsSaved) -> AnyResponse:
    """A database that is gone, busy or full; what else it says is as unforeseen as anything."""
    trouble = trouble_of(error)
    if trouble is None:
        return _unforeseen(error)
    fields = {"request": g.get("request_id"), "endpoint": request.endpoint}
    log.warning(trouble, exc_info=error, extra={"fields": fields})
    g.database_trouble = True  # so that the page asks it nothing more
    return _reply(503, trouble, describe_refusal(Unavailable(trouble)), _typed_by_anybody())


def _typed_by_anybody() -> list[HeldText]:
    if request.method != "POST" or is_api(request):
        return []
    try:
        return describe_held(request.path, posted_fields(), None)
    except (Refused, HTTPException):
        return []


def _unforeseen(error: Exception) -> AnyResponse:
    reference = g.get("request_id") or secrets.token_hex(8)
    # The address itself may hold a secret: of a ballot, an invitation.
    fields = {"request": reference, "method": request.method, "endpoint": request.endpoint}
    log.error("unforeseen", exc_info=error, extra={"fields": fields})
    message = _(
        "Felet är noterat med beteckningen %(reference)s. Det du skrev finns kvar om sidan "
        "fortfarande är öppen: försök spara igen om en stund.",
        reference=reference,
    )
    return _reply(500, "unforeseen", message, reference=reference)


def install(app: Flask) -> None:
    """Turn every error into a page, or into JSON for a program."""
    app.register_error_handler(Refused, refuse)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(SQLAlchemyError, _database)
    app.register_error_handler(PerhapsSaved, _database)
    app.register_error_handler(Exception, _unforeseen)
