"""Walks the product as a person does: every link, every form with something to write in.

What comes back is looked at as a document: a text that was taken for anything else than text shows
as an element, an attribute or an address that none of our templates writes.
"""

from __future__ import annotations

import itertools
import json
import re
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from lxml import html
from werkzeug.test import TestResponse

from tests.conftest import Person
from tests.hostile.strings import AWAY, RECKONED, STRINGS

WRITTEN = {"text", "search", "email", "url", "tel", ""}
LOADS = {"img", "script", "link", "iframe", "source", "video", "audio", "object", "embed", "use"}
LEFT_ALONE = ("/sign-out", "/language", "/sign-in", "/approval", "/attesting")
"""Forms that would end the walk, and those that only ask for a password."""
Document = html.HtmlElement
_RECKONED = re.compile(rf"(?<!\d){RECKONED // 1000}\s?{RECKONED % 1000}(?!\d)")


def injected(page: str) -> list[str]:
    """What on a page is there only if a text was taken for something else."""
    document = html.document_fromstring(page)
    wrong = []
    for element in document.iter():
        if not isinstance(element.tag, str):
            continue
        if "pwned" in element.tag:
            wrong.append(f"element <{element.tag}>")
        for name, value in element.attrib.items():
            if "pwned" in name or name.startswith("on") or name == "style" or name == "srcdoc":
                wrong.append(f"attribute {name} of <{element.tag}>")
            if name in ("href", "src", "action", "formaction", "xlink:href", "data"):
                wrong += _address(element, value)
        if element.tag == "script" and not element.get("src"):
            wrong += _data(element)
        if element.tag in ("base", "meta") and AWAY in html.tostring(element, encoding="unicode"):
            wrong.append(f"<{element.tag}> leads away")
    text = document.text_content()
    if found := _RECKONED.search(text):
        around = text[max(0, found.start() - 80) : found.end() + 40]
        wrong.append(f"a template or formula was reckoned: {around!r}")
    return wrong


def _address(element: Document, value: str) -> Iterator[str]:
    told = value.strip().lower()
    if told.startswith(("javascript:", "vbscript:")) or told.startswith("data:text"):
        yield f"address {value[:40]} of <{element.tag}>"
    if element.tag in LOADS and urlsplit(told).netloc not in ("", "localhost"):
        yield f"<{element.tag}> loads {value[:60]}"


def _data(element: Document) -> Iterator[str]:
    try:
        json.loads(element.text or "")
    except ValueError:
        yield f"<script> that is no data: {(element.text or '')[:60]}"


@dataclass
class Walk:
    """One person's way through the product. ``pages`` and ``forms`` count what was seen."""

    person: Person
    of_each: int = 1
    """How many addresses of one shape are looked at: the same page of other things."""
    pages: int = 0
    forms: int = 0
    refused: int = 0
    texts: Iterator[str] = field(default_factory=lambda: itertools.cycle(STRINGS))
    wrong: list[str] = field(default_factory=list)
    met: set[str] = field(default_factory=set)
    """The texts that were read again on a page, as they were typed."""
    shown: Callable[[str, Document], None] = lambda _url, _page: None
    """Is told each page that is read."""
    _shapes: Counter[str] = field(default_factory=Counter)
    _sent: Counter[str] = field(default_factory=Counter)

    def go(self, start: str, *, write: bool) -> None:
        """Follow every link from a page on; with ``write`` fill in and send every form, too."""
        self._shapes.clear()
        self._sent.clear()
        waiting = deque([start])
        while waiting:
            url = waiting.popleft()
            shape = _shape(url)
            if self._shapes[shape] >= self.of_each:
                continue
            self._shapes[shape] += 1
            reply = self.person.get(url)
            found = self._look(url, reply)
            if found is None:
                continue
            waiting.extend(_links(url, found))
            if write:
                for form in found.iter("form"):
                    self._send(url, form)

    def _look(self, url: str, reply: TestResponse) -> Document | None:
        """A page as a document, judged; None where it is no page."""
        if reply.status_code >= 500:
            self.wrong.append(f"{url}: {reply.status_code}")
        if any("\n" in value or "\r" in value for value in reply.headers.values()):
            self.wrong.append(f"{url}: a header with a line of its own")
        if reply.headers.get("Set-Cookie", "").startswith("pwned"):
            self.wrong.append(f"{url}: a cookie that nobody set")
        if reply.mimetype != "text/html":
            return None
        self.pages += 1
        self.wrong += [f"{url}: {what}" for what in injected(reply.text)]
        document = html.document_fromstring(reply.text)
        self.shown(url, document)
        words = document.text_content()
        self.met |= {text for text in STRINGS if text not in self.met and text in words}
        return document

    def _send(self, url: str, form: Document) -> None:
        action = urljoin(url, form.get("action") or url)
        names = [name for name, _value in _texts(form)]
        if form.get("method", "get").lower() != "post" or not names:
            return
        if any(part in action for part in LEFT_ALONE):
            return
        shape = f"{_shape(action)} {sorted(map(_shape, names))}"
        if self._sent[shape] >= self.of_each:
            return
        self._sent[shape] += 1
        fields = {**_fields(form), **{name: next(self.texts) for name in names}}
        try:
            reply = self.person.client.post(action, data=_sendable(fields))
        except UnicodeEncodeError:
            return
        self.forms += 1
        self.refused += reply.status_code >= 400
        self._look(action, reply)


def _shape(url: str) -> str:
    return re.sub(r"\d+", "#", urlsplit(url).path)


def _links(url: str, page: Document) -> Iterator[str]:
    for link in page.iter("a"):
        target = urljoin(url, link.get("href") or "")
        parts = urlsplit(target)
        if parts.netloc in ("", "localhost") and parts.path.startswith("/"):
            yield parts.path + (f"?{parts.query}" if parts.query else "")


def _texts(form: Document) -> Iterator[tuple[str, str]]:
    for element in form.iter("input", "textarea"):
        kind = element.get("type", "").lower()
        if element.get("name") and (element.tag == "textarea" or kind in WRITTEN):
            yield element.get("name"), element.get("value") or ""


def _fields(form: Document) -> dict[str, str]:
    """What a browser would send of a form as it stands, by its first button with a name."""
    return {name: value for name, value in form.form_values() if isinstance(value, str)}


def _sendable(fields: dict[str, str]) -> dict[str, bytes]:
    return {name: value.encode("utf-8", "surrogatepass") for name, value in fields.items()}
