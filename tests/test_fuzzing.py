"""What no page and no program of ours sends: every operation of the API answers as it says.

``REDOGOR_FUZZED=1000 pytest tests/test_fuzzing.py`` sends a thousand requests an operation.
"""

from __future__ import annotations

import collections
import datetime
import functools
import os
import shutil
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from survey_app.services.accounts.sign_in import issue_token
from survey_app.store.tables import Failure
from tests.conftest import GNV, Installation, open_installation

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import schemathesis
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi import checks

FUZZED = int(os.environ.get("REDOGOR_FUZZED", "12"))
JUDGED = (
    not_a_server_error, checks.response_schema_conformance, checks.status_code_conformance,
    checks.content_type_conformance, checks.response_headers_conformance,
)  # fmt: skip
REAL: dict[str, list[Any]] = {
    "submission_id": [GNV, GNV, 2, 3],
    "question_id": ["1", "6a", "9", "24", "33", "41"],
    "diary_number": ["RS250393", "RS241041"],
    "report_id": [1],
    "piece_id": [1, 2, 3],
}
"""What is there, so that requests come further than to the door."""


@pytest.fixture(scope="module")
def served(
    demo_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Installation, str]]:
    """The demo, and a bearer token of a strategist's."""
    folder = tmp_path_factory.mktemp("fuzzed") / "instance"
    shutil.copytree(demo_template, folder)
    opened = open_installation(folder)
    with opened.database.writing() as session:
        moment = datetime.datetime.now(datetime.UTC)
        token = issue_token(session, "strateg@demo.example", moment)
    yield opened, token
    opened.database.close()


def operations(app: Any) -> dict[str, Any]:
    """Every operation of the description, by its label."""
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    return {found.ok().label: found.ok() for found in schema.get_all_operations()}


def fuzz(
    installation: Installation, operation: Any, token: str, many: int
) -> collections.Counter[int]:
    """Send so many requests, and hold each answer against the description; the statuses.

    Who is told to wait is forgiven: what is asked next is answered, too.
    """
    seen: collections.Counter[int] = collections.Counter()

    @settings(
        max_examples=many,
        deadline=None,
        database=None,
        derandomize=many <= 100,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )
    @given(case=operation.as_strategy(), data=st.data())
    def send(case: Any, data: st.DataObject) -> None:
        for name in case.path_parameters or ():
            if name in REAL and data.draw(st.integers(0, 3)):
                case.path_parameters[name] = data.draw(st.sampled_from(REAL[name]))
        reply = case.call(headers={"Authorization": f"Bearer {token}"})
        seen[reply.status_code] += 1
        case.validate_response(reply, checks=JUDGED)
        if reply.status_code == 429:
            with installation.database.writing() as session:
                session.execute(delete(Failure))

    send()
    return seen


def test_every_operation_answers_as_it_says(
    served: tuple[Installation, str], record_property: Callable[[str, object], None]
) -> None:
    installation, token = served
    found = operations(installation.app)
    assert len(found) >= 10
    seen = {
        label: fuzz(installation, operation, token, FUZZED) for label, operation in found.items()
    }
    record_property("operations", len(seen))
    record_property("requests", sum(map(sum, (counts.values() for counts in seen.values()))))
    record_property("answers of 500", sum(counts[500] for counts in seen.values()))
    assert not any(status >= 500 for counts in seen.values() for status in counts)
    assert sum(200 in counts or 204 in counts for counts in seen.values()) >= 4


def test_a_planted_error_is_found(served: tuple[Installation, str]) -> None:
    """A view that falls over a character: the same search finds it."""
    installation, token = served
    app = installation.app
    operation = operations(app)["PUT /submissions/{submission_id}/presence"]
    endpoint = next(
        rule.endpoint for rule in app.url_map.iter_rules()
        if rule.rule.endswith("/presence") and "PUT" in (rule.methods or ())
    )  # fmt: skip
    real = app.view_functions[endpoint]

    @functools.wraps(real)  # with its permission: a view without one is closed
    def planted(**_parts: Any) -> Any:
        raise ZeroDivisionError

    app.view_functions[endpoint] = planted
    try:
        with pytest.raises(BaseException, match="500"):  # a failure, or a group of them
            fuzz(installation, operation, token, 20)
    finally:
        app.view_functions[endpoint] = real
