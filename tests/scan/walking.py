"""What there is to scan: the pages that somebody comes to, and all that a request can say there.

Found by walking links as ``tests/hostile/walk.py`` does, and from the application's own map of
routes, so that a new page or form counts by itself.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from tests.conftest import open_installation
from tests.databases import copy_installation
from tests.hostile.walk import Document, Walk

ENDS = re.compile(
    r"/(sign-out|sign-in|language|resets|oidc)\b|/account/(password|sessions|tokens|factor|data)"
    r"|/removal\b|/accounts/\d+|/(invitations|ballots)/|^/static/"
)
"""Addresses that a scanner leaves alone: they end its session, or remove what it looks at.
Signing in, resets and invitations are unsigned; they have their own tests."""
Fields = tuple[tuple[str, str], ...]
Key = tuple[str, str, tuple[str, ...]]
Sort = tuple[str, str, str]
_NUMBER = re.compile(r"(?<=\.)\d+[a-z]?(?=\.|$)")


@dataclass(frozen=True)
class Target:
    """One way of asking: ``parameters`` are the names that are tried, ``*`` is the path's own.

    path    marked with ``*`` behind each part that the route takes as a value
    kinds   the sort of field that some of the names stand for, such as ``textarea``
    """

    method: str
    route: str
    path: str
    query: Fields = ()
    form: Fields = ()
    json: str = ""
    parameters: tuple[str, ...] = ()
    kinds: Fields = ()

    @property
    def sorts(self) -> dict[str, Sort]:
        """What makes two parameters the same to the product, by name.

        One view reads all fields of a question by one rule, whichever number the question has.
        """
        kinds = dict(self.kinds)
        return {
            name: (self.method, self.route, f"{_NUMBER.sub('#', name)} {kinds.get(name, '')}")
            for name in self.parameters
        }

    def narrowed(self, names: Collection[str]) -> Iterator[Target]:
        """The same way of asking, trying some names only: the path apart from the fields."""
        if "*" in names:
            yield replace(self, parameters=("*",))
        fields = tuple(name for name in self.parameters if name in names and name != "*")
        if fields:
            yield replace(self, path=self.path.replace("*", ""), parameters=fields)

    @property
    def key(self) -> Key:
        """What makes two targets the same, whoever asks."""
        return self.method, self.route, self.parameters

    @property
    def address(self) -> str:
        """The path and the query."""
        return self.path + (f"?{urlencode(self.query)}" if self.query else "")


@dataclass
class Found:
    """What one person comes to. ``pages``: addresses of pages; ``targets``: ways of asking."""

    pages: list[str] = field(default_factory=list)
    targets: dict[Key, Target] = field(default_factory=dict)


def find(template: Path, folder: Path, person: str, *, of_each: int = 1) -> Found:
    """Walk as somebody over a copy of an installation, and note what there is."""
    copy_installation(template, folder)
    installation = open_installation(folder)
    found = Found()
    app = installation.app

    def note(url: str, page: Document) -> None:
        if ENDS.search(url):
            return
        found.pages.append(url)
        for target in _targets_of(app, url, page):
            found.targets.setdefault(target.key, target)

    walk = Walk(installation.person(person), of_each=of_each, shown=note)
    walk.go("/", write=False)
    if walk.wrong:  # such as a folder whose database is of another revision
        raise RuntimeError(f"{person} cannot walk: {walk.wrong[:5]}")
    for target in _of_the_api(app):
        found.targets.setdefault(target.key, target)
    installation.database.close()
    found.pages = list(dict.fromkeys(found.pages))
    return found


def _targets_of(app: Flask, url: str, page: Document) -> Iterator[Target]:
    yield from _asked(app, "GET", url)
    for link in page.iter("a"):
        address = urljoin(url, link.get("href") or "")
        if urlsplit(address).netloc in ("", "localhost"):
            yield from _asked(app, "GET", address)
    for form in page.iter("form"):
        action = urljoin(url, form.get("action") or url)
        fields = tuple(
            (name, str(value or "")) for name, value in form.form_values()
            if isinstance(value, str)
        )  # fmt: skip
        method = (form.get("method") or "get").upper()
        yield from _asked(app, method, action, fields, _kinds_of(form))


def _kinds_of(form: Any) -> Fields:
    """The sort of each field of a form: its element, type and keys."""
    return tuple(
        (item.get("name"), f"{item.tag} {item.get('type', '')} {item.get('inputmode', '')}".strip())
        for item in form.iter("input", "select", "textarea") if item.get("name")
    )  # fmt: skip


def _asked(
    app: Flask, method: str, address: str, fields: Fields = (), kinds: Fields = ()
) -> Iterator[Target]:
    parts = urlsplit(address)
    if ENDS.search(parts.path):
        return
    query = tuple(parse_qsl(parts.query, keep_blank_values=True))
    if method == "GET":
        query, fields = (*query, *fields), ()
    marked = _marked(app, method, parts.path)
    if marked is None:
        return
    route, path = marked
    names = [name for name, _value in (*query, *fields) if name != "csrf_token"]
    names = list(dict.fromkeys(names)) + (["*"] if "*" in path else [])
    if names:
        yield Target(method, route, path, query, fields, parameters=tuple(names), kinds=kinds)


def _marked(app: Flask, method: str, path: str) -> tuple[str, str] | None:
    """The route of a path, and the path with a mark behind each of its values."""
    try:
        rule, values = app.url_map.bind("localhost").match(path, method, return_rule=True)
    except (HTTPException, RequestRedirect):
        return None
    told = rule.rule
    for name, value in values.items():
        told = re.sub(rf"<(\w+(\([^)]*\))?:)?{name}>", f"{value}*", told)
    return rule.rule, told


_REAL = {
    "submission_id": "1", "question_id": "24", "diary_number": "RS250393", "report_id": "1",
    "piece_id": "1",
}  # fmt: skip
_BODIES = {
    "/answers/<question_id>": '{"value": "abc", "version": 0, "questionnaire_sha256": "abc"}',
    "/presence": '{"question": "24", "browser": "abc"}',
    "/tasks/<question_id>": '{"version": 0, "owner": null, "due": "2027-01-01", "mark": "ready"}',
    "/pieces/<piece_id>": '{"version": 0, "value": ["abc", "abc"]}',
}


def _of_the_api(app: Flask) -> Iterator[Target]:
    """The operations of the API, which no page links to."""
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/api/") or "openapi" in rule.rule or "session" in rule.rule:
            continue
        path = rule.rule
        for name in rule.arguments:
            path = re.sub(rf"<(\w+:)?{name}>", f"{_REAL.get(name, '1')}*", path)
        for method in sorted({"GET", "PUT"} & (rule.methods or set())):
            body = next((b for end, b in _BODIES.items() if rule.rule.endswith(end)), "")
            body = body if method == "PUT" else ""
            query = (("since", "0"), ("browser", "abc")) if path.endswith("/changes") else ()
            names = [*re.findall(r'"(\w+)":', body), *(name for name, _ in query)]
            names += ["*"] if "*" in path else []
            if names:
                yield Target(method, rule.rule, path, query, (), body, tuple(names))
