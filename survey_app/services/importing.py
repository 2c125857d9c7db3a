"""Putting many answers of one submission in at once, as they came in a file."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Mapping

from sqlalchemy import bindparam, insert, update
from sqlmodel import Session

from survey_app.core.evaluation import Given
from survey_app.services.actor import Actor
from survey_app.services.answer import as_stored
from survey_app.services.audit import append_entry
from survey_app.services.removals.tombstone import IMPORTED, value_digest
from survey_app.services.submission import Dossier, Mark
from survey_app.store.tables import Answer, Revision, table_of

_ANSWERS = table_of(Answer)
_ADD_ANSWER, _ADD_REVISION = insert(_ANSWERS), insert(table_of(Revision))
_CHANGE_ANSWER = update(_ANSWERS).where(
    _ANSWERS.c.submission_id == bindparam("of_submission"),
    _ANSWERS.c.question == bindparam("of_question"),
)


def put_answers(
    session: Session, actor: Actor, dossier: Dossier, given: Mapping[str, Given],
    now: datetime.datetime, *, imported_from: int,
) -> dict[str, int]:  # fmt: skip
    """Write the next version of each answer that is not so already; the versions by question.

    One link of the case's chain tells them all. The caller has asked whether the actor may, and
    holds the case; ``dossier.chain`` is as it stands, and moves on.
    """
    fresh, changed, revisions = [], [], []
    versions: dict[str, int] = {}
    told: dict[str, tuple[str, int]] = {}
    for question, item in given.items():
        stored = as_stored(item)
        if dossier.stored.get(question, (None, None)) == stored:
            continue
        version, salt = dossier.version_of(question) + 1, secrets.token_hex(16)
        row = {"value": stored[0], "blank": stored[1], "version": version, "derived": False,
               "author_id": actor.account_id, "at": now}  # fmt: skip
        if version == 1:
            fresh.append(
                {"submission_id": dossier.id, "question": question, "carried": False, **row}
            )
        else:
            changed.append({"of_submission": dossier.id, "of_question": question,
                            "carried": False, **row})  # fmt: skip
        revisions.append({"submission_id": dossier.id, "question": question, "accepted": True,
                          "salt": salt, "imported_from": imported_from, **row})  # fmt: skip
        versions[question] = version
        told[question] = value_digest(salt, *stored), version
        dossier.renew(question, stored, Mark(version, False, actor.name, actor.account_id, now))
    connection = session.connection()
    for statement, rows in (
        (_ADD_ANSWER, fresh), (_CHANGE_ANSWER, changed), (_ADD_REVISION, revisions),
    ):  # fmt: skip
        if rows:
            connection.execute(statement, rows)
    if told:
        facts = {"submission": dossier.id, "values": told, "file": imported_from}
        dossier.chain = append_entry(
            session, dossier.chain, at=now, actor=actor.account_id, kind=IMPORTED, facts=facts
        )
    return versions
