"""Two hosts behind a balancer: they share the database, and nothing else but the keys."""

from __future__ import annotations

import datetime
import io
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, insert, select
from sqlmodel import col

from survey_app.config.mail import read_mail
from survey_app.services.accounts.sign_in import MOST_FAILURES
from survey_app.store.engine import Database
from survey_app.store.migration import current_revision, newest_revision
from survey_app.store.tables import Account, OutboxMessage, table_of
from survey_app.web.post import Delivered, deliver
from tests.conftest import GNV, Installation, Person, csrf_of, open_installation
from tests.mail.post_office import open_office
from tests.stage import PDF_BYTES

pytestmark = pytest.mark.only_postgresql("SQLite's file is on one host")
MAILS = 200
URL = f"/api/v1/submissions/{GNV}"


@pytest.fixture
def hosts(instance: Path, tmp_path: Path) -> Iterator[tuple[Installation, Installation]]:
    """Two installations with folders and connections of their own, and the same keys."""
    other = tmp_path / "other-host"
    shutil.copytree(instance, other)
    both = open_installation(instance), open_installation(other)
    yield both
    for host in both:
        host.database.close()


def elsewhere(person: Person, host: Installation) -> Person:
    """The same browser, whose next request the balancer gives to another host."""
    client = host.app.test_client()
    cookie = person.client.get_cookie("redogor")
    assert cookie is not None
    client.set_cookie("redogor", cookie.value)
    return Person(client, person.token)


def test_a_login_holds_on_both_and_ends_on_both(hosts: tuple[Installation, Installation]) -> None:
    here, there = hosts
    person = here.person("strateg")
    again = elsewhere(person, there)
    version = person.version(GNV, "10")
    assert again.save(GNV, "10", "från den andra", version).status_code == 200
    stale = person.save(GNV, "10", "från den första", version)
    assert stale.status_code == 409
    assert stale.get_json()["texts"] == {"yours": "från den första", "theirs": "från den andra"}
    upload = {"version": str(again.version(GNV, "6a")), "file": (io.BytesIO(PDF_BYTES), "a.pdf")}
    taken = again.client.post(f"{URL}/answers/6a/files", data=upload,
                              headers={"X-CSRFToken": again.token})  # fmt: skip
    assert taken.status_code == 200, taken.text
    sha256 = taken.get_json()["value"]["files"][-1]["sha256"]
    assert person.get(f"/submissions/{GNV}/attachments/{sha256}").data == PDF_BYTES
    assert again.post("/sign-out").status_code == 302
    assert person.get(URL).status_code == 401, "who signs out on one host is out on the other"


def test_who_is_where_is_seen_from_both(hosts: tuple[Installation, Installation]) -> None:
    here, there = hosts
    one, two = here.person("strateg"), there.person("strateg2")
    assert one.put(f"{URL}/presence", {"question": "24", "browser": "a"}).status_code == 204
    told = two.get(f"{URL}/changes?browser=b").get_json()["present"]
    assert [item["question"] for item in told] == ["24"]


def wrong(client: FlaskClient, email: str, password: str = "fel-lösenord-här") -> int:
    token = csrf_of(client.get("/sign-in").text)
    form = {"csrf_token": token, "email": email, "password": password}
    return client.post("/sign-in", data=form).status_code


def test_failures_on_both_are_counted_together(hosts: tuple[Installation, Installation]) -> None:
    account = hosts[0].accounts["strateg"]
    for place in range(MOST_FAILURES):
        assert wrong(hosts[place % 2].stranger(), account["email"]) == 401
    for host in hosts:
        assert wrong(host.stranger(), account["email"], account["password"]) == 401, "locked"


def test_of_200_mails_each_leaves_once(hosts: tuple[Installation, Installation]) -> None:
    """Both hosts send at once."""
    now = datetime.datetime.now(datetime.UTC)
    with hosts[0].database.writing() as session:
        account = session.execute(select(func.min(col(Account.id)))).scalar_one()
        old = session.execute(select(OutboxMessage).limit(1)).scalar_one()
        session.execute(table_of(OutboxMessage).delete())
        row = {"kind": old.kind, "unit_id": old.unit_id, "submission_id": old.submission_id,
               "account_id": account, "address": "nagon@demo.example", "facts": old.facts,
               "made": now, "due": now, "attempts": 0, "failure": ""}  # fmt: skip
        session.execute(insert(table_of(OutboxMessage)),
                        [row | {"key": f"k{number}"} for number in range(MAILS)])  # fmt: skip
    done: list[Delivered] = []
    with open_office() as office:

        def work(host: Installation) -> None:
            mail = replace(host.settings, mail=read_mail(office.environment))
            done.append(deliver(mail, host.database, lambda: now, digests=False))

        threads = [threading.Thread(target=work, args=(host,)) for host in hosts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        names = [letter.message["Message-ID"] for letter in office.letters]
    assert len(names) == len(set(names)) == MAILS
    assert all(item.sent > 10 for item in done), f"both worked: {done}"


def test_two_hosts_start_on_an_empty_database_at_once(postgresql_url: str, tmp_path: Path) -> None:
    """One lays the tables, the other waits for it."""
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "survey_app.cli", "--instance", str(tmp_path / name),
             "audit", "verify"],
            env={**os.environ, "DATABASE_URL": postgresql_url}, stderr=subprocess.PIPE, text=True,
        )
        for name in ("here", "there")
    ]  # fmt: skip
    said = [process.communicate(timeout=180)[1] for process in running]
    assert [process.returncode for process in running] == [0, 0], said
    database = Database(postgresql_url)
    assert current_revision(database) == newest_revision()
    database.close()
