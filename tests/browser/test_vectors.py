"""The JavaScript half of ``tests/vectors.json``, run in Chromium on the modules as they ship."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

import survey_app

STATIC = Path(survey_app.__file__).parent / "web" / "static"
VECTORS: dict[str, list[dict[str, Any]]] = json.loads(
    (Path(__file__).parent.parent / "vectors.json").read_text(encoding="utf-8")
)
# Vectors travel as ASCII JSON: half a surrogate pair would not survive otherwise.
RUN = """async ([vectors, call]) => {
    const characters = await import("/characters.js");
    const conditions = await import("/conditions.js");
    const table = await import("/table.js");
    const calls = {
        characters: (v) => characters.countCharacters(v.text),
        splits: (v) => characters.splitAtLimit(v.text, 2).map((part) => [...part].length),
        numbers: (v) => conditions.readNumber(v.typed),
        conditions: (v) => conditions.isShown(v.when, v.atoms),
        sums: (v) => table.sum(v.numbers),
        plans: (v) => conditions.evaluate(v.items, v.atoms),
    };
    return JSON.parse(vectors).map((vector) => calls[call](vector));
}"""


class _Quiet(SimpleHTTPRequestHandler):
    """Modules need an address: a browser imports none from files."""

    extensions_map = {".js": "text/javascript", "": "text/html"}  # noqa: RUF012

    def do_GET(self) -> None:
        if self.path == "/":
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>vectors</title>")
        else:
            super().do_GET()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Iterator[Page]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(STATIC)))
    Thread(target=server.serve_forever, daemon=True).start()
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{server.server_port}/")
    yield page
    context.close()
    server.shutdown()
    server.server_close()


def _run(page: Page, call: str, vectors: list[dict[str, Any]]) -> list[Any]:
    said: list[Any] = page.evaluate(RUN, [json.dumps(vectors), call])
    return said


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("characters", "count"),
        ("numbers", "read"),
        ("conditions", "shown"),
        ("plans", "shown"),
        ("sums", "sum"),
    ],
)
def test_the_browser_agrees(page: Page, key: str, expected: str) -> None:
    vectors = VECTORS[key]
    said = _run(page, key, vectors)
    wrong = [(v, found) for v, found in zip(vectors, said, strict=True) if found != v[expected]]
    assert wrong == []


def test_the_browser_cuts_where_the_server_does(page: Page) -> None:
    counts = [vector["count"] for vector in VECTORS["characters"]]
    expected = [[min(2, count), max(0, count - 2)] for count in counts]
    assert _run(page, "splits", VECTORS["characters"]) == expected
