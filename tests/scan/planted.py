"""``python -m tests.scan.planted FOLDER PORT``: the product with pages that each have a defect.

For scanners to find before they are believed. Whoever wants to see them must be signed in, so that
a scanner that loses its session finds nothing. Only on loopback, and only from here: the product
knows nothing of it.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

import waitress
from flask import Blueprint, Flask, jsonify, redirect, request
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from survey_app import create_app
from survey_app.config import read_settings
from survey_app.web import log
from survey_app.web.access import signed_in
from survey_app.web.place import reading

pages = Blueprint("planted", __name__, url_prefix="/planted")
_LINKS = ("echo?text=abc", "units?name=Region+Halland", "onward?to=/planted/", "file?name=passwd",
          "number?number=1")  # fmt: skip
_FORM = """<form method="post" action="/planted/form">
<input type="hidden" name="csrf_token" value="{token}"><input name="name" value="Region Halland">
<button>Sök</button></form>"""
_PAGE = '<!doctype html><html lang="sv"><title>Planterat – Redogör</title><body>{}</body></html>'


@pages.get("/")
@signed_in
def index() -> str:
    """Links to what is planted, a form, and for axe a picture and a field that nothing names."""
    links = "".join(f'<a href="/planted/{link}">{link}</a> ' for link in _LINKS)
    form = _FORM.format(token=generate_csrf())
    return _PAGE.format(f'<h1>Planterat</h1><img src="/static/logo.svg">{links}{form}<input>')


@pages.get("/echo")
@signed_in
def echo() -> str:
    """Reflected: what the address says stands in the page as it is."""
    return _PAGE.format(f"<p>{request.args.get('text', '')}</p>")


@pages.get("/units")
@signed_in
def units() -> str:
    """SQL put together of what the address says; an error of the database is shown."""
    return _look_up(request.args.get("name", ""))


@pages.post("/form")
@signed_in
def form() -> str:
    """The same by a form."""
    return _look_up(request.form.get("name", ""))


def _look_up(name: str) -> str:
    query = f"SELECT name FROM unit WHERE name = '{name}'"
    try:
        with reading() as session:
            rows = session.connection().exec_driver_sql(query).fetchall()
    except Exception as error:
        return _PAGE.format(f"<pre>sqlite3.{type(error).__name__}: {error}</pre>")
    return _PAGE.format("<p>Finns.</p>" if rows else "<p>Saknas.</p>")


@pages.get("/onward")
@signed_in
def onward() -> Response:
    """Anybody says where to go next."""
    return redirect(request.args.get("to", "/"))


@pages.get("/file")
@signed_in
def file() -> str:
    """Any file of the machine."""
    try:
        return Path("/etc", request.args.get("name", "")).read_text(encoding="utf-8")
    except (OSError, ValueError):
        return _PAGE.format("<p>Saknas.</p>")


@pages.get("/number")
@signed_in
def number() -> tuple[str, int] | str:
    """An error with all that the program knows of it."""
    try:
        return _PAGE.format(int(request.args.get("number", "")))
    except ValueError:
        return f"<pre>{traceback.format_exc()}</pre>", 500


def _without_headers(reply: Response) -> Response:
    """No policy, and the page may be framed."""
    if request.path.startswith("/planted"):
        for name in ("Content-Security-Policy", "X-Frame-Options", "X-Content-Type-Options"):
            reply.headers.pop(name, None)
    return reply


def _fails(**_parts: object) -> Response:
    raise ZeroDivisionError


def _tells_untruths(**_parts: object) -> Response:
    return jsonify({"submission": "none of what the description says"})


def plant(app: Flask) -> None:
    """Add the pages; let an operation of the API fail, and another answer in a shape of its own."""
    app.register_blueprint(pages)
    # The first of them runs last: the product's own headers stand by then.
    app.after_request_funcs.setdefault(None, []).insert(0, _without_headers)
    _put_in_place(app, "PUT", "/presence", _fails)
    _put_in_place(app, "GET", "/api/v1/submissions", _tells_untruths)


def _put_in_place(app: Flask, method: str, ending: str, view: Callable[..., Response]) -> None:
    endpoint = next(
        rule.endpoint for rule in app.url_map.iter_rules()
        if rule.rule.endswith(ending) and method in (rule.methods or ())
    )  # fmt: skip
    view.permission = app.view_functions[endpoint].permission  # type: ignore[attr-defined]
    app.view_functions[endpoint] = view


def main(folder: str, port: str) -> None:
    """Serve it on loopback."""
    settings = read_settings(os.environ, instance=Path(folder))
    log.configure(settings.running.log)
    app = create_app(settings)
    plant(app)
    waitress.serve(app, host="127.0.0.1", port=int(port), threads=4)


if __name__ == "__main__":
    main(*sys.argv[1:])
