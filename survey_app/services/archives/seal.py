"""Sealing archive copies, if the installation's settings say with what.

A file with a key is opened at the start, so that a wrong passphrase shows at once. A token and a
time-stamping service are asked when something is sealed; if they do not answer, the step that
needed the seal is refused and nothing of it is done.
"""

from __future__ import annotations

import datetime
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from survey_app.config import SealSettings, UnsafeSettings
from survey_app.export.seal import EXTRA, Seal, check_seal, holder_of
from survey_app.services.refusal import Unavailable

if TYPE_CHECKING:
    from pyhanko.sign import Signer


@dataclass(frozen=True, slots=True)
class Sealer:
    """Seals by the settings. One at a time: a token takes one login."""

    settings: SealSettings
    turn: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def at(self, now: datetime.datetime) -> Seal:
        """The seal as it can be set now.

        Raises Unavailable: ``seal_key_unreachable``, ``seal_certificate_expired``,
        ``seal_certificate_not_yet_valid``, ``seal_key_usage``. So does what it gives, and
        ``seal_stamp_unreachable``, ``seal_failed``.
        """
        with self._key() as key:
            certificate = _certificate(key)
            _check_certificate(certificate, now)
            holder = holder_of(certificate)
        return Seal(holder, lambda data: self._seal(data, holder, now))

    def _seal(self, data: bytes, holder: str, now: datetime.datetime) -> bytes:
        from survey_app.services.archives import signing

        with self._key() as key:
            try:
                sealed = signing.sign(data, key, holder, now, self.settings.timestamp)
            except signing.NoStamp as error:
                raise Unavailable("seal_stamp_unreachable") from error
            # A key that is torn out, a mechanism that a token lacks: each module has its errors.
            except Exception as error:
                raise Unavailable("seal_failed") from error
        _check_sealed(data, sealed, holder)
        return sealed

    @contextmanager
    def _key(self) -> Iterator[Signer]:
        from survey_app.services.archives import signing

        with self.turn, ExitStack() as stack:
            try:
                key = stack.enter_context(signing.opened(self.settings))
            # No token, a wrong PIN, a file that was moved: each module has its own errors.
            except Exception as error:
                raise Unavailable("seal_key_unreachable") from error
            yield key


def open_sealer(settings: SealSettings | None) -> Sealer | None:
    """What seals in this installation; None where the settings name no key.

    Raises UnsafeSettings if it cannot seal at all: the extra is missing, the file cannot be
    opened, or its certificate is for something else.
    """
    if settings is None:
        return None
    try:
        from survey_app.services.archives import signing
    except ImportError as error:
        raise UnsafeSettings(f"Sealing is set, but its extra is missing: {EXTRA}") from error
    if settings.pkcs12 is not None:
        try:
            with signing.opened(settings) as key:
                certificate = _certificate(key)
        except (OSError, ValueError) as error:
            raise UnsafeSettings(
                f"SURVEY_APP_SEAL_PKCS12: {settings.pkcs12} cannot be opened. Check that the file "
                "is there, and that SURVEY_APP_SEAL_PASSPHRASE belongs to it."
            ) from error
        if not _may_sign(certificate):
            raise UnsafeSettings(
                f"SURVEY_APP_SEAL_PKCS12: the certificate in {settings.pkcs12} is not for "
                "signatures: its key usage has neither digitalSignature nor nonRepudiation."
            )
    return Sealer(settings)


def _certificate(key: Signer) -> bytes:
    if key.signing_cert is None:
        raise ValueError("no certificate beside the key")
    return bytes(key.signing_cert.dump())


def _may_sign(certificate: bytes) -> bool:
    from cryptography import x509  # not at the start, as in ``export.seal``

    extensions = x509.load_der_x509_certificate(certificate).extensions
    try:
        usage = extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return usage.digital_signature or usage.content_commitment


def _check_certificate(certificate: bytes, now: datetime.datetime) -> None:
    from cryptography import x509

    found = x509.load_der_x509_certificate(certificate)
    if now > found.not_valid_after_utc:
        day = found.not_valid_after_utc.date().isoformat()
        raise Unavailable("seal_certificate_expired", day=day)
    if now < found.not_valid_before_utc:
        day = found.not_valid_before_utc.date().isoformat()
        raise Unavailable("seal_certificate_not_yet_valid", day=day)
    if not _may_sign(certificate):
        raise Unavailable("seal_key_usage")


def _check_sealed(before: bytes, sealed: bytes, holder: str) -> None:
    """The seal holds, and the words are those from before, the sealer's name among them."""
    # Not at the start, as with all that reads PDFs (``export.pdf.drawing``).
    from survey_app.export.pdf.glyphs import printable
    from survey_app.export.pdf.words import read_words, squeezed

    verdict = check_seal(sealed)
    if verdict is not None and verdict.code == "seal_stamp_broken":
        raise Unavailable("seal_stamp_unreachable")
    words = read_words(sealed, skip_others=True)
    named = squeezed(printable(holder)) in words
    same = words == read_words(before, skip_others=True)
    if verdict is None or not (verdict.sound and verdict.holder == holder and named and same):
        raise Unavailable("seal_failed")
