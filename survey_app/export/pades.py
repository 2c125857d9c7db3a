"""Looking at a PAdES seal with pyHanko. Imported only where the extra ``[seal]`` is installed."""

from __future__ import annotations

import datetime
import io
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from asn1crypto import cms, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import (
    EmbeddedPdfSignature,
    PdfSignatureStatus,
    SignatureCoverageLevel,
    validate_pdf_signature,
)
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import SignatureStatus
from pyhanko_certvalidator import ValidationContext

from survey_app.export.seal import SealVerdict, holder_of

# A seal's certificate is for signatures or for seals; both are said by one of these two bits.
KEY_USAGE = ("digital_signature", "non_repudiation")

# What pyHanko logs of a bad seal is in the verdict; on the terminal it would only frighten.
logging.getLogger("pyhanko").addHandler(logging.NullHandler())
logging.getLogger("pyhanko_certvalidator").addHandler(logging.NullHandler())


def examine(data: bytes, trust: Sequence[bytes]) -> SealVerdict:
    """The verdict on a PDF that is sealed; ``trust`` as in ``export.seal.check_seal``.

    Raises whatever a damaged or hostile file makes pyHanko raise.
    """
    signature = _first(data)
    status = _judged(signature, trust, None)
    # Certificates are asked whether they were valid then, not whether they still are.
    if trust and (moment := _moment(status)):
        status = _judged(_first(data), trust, moment)
    if code := _fault(signature, status):
        return SealVerdict(code, holder=holder_of(status.signing_cert.dump()))
    stamp = status.timestamp_validity
    moment = _moment(status)
    return SealVerdict(
        holder=holder_of(status.signing_cert.dump()),
        sealed_at=moment.isoformat() if moment else "",
        stamped_by=holder_of(stamp.signing_cert.dump()) if stamp else "",
        trusted_by=_anchor(status),
        stamp_trusted_by=_anchor(stamp) if stamp else "",
    )


def _first(data: bytes) -> EmbeddedPdfSignature:
    # Later signatures are additions: the first does not cover them, and so they are found.
    found: EmbeddedPdfSignature = PdfFileReader(io.BytesIO(data)).embedded_regular_signatures[0]
    return found


def _judged(
    signature: EmbeddedPdfSignature, trust: Sequence[bytes], moment: datetime.datetime | None
) -> PdfSignatureStatus:
    roots = [x509.Certificate.load(certificate) for certificate in trust]
    # pyHanko runs an event loop of its own, which a thread has room for only if it has none.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(
            validate_pdf_signature,
            signature,
            ValidationContext(trust_roots=roots, moment=moment, allow_fetching=False),
            ValidationContext(trust_roots=roots, moment=moment, allow_fetching=False),
            key_usage_settings=KeyUsageConstraints(
                key_usage=set(KEY_USAGE), match_all_key_usages=False
            ),
        ).result()


def _moment(status: PdfSignatureStatus) -> datetime.datetime | None:
    stamp = status.timestamp_validity
    return stamp.timestamp if stamp else status.signer_reported_dt


def _fault(signature: EmbeddedPdfSignature, status: PdfSignatureStatus) -> str:
    stamp = status.timestamp_validity
    if not (status.intact and status.valid) or _padding(signature).strip(b"\0"):
        return "seal_broken"
    if status.coverage != SignatureCoverageLevel.ENTIRE_FILE:
        return "changed_after_seal"
    return "seal_stamp_broken" if stamp and not (stamp.intact and stamp.valid) else ""


def _padding(signature: EmbeddedPdfSignature) -> bytes:
    """What follows the signature in its room: nothing covers it, so it has to be empty."""
    held = signature.pkcs7_content
    return bytes(held[len(cms.ContentInfo.load(held).dump()) :])


def _anchor(status: SignatureStatus) -> str:
    """Whom the given certificate names that stands behind a signature; ``""`` if none does."""
    if not status.trusted or status.validation_path is None:
        return ""
    return holder_of(status.validation_path.first.dump())
