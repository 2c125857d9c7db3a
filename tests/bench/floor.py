"""The floors: what bare Flask on waitress can do on this machine, with nothing of the product.

It is served as the product is: two processes of four threads share one socket, and writers queue
at the lock of a file. ``/page/<questions>/<size>`` renders one Jinja template, escaping as the
product does, that loops over as many questions, to as many bytes, as the product's page.
``/bytes/<size>`` gives a file as large. ``/row`` writes one row in one durable transaction, with
the product's SQLite and its settings.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import socket
import sys
import threading
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import waitress
from flask import Flask, Response, render_template, request
from jinja2 import Template

from survey_app.store.engine import journal_mode, sqlite_module

TITLE = "Frågor"
PAGE = """<!doctype html><html lang="sv"><head><title>{{ title }}</title></head><body><main>
{% for q in questions %}<section id="question-{{ q.id }}"><h2>{{ q.number }} {{ q.text }}</h2>
{% for option in q.options %}<label><input type="radio" name="q.{{ q.id }}" value="{{ option.id }}">
{{ option.text }}</label>{% endfor %}
<textarea name="q.{{ q.id }}.text">{{ q.answer }}</textarea></section>
{% endfor %}</main></body></html>"""


PROCESSES, THREADS = min(2, os.cpu_count() or 1), 4
BACKLOG = 1024


@cache
def questions_of(template: Template, count: int, size: int) -> list[dict[str, Any]]:
    """As many questions whose answers fill the page to the size, in bytes."""
    options = [{"id": f"o{n}", "text": f"Svarsalternativ nummer {n}"} for n in range(5)]
    asked: list[dict[str, Any]] = [
        {"id": n, "number": f"{n}.", "text": "Har regionen en plan?", "options": options,
         "answer": ""}
        for n in range(count)
    ]  # fmt: skip
    missing = size - len(template.render(title=TITLE, questions=asked).encode())
    for question in asked:
        question["answer"] = "text " * max(0, missing // count // 5)
    return asked


@contextlib.contextmanager
def turn(path: Path, lock: threading.Lock) -> Iterator[None]:
    """The writers' queue: sleeping in SQLite's busy handler instead is slower."""
    with lock, path.open("ab") as queue:
        fcntl.flock(queue, fcntl.LOCK_EX)
        yield


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
        questions = questions_of(template, count, size)
        return render_template(template, title=TITLE, questions=questions)

    @app.get("/bytes/<int:size>")
    def some_bytes(size: int) -> Response:
        """A file that is at hand."""
        return Response(bytes(size), mimetype="application/zip")

    @app.put("/row/<question>")
    def row(question: str) -> dict[str, Any]:
        given = request.get_json()
        with turn(path.with_suffix(".lock"), lock):
            connection = connect()
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(
                "INSERT INTO answer (question, version, value) VALUES (?, ?, ?)",
                (question, given["version"], json.dumps(given["value"])),
            )
            connection.execute("COMMIT")
        return {"version": given["version"] + 1}

    return app


def main() -> None:
    """Serve until the process group is killed."""
    listener = socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=BACKLOG)
    app = make_app(Path(sys.argv[2]))
    for _ in range(PROCESSES - 1):
        if os.fork() == 0:
            break
    waitress.create_server(app, sockets=[listener], threads=THREADS, ident=None).run()


if __name__ == "__main__":
    main()
