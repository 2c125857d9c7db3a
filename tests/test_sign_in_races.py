"""Wrong passwords at the same moment: each of them counts."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlmodel import col

from survey_app.services.sign_in import MOST_FAILURES, enter, find_credentials
from survey_app.store.tables import Account
from tests.stage import Stage, address
from tests.test_approve_races import race

AT_ONCE = MOST_FAILURES - 1


@pytest.mark.both_databases
def test_wrong_passwords_at_the_same_moment_are_all_counted(stage: Stage) -> None:
    """Else as many could be tried at once as one likes, and the lock after ten would never fall."""
    with stage.database.reading() as session:
        credentials = find_credentials(session, address("strategist"))

    def guess(*, right: bool = False) -> str | None:
        with stage.database.writing() as session:
            return enter(session, credentials, right, stage.now)

    for tries in range(5):
        race(*[guess] * AT_ONCE)
        with stage.database.reading() as session:
            query = select(col(Account.failures)).where(col(Account.id) == credentials.account_id)
            assert session.execute(query).scalar_one() == AT_ONCE, tries
        assert guess(right=True)
    race(*[guess] * MOST_FAILURES)
    assert guess(right=True) is None, "ten at once lock as ten in a row do"
