"""Seals for tests: set now, changed afterwards, held up against an issuer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from survey_app.export.seal import Seal, check_seal
from survey_app.services.refusal import Unavailable
from tests.sealing import NOW, Holder, Issuer, sealer_of


def seal_now(folder: Path, holder: Holder, timestamp: str = "") -> Seal:
    return sealer_of(folder, holder, timestamp).at(NOW)


def refused(code: str, doing: Any, *given: Any) -> Unavailable:
    with pytest.raises(Unavailable) as caught:
        doing(*given)
    assert caught.value.code == code
    return caught.value


def changed(data: bytes, place: int, value: int) -> bytes:
    return data[:place] + bytes([value]) + data[place + 1 :]


def holds(data: bytes, issuer: Issuer) -> bool:
    verdict = check_seal(data, [issuer.der])
    return verdict is not None and verdict.trusted
