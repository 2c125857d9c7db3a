"""The seal of a PDF: an electronic signature over the whole file, and what there is to say of it.

The seal itself is looked at by ``export.pades``, which needs the extra ``[seal]``. Without the
extra nothing fails: a sealed file is then said to be sealed, and not to have been checked.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from survey_app.export import swedish

if TYPE_CHECKING:
    from cryptography.x509 import Name

EXTRA = "pip install 'survey-app[seal]'"

SEAL_WORDS: dict[str, str] = {
    "seal_broken": "Förseglingen är bruten: filens innehåll är inte det som förseglades.",
    "changed_after_seal": "Filen har ändrats eller fått tillägg efter förseglingen.",
    "seal_stamp_broken": "Förseglingens tidsstämpel gäller inte.",
    "seal_unreadable": "Förseglingen kan inte läsas.",
    "seal_unchecked": f"Filen är förseglad, men förseglingen är inte prövad. Installera: {EXTRA}",
}


@dataclass(frozen=True, slots=True)
class Seal:
    """What seals a PDF at one moment.

    holder  who seals, as the certificate names them and as the document has to say
    apply   from a PDF to the same PDF, sealed
    """

    holder: str
    apply: Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class SealVerdict:
    """What a seal proves. It is sound if ``code`` is empty, else ``code`` is in ``SEAL_WORDS``.

    holder      whom the sealing certificate names; ``""`` if it was not read
    sealed_at   ISO time; by ``stamped_by``, or by the holder's own word where that is empty
    trusted_by  the given certificate that stands behind the holder, or ``""``
    stamp_trusted_by  the given certificate that stands behind the time stamp, or ``""``
    """

    code: str = ""
    holder: str = ""
    sealed_at: str = ""
    stamped_by: str = ""
    trusted_by: str = ""
    stamp_trusted_by: str = ""

    @property
    def sound(self) -> bool:
        """Whether the seal is valid and covers the whole file as it is now."""
        return not self.code

    @property
    def trusted(self) -> bool:
        """Whether it is sound, and made by someone behind whom a given certificate stands."""
        return self.sound and bool(self.trusted_by)

    def in_words(self) -> str:
        """The verdict as Swedish sentences."""
        if not self.sound:
            return SEAL_WORDS[self.code]
        return " ".join((self._who_and_when(), "Oförändrad sedan dess.", self._trust()))

    def _who_and_when(self) -> str:
        time = "tiden är förseglarens egen uppgift"
        if self.stamped_by:
            known = "" if self.stamp_trusted_by else " (som inget angivet certifikat står bakom)"
            time = f"tidsstämplad av ”{self.stamped_by}”{known}"
        return f"Förseglad av ”{self.holder}” {swedish.moment(self.sealed_at)}; {time}."

    def _trust(self) -> str:
        if self.trusted_by:
            return f"Certifikatet ”{self.trusted_by}” står bakom förseglingen."
        return (
            "Inget angivet certifikat står bakom förseglingen, så den visar inte vem som gjort den."
        )


def is_sealed(data: bytes) -> bool:
    """Whether a PDF has a signature field that is filled; False for what is no PDF."""
    # Not at the start, as with all that reads PDFs (``export.pdf.drawing``).
    from survey_app.export.pdf.limits import pikepdf

    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            form = pdf.Root.get("/AcroForm", pikepdf.Dictionary())
            return any(
                field.get("/FT") == "/Sig" and "/V" in field for field in form.get("/Fields", [])
            )
    # Of a file from anyone, pikepdf raises whatever C++ and Python's types give it.
    except Exception:
        return False


def check_seal(data: bytes, trust: Sequence[bytes] = ()) -> SealVerdict | None:
    """The verdict on the seal of a PDF; None where it has none. Never raises.

    trust  certificates (DER) that may stand behind a seal: the holder's own, or an issuer's.
           They are held to the time of sealing; nothing is fetched, so revocation is not asked for
    """
    if not is_sealed(data):
        return None
    try:
        from survey_app.export import pades
    except ImportError:
        return SealVerdict("seal_unchecked")
    try:
        return pades.examine(data, trust)
    # The file may come from anyone, and the parsers of PDF and ASN.1 raise many things.
    except Exception:
        return SealVerdict("seal_unreadable")


def read_certificates(data: bytes) -> list[bytes]:
    """The certificates of a PEM file (one or several) or of a DER file, each as DER.

    Raises ValueError.
    """
    # Not at the start: certificates take 1 MB, and few installations seal.
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    if b"-----BEGIN" in data:
        found = x509.load_pem_x509_certificates(data)
    else:
        found = [x509.load_der_x509_certificate(data)]
    return [certificate.public_bytes(Encoding.DER) for certificate in found]


def holder_of(certificate: bytes) -> str:
    """Whom a certificate (DER) names: ``"Region Halland (Region Hallands e-arkiv)"``."""
    from cryptography import x509  # not at the start, as above

    names = list(dict.fromkeys(_names(x509.load_der_x509_certificate(certificate).subject)))
    return f"{names[0]} ({', '.join(names[1:])})" if names[1:] else "".join(names)


def _names(subject: Name) -> Iterator[str]:
    from cryptography.x509.oid import NameOID

    for oid in (NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME):
        for attribute in subject.get_attributes_for_oid(oid):
            yield " ".join(str(attribute.value).split())
