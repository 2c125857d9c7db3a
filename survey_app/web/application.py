"""The web application, put together."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, request, url_for
from flask_login import current_user

from survey_app.config import Settings, UnsafeSettings
from survey_app.core.characters import count_characters
from survey_app.core.workflow import Role
from survey_app.services.accounts.provider import Provider
from survey_app.services.approvals.decisions import READERS
from survey_app.services.archives.seal import open_sealer
from survey_app.services.keys.installation import (
    OtherInstallation,
    claim,
    earlier_keys,
    is_claimed,
)
from survey_app.services.keys.key import signing_key
from survey_app.store.engine import Database
from survey_app.web import (
    access,
    authentication,
    errors,
    language,
    limits,
    log,
    metrics,
    post,
    request_id,
    security,
)
from survey_app.web.address import RowNumber
from survey_app.web.catalogue import gettext
from survey_app.web.charts import draw_charts
from survey_app.web.compiled import keep_compiled
from survey_app.web.drawing import (
    contents_drawing_for,
    drawing_for,
    parts_drawing_for,
    texts_for,
)
from survey_app.web.number import format_date, format_number, format_time
from survey_app.web.pages import BLUEPRINTS, api
from survey_app.web.place import Place
from survey_app.web.unstorable import refuse_unstorable
from survey_app.web.whole_body import whole_bodies
from survey_app.web.wording.mark import N_

LARGEST_REQUEST = 27 * 1024 * 1024


def build(settings: Settings) -> Flask:
    """A Flask application of an installation whose database is migrated."""
    app = Flask("survey_app", template_folder="web/templates", static_folder="web/static")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SECRET_KEY_FALLBACKS=[settings.secret_key_before] if settings.secret_key_before else None,
        SESSION_COOKIE_NAME="__Host-redogor" if settings.https else "redogor",
        SESSION_COOKIE_SECURE=settings.https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,  # authentication renews it every five minutes
        PERMANENT_SESSION_LIFETIME=datetime.timedelta(hours=settings.session_hours),
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        WTF_CSRF_CHECK_DEFAULT=False,  # access.guard asks, so that bearer tokens need none
        WTF_CSRF_TIME_LIMIT=None,  # as long as the login
        WTF_CSRF_SSL_STRICT=settings.https,
        TESTING=settings.testing,
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    here = Place(
        settings,
        Database(
            settings.database_url,
            pool=settings.database_pool,
            patience=settings.database_patience,
        ),
        signing_key(settings),
        sealer=open_sealer(settings.seal),
    )
    if settings.oidc is not None:
        here.provider = Provider(settings.oidc)
    if settings.mail is not None:
        here.send_mail = post.sender_of(settings, here.database, lambda: here.clock())
    _claim(here)
    app.extensions["redogor"] = here
    log.install(app)
    metrics.install(app, here)
    request_id.install(app, behind_proxy=settings.https)
    security.install(app, https=settings.https)
    language.install(app)
    authentication.install(app)
    app.before_request(access.guard)
    limits.install(app)
    app.before_request(refuse_unstorable)
    app.url_map.converters["int"] = RowNumber
    for blueprint in (*BLUEPRINTS, api.pages):
        app.register_blueprint(blueprint)
    errors.install(app)
    _prepare_templates(app, settings)
    access.require_declarations(app)
    app.wsgi_app = whole_bodies(app.wsgi_app)  # type: ignore[assignment, method-assign]
    return app


def _claim(here: Place) -> None:
    """See that no other key than ours signs in this database. Raises UnsafeSettings."""
    with here.database.reading() as session:
        known = is_claimed(session, here.key)
        here.keys_before = earlier_keys(session)
    if known:
        return
    try:
        with here.database.writing() as session:
            claim(session, here.key, here.clock())
    except OtherInstallation as error:
        here.database.close()
        key = here.settings.signing_key
        raise UnsafeSettings(
            f"The database belongs to an installation with another key than {key}. Copy "
            "audit_key.pem from the host that has served it, or from its backup, or name it by "
            "SURVEY_APP_SIGNING_KEY_FILE. Was a change of keys cut off here? Then type again: "
            "survey-app change-key"
        ) from error


def _prepare_templates(app: Flask, settings: Settings) -> None:
    environment = app.jinja_env
    environment.trim_blocks = True
    environment.lstrip_blocks = True
    keep_compiled(environment)
    environment.globals.update(
        _=gettext,
        format_number=format_number,
        format_date=format_date,
        format_time=format_time,
        static_url=_static_urls(app),
        demo=settings.demo,
        draw_questions=drawing_for(app),
        draw_charts=draw_charts,
        provider=settings.oidc,
        draw_contents=contents_drawing_for(app),
        draw_parts=parts_drawing_for(app),
        address_of=address_of,
        page_texts=texts_for(app),
    )
    environment.filters["words"] = language.words
    environment.filters["characters"] = count_characters
    app.context_processor(_page_globals)


def _static_urls(app: Flask) -> Any:
    """Addresses of static files that change with their content, so that they can be kept."""
    folder = Path(app.static_folder or "")

    @lru_cache(maxsize=256)
    def static_url(filename: str) -> str:
        digest = hashlib.sha256((folder / filename).read_bytes()).hexdigest()[:12]
        return f"/static/{filename}?v={digest}"

    return static_url


@lru_cache(maxsize=64)
def address_of(endpoint: str) -> str:
    """The path of a page that has only one."""
    return url_for(endpoint)


_NAVIGATION = (
    ("cases.index", N_("Ärenden"), (Role.STRATEGIST, Role.APPROVER, Role.ARCHIVIST)),
    ("mine.show", N_("Mina frågor"), (Role.STRATEGIST, Role.APPROVER)),
    ("decisions.show", N_("Beslut på delegation"), READERS),
    ("accounts.index", N_("Konton"), (Role.ADMINISTRATOR,)),
    ("units.index", N_("Enheter"), (Role.ADMINISTRATOR,)),
    ("delegations.index", N_("Delegationer"), (Role.ADMINISTRATOR,)),
    ("stand_ins.index", N_("Ersättare"), (Role.APPROVER, Role.ADMINISTRATOR)),
    ("security.index", N_("Säkerhetslogg"), (Role.ADMINISTRATOR,)),
    ("mail.outbox", N_("Utgående post"), (Role.ADMINISTRATOR,)),
    ("mail.index", N_("Meddelanden"), tuple(Role)),
)


def _page_globals() -> dict[str, Any]:
    return {"language": language.chosen_language(), "navigation": _navigation()}


def _navigation() -> Sequence[Mapping[str, Any]]:
    if not current_user.is_authenticated:
        return ()
    roles = frozenset().union(*current_user.actor.roles.values())
    return _entries(roles, request.endpoint, language.chosen_language())


@lru_cache(maxsize=512)
def _entries(
    roles: frozenset[Role], endpoint: str | None, _language: str
) -> Sequence[Mapping[str, Any]]:
    """The main menu of whoever has these roles, with the current page marked."""
    return tuple(
        {"label": gettext(label), "url": url_for(page), "current": endpoint == page}
        for page, label, allowed in _NAVIGATION
        if not roles.isdisjoint(allowed)
    )
