"""Removed means gone: out of every table, out of the database's files, out of a backup."""

from __future__ import annotations

import zipfile

import pytest
from sqlalchemy import select, text, update

from survey_app.services.doctor.soundness import find_flaws
from survey_app.services.removals.case import COUNTED, GOES_ALONG
from survey_app.services.removals.contents import LOOKS_AT, STAYS, goes, left_behind, owners
from survey_app.store.columns import table_of
from survey_app.store.tables import Case, Comment
from survey_app.web.wording.removals import CONTENTS
from tests.durability.backups import back_up
from tests.stage import Stage

from .emptying import NUMBER, WORD, Emptying, fill, finished, python_type

ELSEWHERE = {
    "account", "approval_order", "blob", "blob_chunk", "delegation", "failure", "identity",
    "installation", "login", "mail_choice", "membership", "one_time_link", "person_removal",
    "recovery_code", "security_entry", "security_head", "specification", "stand_in", "token",
    "totp", "unit",
}  # fmt: skip
"""Tables whose rows belong to no case: people and units, forms, the log; files as long as anything
names them. One that comes is to be thought about: does it hold what was written in a case?"""

KEPT_WORDS = {
    "cases": {"diary_number", "audit_head"},
    "rounds": {"specification", "sort"},
    "submission": {"state"},
    "record": {"sha256", "content_sha256", "basis"},
    "case_document": {"kind", "direction", "made"},
    "removal": {"decision", "counts"},
    "case_removal": {"decision", "ground", "counts", "shown_sha256", "package_sha256"},
    "audit_entry": {"kind", "facts", "sha256"},
    "audit_head": {"sha256", "signature"},
}
"""What of a removed case still has letters in it: codes, hashes, its number, decisions on removal;
the chain's facts, in which no content stands."""


def test_of_every_table_it_is_decided_whether_it_goes_or_stays() -> None:
    everything = {table.name for table in table_of(Case).metadata.sorted_tables}
    of_cases = {table.name for table in owners()}
    assert everything - of_cases == ELSEWHERE
    decided = [*COUNTED, *GOES_ALONG, *(set(STAYS) - set(COUNTED))]
    assert sorted(decided) == sorted(of_cases), "say in services.removals.case what goes"
    assert {*COUNTED.values(), "files"} == set(CONTENTS)
    columns = {f"{table.name}.{column.name}" for table in owners() for column in table.columns}
    assert columns >= LOOKS_AT


@pytest.mark.parametrize("name", STAYS)
def test_of_every_text_that_stays_it_is_decided_that_it_does(name: str) -> None:
    [table] = [table for table in owners() if table.name == name]
    texts = {column.name for column in table.columns if issubclass(python_type(column.type), str)}
    assert texts - set(STAYS[name]) == KEPT_WORDS[name]


def in_files(emptying: Emptying) -> dict[str, int]:
    """How often the word stands in each file of the database, and in a backup made now."""
    stage = emptying.stage
    stage.database.close()
    folder = stage.settings.instance
    found = {path.name: path.read_bytes().count(WORD.encode())
             for path in folder.glob("redogor.db*")}  # fmt: skip
    target = folder.parent / "kopia.zip"
    target.unlink(missing_ok=True)
    back_up(folder, target)
    with zipfile.ZipFile(target) as backup:
        found["backup"] = sum(backup.read(name).count(WORD.encode()) for name in backup.namelist())
    return found


@pytest.mark.only_sqlite("searches the bytes of the file")
def test_not_a_byte_is_left_in_the_files_of_the_database(stage: Stage) -> None:
    emptying = finished(stage)
    with stage.database.writing() as session:
        assert set(fill(session, emptying.case_id)) == {table.name for table in goes()}
    for length in (3_000, 30, 300):  # an earlier version left traces of what it wrote over
        with stage.database.writing() as session:
            session.execute(text("PRAGMA secure_delete = OFF"))
            session.execute(update(Comment).values(text=WORD * length))
    before = in_files(emptying)
    assert before["redogor.db"] > before["backup"] > 300
    emptying.remove()
    assert in_files(emptying)["redogor.db"] > 0, "traces that no row knows of"
    assert stage.database.sweep()
    assert in_files(emptying) == dict.fromkeys(before, 0)


@pytest.mark.both_databases
def test_every_table_is_empty_and_all_that_vouches_still_holds(stage: Stage) -> None:
    emptying = finished(stage)
    with stage.database.writing() as session:
        fill(session, emptying.case_id)
    emptying.remove()
    assert stage.database.sweep()
    assert emptying.breaks() == []
    with stage.database.reading() as session:
        assert list(find_flaws(session, stage.key, stage.key.kept())) == []
        for table in table_of(Case).metadata.sorted_tables:
            for row in session.execute(select(table)):
                assert WORD not in str(row).replace("b'", "")
        case = session.get(Case, emptying.case_id)
    assert case is not None
    assert (case.diary_number, case.title) == (NUMBER, "")


def test_the_judge_finds_what_is_left_in_whatever_table(stage: Stage) -> None:
    emptying = finished(stage)
    emptying.remove()
    with stage.database.writing() as session:
        tables = fill(session, emptying.case_id)
    with stage.database.reading() as session:
        found = left_behind(session, emptying.case_id)
    assert set(found) == {*tables, *(name for name, blank in STAYS.items() if blank)}
    assert {code for _number, code in emptying.breaks()} == {"left_behind", "changed_remains"}
