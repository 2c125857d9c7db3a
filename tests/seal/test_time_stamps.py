"""Time stamps of a seal: what they prove, and that nothing is sealed without."""

from __future__ import annotations

import urllib.error
from pathlib import Path

import pytest

from survey_app.export.seal import check_seal
from tests.sealing import STAMPED, Holder, Issuer, stamp_service

from .seals import refused, seal_now


def test_a_time_stamp_proves_the_time(
    issuer: Issuer, stamper: Holder, unsealed: bytes, tmp_path: Path
) -> None:
    with stamp_service(stamper) as address:
        sealed = seal_now(tmp_path, issuer.issue(), address).apply(unsealed)
    verdict = check_seal(sealed, [issuer.der])
    assert verdict is not None
    assert verdict.trusted
    assert verdict.sealed_at == STAMPED.isoformat()
    assert verdict.stamped_by == "Prov AB (Provstämplare)"
    assert verdict.stamp_trusted_by == verdict.trusted_by == "Prov AB (Provutfärdare)"
    assert "tidsstämplad av ”Prov AB (Provstämplare)”" in verdict.in_words()
    unknown = check_seal(sealed)
    assert unknown is not None
    assert unknown.sound
    assert unknown.stamp_trusted_by == ""


@pytest.mark.parametrize("fault", ["status", "garbage", "replay", "rejection", "redirect", "down"])
def test_without_a_time_stamp_nothing_is_sealed(
    fault: str, issuer: Issuer, stamper: Holder, unsealed: bytes, tmp_path: Path
) -> None:
    with stamp_service(stamper, fault) as address:
        seal = seal_now(tmp_path, issuer.issue(), address)
        if fault != "down":
            refused("seal_stamp_unreachable", seal.apply, unsealed)
    if fault == "down":
        refused("seal_stamp_unreachable", seal.apply, unsealed)


def test_a_service_that_fails_leaves_no_connection_open(
    issuer: Issuer, stamper: Holder, unsealed: bytes, tmp_path: Path
) -> None:
    with stamp_service(stamper, "status") as address:
        seal = seal_now(tmp_path, issuer.issue(), address)
        error: BaseException | None = refused("seal_stamp_unreachable", seal.apply, unsealed)
    while error is not None and not isinstance(error, urllib.error.HTTPError):
        error = error.__cause__
    assert error is not None
    assert error.closed
