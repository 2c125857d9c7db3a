"""``python -m tests.machine.life``: the life of a machine, step by step, on the installed product.

Installed from a wheel with what is pinned; demo; the whole job over HTTP; an installation of the
first migration with data that is brought up to date; a backup while twenty people write; kill -9;
what was acknowledged is there; the backup goes on elsewhere, on SQLite and on PostgreSQL; and what
left the house before it all is intact and authentic. Ends with 1 at the first step that fails.
"""

from __future__ import annotations

import contextlib
import json
import re
import sys
import tempfile
import threading
import time
import traceback
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from survey_app.services.demo import DATA
from tests.conftest import GNV
from tests.days import swedish_today
from tests.durability.ledger import Ledger, assert_whole, lost, rows
from tests.durability.people import UNREACHABLE, Colleague, strategists
from tests.first_tables import WRITTEN, lay_first
from tests.load.places import postgresql
from tests.machine.installing import build_wheel, install
from tests.machine.product import Person, Product
from tests.torture.__main__ import keep, origin

CASE, DONE = "RS269901", "RS259999"
PEOPLE = 20
QUESTIONS = ("10", "18a", "24", "41")
NEW, CHOSEN = "ny.strateg", "åska över slätten"
GRANT: dict[str, Any] = json.loads((DATA / "statsbidrag-2025.json").read_text(encoding="utf-8"))
SAID = "Det här skrevs innan allt hände: å, ä, ö."


class Steps:
    """What was done, and how many seconds it took."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextlib.contextmanager
    def step(self, name: str) -> Iterator[None]:
        began = time.monotonic()
        print(f"{name} …", end=" ", flush=True)
        yield
        self.seconds[name] = round(time.monotonic() - began, 1)
        print(f"{self.seconds[name]:.1f} s", flush=True)


def lay_up(product: Product) -> None:
    """The demo, and a colleague who is invited by the command and chooses a password."""
    product.say("demo")
    told = product.say("invite", f"{NEW}@demo.example", "--unit", "Region Halland",
                       "--role", "strategist", "--name", "Ny Strateg")  # fmt: skip
    found = re.search(r"/invitations/\S+", told)
    assert found
    product.start()
    form = urllib.parse.urlencode({"password": CHOSEN}).encode()
    with urllib.request.urlopen(product.address + found[0], form) as reply:
        assert reply.status == 200


def do_the_job(product: Product) -> None:
    """A case from opening to archive, each step by who takes it."""
    writer, director = product.person(NEW, CHOSEN), product.person("direktor")
    draft = _open_case(writer)
    for question, told in {**GRANT["answers"], **GRANT["practice"]}.items():
        writer.save(draft, question, told["value"], 0)
    writer.post(f"/submissions/{draft}/sending", {})
    page = director.get(f"/submissions/{draft}/approval").decode()
    shown = re.search(r'name="content_sha256" value="([0-9a-f]{64})"', page)
    assert shown, "the director sees what is to be attested"
    form = {"content_sha256": shown[1], "password": product.accounts()["direktor"]}
    for question, value in GRANT["approver"].items():
        form |= {f"q.{question}": "1" if value is True else value, f"q.{question}.version": "0"}
    director.post(f"/submissions/{draft}/approval", form)
    assert writer.submission(draft)["state"] == "approved"
    day = swedish_today().isoformat()
    writer.post(f"/submissions/{draft}/handing-in", {"day": day, "receipt_number": "K-1"})
    product.person("arkivarie").post(f"/submissions/{draft}/archiving", {})
    told = writer.submission(draft)
    assert told["state"] == "archived"
    assert told["record_sha256"]
    strategist = product.person("strateg")
    version = strategist.submission(GNV)["answers"]["18a"]["version"]
    strategist.save(GNV, "18a", SAID, version)


def _open_case(writer: Person) -> int:
    page = writer.get("/cases/new").decode()
    unit = re.search(r'name="unit" value="(\d+)"', page)
    assert unit
    writer.post("/cases/new", {"diary_number": CASE, "title": "Ett ärende", "unit": unit[1],
                               "questionnaire": "statsbidrag-2025.json"})  # fmt: skip
    listed = json.loads(writer.get("/api/v1/submissions"))["submissions"]
    (draft,) = (item["id"] for item in listed if item["case"] == CASE)
    return int(draft)


def take_home(product: Product, folder: Path) -> list[Path]:
    """The packages of what is archived, out of the house."""
    archivist, found = product.person("arkivarie"), []
    for case in (CASE, DONE):
        found.append(folder / f"{case}.zip")
        found[-1].write_bytes(archivist.get(f"/cases/{case}/package.zip"))
    return found


def upgrade(programs: Path, folder: Path) -> None:
    """An installation of the first migration: started, found whole, and written on."""
    product = Product(programs, lay_first(folder))
    try:
        product.say("backup", str(folder.with_name("before-upgrade.zip")))  # first of all
        product.start()
        writer = product.person("strateg")
        answer = writer.submission(GNV)["answers"]["10"]
        assert answer["value"] == WRITTEN
        writer.save(GNV, "10", f"{WRITTEN} Och nu.", answer["version"])
        product.stop()
    finally:
        product.leave()
    product.say("audit", "verify")
    product.say("doctor")


@contextlib.contextmanager
def at_work(product: Product) -> Iterator[Ledger]:
    """Twenty people save, whoever serves, and whether or not anybody does."""
    ledger, stop, wrong = Ledger(), threading.Event(), []

    def work(number: int, token: str) -> None:
        person, turn = Colleague(token, product.port, ledger), 0
        try:
            while not stop.is_set():
                if not product.alive.wait(0.1):
                    continue
                if person.port != product.port:
                    person.move_to(product.port)
                turn += 1
                with contextlib.suppress(*UNREACHABLE):
                    text = f"Person {number} skrev rad {turn}"
                    status, told = person.save(GNV, QUESTIONS[number % 4], text)
                    assert status in (200, 409), told
                stop.wait(0.2)
        except Exception as error:  # told by the main thread
            wrong.append(error)
        person.close()

    threads = [threading.Thread(target=work, args=pair)
               for pair in enumerate(strategists(product.folder, PEOPLE))]  # fmt: skip
    for thread in threads:
        thread.start()
    try:
        yield ledger
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert wrong == [], wrong


def wait_for_saves(ledger: Ledger, count: int) -> None:
    """Until so many more were acknowledged."""
    wanted, end = len(ledger.claims) + count, time.monotonic() + 120
    while len(ledger.claims) < wanted:
        assert time.monotonic() < end, "nobody can save"
        time.sleep(0.02)


def under_load(product: Product, target: Path, steps: Steps) -> Ledger:
    """Back up while people write, kill, start again; what was acknowledged before the backup."""
    with at_work(product) as ledger:
        with steps.step(f"backup while {PEOPLE} people write"):
            wait_for_saves(ledger, 100)
            before = Ledger(list(ledger.claims))
            product.say("backup", str(target))
            wait_for_saves(ledger, 50)
        with steps.step("kill -9, and a start"):
            product.kill()
            product.start()
            wait_for_saves(ledger, 50)
    with steps.step("what was acknowledged is there"):
        product.stop()
        assert_whole(product.folder, ledger)
        assert lost(product.folder, [ledger.claims[0]._replace(text="aldrig")]), "it finds a loss"
        print(f"{len(ledger.claims)} saves,", end=" ")
    return before


def go_on(product: Product, before: Ledger, packages: list[Path]) -> None:
    """Somewhere else: sound, every text there, people go on, and what left before is authentic."""
    product.say("audit", "verify")
    product.say("doctor")
    assert_whole(product.folder, before, product.url)
    query = "SELECT count(*) FROM revision WHERE value LIKE '%innan allt hände: å, ä, ö.%'"
    assert rows(product.folder, query, product.url) == [(1,)]
    product.start()
    try:
        writer = product.person(NEW, CHOSEN)
        version = writer.submission(GNV)["answers"]["10"]["version"]
        writer.save(GNV, "10", "Skrevs på den nya platsen.", version)
        assert b"%PDF-" in product.person("direktor").get(f"/cases/{DONE}/case.pdf")[:9]
        product.stop()
    finally:
        product.leave()
    key = product.say("key").split()[-1]
    for package in packages:
        product.say("verify", str(package), "--key", key)


def live(folder: Path, steps: Steps) -> None:
    """All of it, in an empty folder."""
    with steps.step("wheel"):
        wheel = build_wheel(folder)
    with steps.step("install"):
        programs = install(wheel, folder / "venv", frozenset({"postgres"}))
    product = Product(programs, folder / "instance")
    try:
        with steps.step("demo, invitation, first start"):
            lay_up(product)
        with steps.step("the whole job over HTTP"):
            do_the_job(product)
            packages = take_home(product, folder)
        with steps.step("upgrade from the first migration"):
            upgrade(programs, folder / "first")
        backup = folder / "backup.zip"
        before = under_load(product, backup, steps)
    finally:
        product.leave()
    with steps.step("restore elsewhere"):
        elsewhere = Product(programs, folder / "elsewhere")
        elsewhere.say("restore", str(backup))
        go_on(elsewhere, before, packages)
    with postgresql() as server, steps.step("copy to PostgreSQL"):
        elsewhere.say("copy", "--to", server.url)
        elsewhere.url = server.url
        (elsewhere.folder / "redogor.db").unlink()
        go_on(elsewhere, before, packages)


def main() -> int:
    """Live; keep how long it took."""
    steps, began, here = Steps(), time.monotonic(), origin()
    lives = False
    with tempfile.TemporaryDirectory() as name:
        try:
            live(Path(name), steps)
            lives = True
        except Exception:  # kept as a failure, whatever it was
            traceback.print_exc()
    seconds = round(time.monotonic() - began, 1)
    print(f"{'lives' if lives else 'FAILED'} after {seconds:.0f} s")
    keep("life", {"holds": lives, "steps": steps.seconds, "seconds": seconds, **here})
    return 0 if lives else 1


if __name__ == "__main__":
    sys.exit(main())
