"""Whatever is changed or added after sealing is found."""

from __future__ import annotations

import io
import random
import re
from pathlib import Path
from typing import Any

from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner

from survey_app.export.seal import check_seal
from tests.sealing import PASSPHRASE, Issuer, beside, key_file

from .seals import changed, holds


def test_every_changed_byte_is_found(sealed: bytes, issuer: Issuer) -> None:
    """In the document, in what sealing added, and in the room of the seal that it did not fill."""
    start, end = seal_room(sealed)
    draw = random.Random(1)
    tail = [*range(sealed.rindex(b"startxref", 0, start), start), *range(end, len(sealed))]
    places = draw.sample(range(start), 40) + draw.sample(tail, 10)
    for place in places:
        assert not holds(changed(sealed, place, sealed[place] ^ 1), issuer), place
    digits = draw.sample(range(end - 400, end - 1), 10)
    for place in digits:
        assert not holds(changed(sealed, place, ord("1")), issuer), "what is left of the room"


def seal_room(data: bytes) -> tuple[int, int]:
    """From where to where the signature's hexadecimal digits stand."""
    found = re.search(rb"/ByteRange \[0 (\d+) (\d+) \d+\s*\]", data)
    assert found
    return int(found[1]), int(found[2])


def test_a_changed_answer_is_named_as_a_broken_seal(sealed: bytes, unsealed: bytes) -> None:
    place = len(unsealed) // 2
    verdict = check_seal(changed(sealed, place, sealed[place] ^ 1))
    assert verdict is not None
    assert (verdict.code, verdict.sound) == ("seal_broken", False)
    assert "bruten" in verdict.in_words()


def test_what_is_added_after_sealing_is_found(sealed: bytes, issuer: Issuer) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(sealed))
    writer.root[pdf_name("/Added")] = pdf_string("efteråt")
    writer.update_root()
    target = io.BytesIO()
    writer.write(target)
    for more in (target.getvalue(), sealed + b"\n% later"):
        verdict = check_seal(more, [issuer.der])
        assert verdict is not None
        assert (verdict.code, verdict.trusted) == ("changed_after_seal", False)


class Lawless(PdfSigner):
    """Signs also what a seal before it forbids to change."""

    def _enforce_certification_constraints(self, reader: Any) -> None:
        pass


def test_a_seal_upon_the_seal_is_found(sealed: bytes, issuer: Issuer, tmp_path: Path) -> None:
    path = key_file(tmp_path, issuer.issue("Någon annan", "Främling"))
    key = SimpleSigner.load_pkcs12_data(path.read_bytes(), (), PASSPHRASE.encode())
    second = Lawless(PdfSignatureMetadata(field_name="Second"), key)
    twice = beside(second.sign_pdf, IncrementalPdfFileWriter(io.BytesIO(sealed))).getvalue()
    verdict = check_seal(twice, [issuer.der])
    assert verdict is not None
    assert verdict.code == "changed_after_seal"
