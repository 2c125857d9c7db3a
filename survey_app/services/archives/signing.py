"""Setting a PAdES seal with pyHanko: B-B, or B-T where a time-stamping service is named.

Imported only where the extra ``[seal]`` is installed.
"""

from __future__ import annotations

import datetime
import io
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from asn1crypto import tsp
from pyhanko.config.pkcs11 import TokenCriteria
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, Signer, SimpleSigner
from pyhanko.sign.fields import InvisSigSettings, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import set_tsp_headers

from survey_app.config import SealSettings

FIELD = "Seal"
PATIENCE = 5
"""Seconds that a time-stamping service may take for each answer; the archivist waits."""
LARGEST_STAMP = 1_000_000


class NoStamp(Exception):
    """The time-stamping service did not give a time stamp."""


class _NowhereElse(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: only the service that is set is asked (ASVS 5.0, 15.3.2)."""

    def redirect_request(self, *_told: object) -> None:
        """None: the redirect is then told as the error that it is."""


_OPENER = urllib.request.build_opener(_NowhereElse)


class _HttpTimeStamper(TimeStamper):
    """Asks a time-stamping service by HTTP, RFC 3161. Its answer is signed, so HTTP will do."""

    def __init__(self, address: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.address = address

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """The service's answer; raises OSError or ValueError."""
        query = urllib.request.Request(self.address, req.dump(), set_tsp_headers({}))
        try:
            with _OPENER.open(query, timeout=PATIENCE) as reply:
                return tsp.TimeStampResp.load(reply.read(LARGEST_STAMP))
        except urllib.error.HTTPError as refusal:
            refusal.close()  # it is an answer, too, and holds a connection
            raise

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> object:
        """The time stamp of a digest. Raises NoStamp whatever the service did wrong."""
        try:
            return await super().async_timestamp(message_digest, md_algorithm)
        except Exception as error:
            raise NoStamp(self.address) from error


class _Signer(PdfSigner):
    """A signer whose clock stands at ``moment``, if that is given."""

    moment: datetime.datetime | None = None

    def init_signing_session(
        self, pdf_out: BasePdfFileWriter, existing_fields_only: bool = False
    ) -> PdfSigningSession:
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self.moment or session.system_time
        return session


@contextmanager
def opened(settings: SealSettings) -> Iterator[Signer]:
    """The key and its certificates, while they are needed.

    Raises OSError or ValueError for a file, and what its module raises for a token.
    """
    if settings.pkcs12 is not None:
        yield SimpleSigner.load_pkcs12_data(
            settings.pkcs12.read_bytes(), (), settings.secret.encode()
        )
        return
    token = TokenCriteria(label=settings.token)
    session = open_pkcs11_session(
        str(settings.module), token_criteria=token, user_pin=settings.secret
    )
    try:
        key = PKCS11Signer(
            session, cert_label=settings.key, key_label=settings.key, other_certs_to_pull=None
        )
        # Few tokens hash for elliptic curves; all take what is hashed already.
        key.use_raw_mechanism = key.signing_cert.public_key.algorithm == "ec"
        yield key
    finally:
        session.close()


def sign(
    data: bytes, key: Signer, holder: str, now: datetime.datetime, stamp_address: str = ""
) -> bytes:
    """A PDF with a seal that nobody sees and that forbids every change.

    stamp_address  of a time-stamping service, or ``""``

    Raises NoStamp, and whatever the key's module raises.
    """
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    _order_by_structure(writer)
    meta = PdfSignatureMetadata(
        field_name=FIELD,
        name=holder,
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )
    # PDF/A wants the widget printable, PDF/UA wants it tagged or off the page: off the page it is.
    # Who seals stands as text in the document.
    field = SigFieldSpec(
        FIELD,
        readable_field_name="Elektronisk försegling",
        invis_sig_settings=InvisSigSettings(box_out_of_bounds=True),
    )
    stamper = _HttpTimeStamper(stamp_address) if stamp_address else None
    signer = _Signer(meta, key, timestamper=stamper, new_field_spec=field)
    signer.moment = now
    # pyHanko runs an event loop of its own, which a thread has room for only if it has none.
    with ThreadPoolExecutor(1) as thread:
        return bytes(thread.submit(signer.sign_pdf, writer).result().getvalue())


def _order_by_structure(writer: IncrementalPdfFileWriter) -> None:
    """The page that gets the widget goes through its annotations in the order of its tags."""
    page = writer.root["/Pages"]["/Kids"][0]
    while "/Kids" in page:
        page = page["/Kids"][0]
    if "/Tabs" not in page:
        page[pdf_name("/Tabs")] = pdf_name("/S")
        writer.update_container(page)
