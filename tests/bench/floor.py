"""The floors: what bare Flask on waitress can do on this machine, with nothing of the product.

``/page/<questions>/<size>`` renders one Jinja template that loops over as many questions, to as
many bytes, as the product's page. ``/bytes/<size>`` gives a file as large. ``/row`` writes one row
in one durable transaction, with the product's SQLite and its settings.
"""

from __future__ import annotations

import json
import sys
import threading
from functools import cache
from pathlib import Path
from typing import Any

import waitress
from flask import Flask, Response, render_template, request

from survey_app.store.engine import journal_mode, sqlite_module

PAGE = """<!doctype html><html lang="sv"><head><title>{{ title }}</title></head><body><main>
{% for q in questions %}<section id="question-{{ q.id }}"><h2>{{ q.number }} {{ q.text }}</h2>
{% for option in q.options %}<label><input type="radio" name="q.{{ q.id }}" value="{{ option.id }}">
{{ option.text }}</label>{% endfor %}
<textarea name="q.{{ q.id }}.text">{{ q.answer }}</textarea></section>
{% endfor %}</main></body></html>"""


@cache
def questions_of(count: int, size: int) -> list[dict[str, Any]]:
    """As many questions whose answers fill a page to the size, in bytes."""
    options = [{"id": f"o{n}", "text": f"Svarsalternativ nummer {n}"} for n in range(5)]
    asked = [
        {"id": n, "number": f"{n}.", "text": "Har regionen en plan?", "options": options}
        for n in range(count)
    ]
    empty = len(str(count)) * count + count * 560
    for question in asked:
        question["answer"] = "text " * max(0, (size - empty) // count // 5)
    return asked


def make_app(folder: Path) -> Flask:
    """The bare application; its table lies in a database of its own in the folder."""
    app = Flask(__name__)
    template = app.jinja_env.from_string(PAGE)  # compiled once, as a file of templates would be
    path = folder / "floor.db"
    lock, local = threading.Lock(), threading.local()

    def connect() -> Any:
        if not hasattr(local, "connection"):
            module = sqlite_module()
            local.connection = connection = module.connect(path, isolation_level=None)
            mode = journal_mode(module.sqlite_version_info)
            connection.execute(f"PRAGMA journal_mode = {mode}")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute(
                "CREATE TABLE IF NOT EXISTS answer "
                "(id INTEGER PRIMARY KEY, question TEXT, version INTEGER, value TEXT)"
            )
        return local.connection

    @app.get("/sign-in")
    def started() -> str:
        """Asked by whoever waits for a server, the product's or this one."""
        return ""

    @app.get("/page/<int:count>/<int:size>")
    def page(count: int, size: int) -> str:
        return render_template(template, title="Frågor", questions=questions_of(count, size))

    @app.get("/bytes/<int:size>")
    def some_bytes(size: int) -> Response:
        """A file that is at hand."""
        return Response(bytes(size), mimetype="application/zip")

    @app.put("/row/<question>")
    def row(question: str) -> dict[str, Any]:
        given = request.get_json()
        with lock:
            connection = connect()
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(
                "INSERT INTO answer (question, version, value) VALUES (?, ?, ?)",
                (question, given["version"], json.dumps(given["value"])),
            )
            connection.execute("COMMIT")
        return {"version": given["version"] + 1}

    return app


if __name__ == "__main__":
    waitress.serve(make_app(Path(sys.argv[2])), port=int(sys.argv[1]), threads=8, ident=None)
