"""An issuer of certificates, and a document with and without its seal, made once."""

from __future__ import annotations

import pytest

from survey_app.export.outline import record_outline
from survey_app.export.pdf.drawing import render
from tests.export.samples import record
from tests.sealing import HOLDER, Holder, Issuer

from .seals import seal_now


@pytest.fixture(scope="package")
def issuer() -> Issuer:
    return Issuer()


@pytest.fixture(scope="package")
def stamper(issuer: Issuer) -> Holder:
    return issuer.issue("Prov AB", "Provstämplare", usage=("digital_signature",), stamps=True)


@pytest.fixture(scope="package")
def unsealed() -> bytes:
    return render(record_outline(record(), sealed_by=HOLDER))


@pytest.fixture(scope="package")
def sealed(issuer: Issuer, unsealed: bytes, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return seal_now(tmp_path_factory.mktemp("key"), issuer.issue()).apply(unsealed)
