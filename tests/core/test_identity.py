"""Which proofs of a person's identity will do: the table in ``cases/identity.json``."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from survey_app.core.identity import Mapping, Proof, judge, roles_of
from survey_app.core.workflow import Role

TABLE = json.loads((Path(__file__).parent / "cases" / "identity.json").read_text("utf-8"))
ISSUER = "https://idp.example"


def proof(change: dict[str, Any]) -> Proof:
    return Proof.of(
        {key: value for key, value in (TABLE["good"] | change).items() if value is not None}
    )


@pytest.mark.parametrize("case", TABLE["cases"], ids=lambda case: case["name"])
def test_before_attesting(case: dict[str, Any]) -> None:
    verdict = judge(
        proof(case["change"]), issuer=ISSUER, subject="anna", allowed_acr=("loa3", "loa4"),
        asked_at=1000, now=1100,
    )  # fmt: skip
    assert verdict == case["verdict"]


@pytest.mark.parametrize("case", TABLE["sign_in"], ids=lambda case: case["name"])
def test_at_sign_in(case: dict[str, Any]) -> None:
    assert judge(proof(case["change"]), issuer=ISSUER, subject=None, now=1100) == case["verdict"]


@pytest.mark.parametrize("moment", [math.nan, math.inf, -math.inf])
def test_a_moment_that_is_none(moment: float) -> None:
    """What JSON in Python also reads as a number."""
    verdict = judge(
        proof({"auth_time": moment}), issuer=ISSUER, subject="anna", asked_at=1000, now=1100
    )
    assert verdict == "identity_refused"


@pytest.mark.parametrize("case", TABLE["groups"], ids=lambda case: json.dumps(case["groups"]))
def test_groups_give_roles(case: dict[str, Any]) -> None:
    mappings = [Mapping(group, unit, Role(role)) for group, unit, role in TABLE["mappings"]]
    assert sorted(roles_of(case["groups"], mappings)) == [tuple(item) for item in case["roles"]]
