"""What is scanned: the product with the demo, or the same with defects, on loopback."""

from __future__ import annotations

import contextlib
import datetime
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import requests

from survey_app.config import read_settings
from survey_app.services.accounts.sign_in import issue_token
from survey_app.store.engine import Database
from tests.conftest import csrf_of, lay_out, make_demo
from tests.databases import copy_installation
from tests.scan.outcome import Finding
from tests.serving import Server, free_port, running

# Each request is a line, so that a 500 can be counted; nobody is asked to slow down.
SAID = {"SURVEY_APP_LOG": "json", "SURVEY_APP_WRITES": "0"}
PATIENCE = 180


def make_template(folder: Path) -> Path:
    """The demo with its rounds in a folder, at rest."""
    settings = read_settings({}, instance=lay_out(folder), demo=True, https=False, testing=True)
    make_demo(settings, rounds=True)
    return folder


@contextlib.contextmanager
def product(template: Path, folder: Path) -> Iterator[Server]:
    """The product on a copy of its own, as ``survey-app run`` serves it."""
    copy_installation(template, folder)
    port = free_port()
    command = [sys.executable, "-m", "survey_app.cli", "--instance", str(folder),
               "run", "--port", str(port)]  # fmt: skip
    with running(command, folder, port, SAID) as server:
        yield server


@contextlib.contextmanager
def planted(template: Path, folder: Path) -> Iterator[Server]:
    """The same application with the pages of ``tests.scan.planted``."""
    copy_installation(template, folder)
    port = free_port()
    command = [sys.executable, "-m", "tests.scan.planted", str(folder), str(port)]
    with running(command, folder, port, SAID) as server:
        yield server


def signed_in(server: Server, person: str) -> requests.Session:
    """Sign in through the page, as a browser does."""
    session = requests.Session()
    session.trust_env = False  # no proxy: only loopback is ever asked
    page = session.get(f"{server.url}/sign-in", timeout=PATIENCE)
    account = server.accounts[person]
    form = {"csrf_token": csrf_of(page.text), **{k: account[k] for k in ("email", "password")}}
    reply = session.post(f"{server.url}/sign-in", form, timeout=PATIENCE, allow_redirects=False)
    if reply.status_code != 302:
        raise RuntimeError(f"{person} cannot sign in: {reply.status_code}")
    # From the first page on the cookie holds what forms must repeat: scanners keep one cookie.
    session.get(f"{server.url}/account", timeout=PATIENCE)
    return session


def cookie_of(session: requests.Session) -> str:
    """The header of a session's cookies."""
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in session.cookies)


def token_of(folder: Path, email: str) -> str:
    """A bearer token of an account in an instance folder."""
    database = Database(read_settings({}, instance=folder, demo=True, https=False).database_url)
    try:
        with database.writing() as session:
            return issue_token(session, email, datetime.datetime.now(datetime.UTC))
    finally:
        database.close()


def still_in(server: Server, session: requests.Session) -> bool:
    """Whether a scanner's login has lived to the end."""
    reply = session.get(f"{server.url}/account", timeout=PATIENCE, allow_redirects=False)
    return reply.status_code == 200


_FRAME = re.compile(r"survey_app/\S+ \w+")


def lines_of(log: Path) -> list[dict[str, object]]:
    """The lines of a server's log that are of its own making."""
    told = []
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        with contextlib.suppress(ValueError):
            found = json.loads(line)
            if isinstance(found, dict):
                told.append(found)
    return told


def requests_in(log: Path) -> int:
    """How many requests were answered, by the log."""
    return sum(line.get("message") == "request" for line in lines_of(log))


def failures_in(log: Path, who: str) -> list[Finding]:
    """Each sort of 500 that the log tells of, once."""
    found: dict[str, Finding] = {}
    lines = lines_of(log)
    for line in lines:
        if line.get("message") == "unforeseen":
            told = line.get("error")
            error: dict[str, list[str]] = told if isinstance(told, dict) else {}
            ours = [place for place in error.get("at", []) if _FRAME.search(place)]
            place = f"{line.get('endpoint')} {ours[-1] if ours else ''}".strip()
            found.setdefault(place, _failure(f"{place} (as {who})", *error.get("sort", [])))
    named = {place.partition(" ")[0] for place in found}
    for line in lines:
        endpoint = str(line.get("endpoint"))
        if line.get("status") == 500 and endpoint not in named:
            found.setdefault(endpoint, _failure(f"{endpoint} (as {who})"))
    return list(found.values())


def _failure(where: str, *sorts: str) -> Finding:
    return Finding(
        " ".join(("high answer of 500", *sorts)), where, "mend it, with a test that sends the same"
    )
