"""What seals need in a test: an issuer of certificates, key files, a real time-stamping service."""

from __future__ import annotations

import datetime
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from asn1crypto import keys, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps import DummyTimeStamper

from survey_app.config import SealSettings
from survey_app.services.archives.seal import Sealer, open_sealer

NOW = datetime.datetime(2026, 11, 22, 13, 5, 9, tzinfo=datetime.UTC)
STAMPED = NOW + datetime.timedelta(seconds=2)
DAY = datetime.timedelta(days=1)
PASSPHRASE = "lösenfras för prov"
HOLDER = "Region Exempel (Region Exempels e-arkiv)"

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class Holder:
    """A key and its certificate, with that of the issuer."""

    key: PrivateKey
    certificate: x509.Certificate
    issuer: x509.Certificate

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def key_der(self) -> bytes:
        return self.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def _name(organization: str, common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "SE"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _usage(*allowed: str) -> x509.KeyUsage:
    every = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
             "key_agreement", "key_cert_sign", "crl_sign", "encipher_only",
             "decipher_only")  # fmt: skip
    return x509.KeyUsage(**{name: name in allowed for name in every})


@cache
def _rsa_key(place: int) -> rsa.RSAPrivateKey:
    """A key made once for all tests; another place is another key."""
    return rsa.generate_private_key(65537, 2048)


class Issuer:
    """An issuer of certificates."""

    def __init__(self, common: str = "Provutfärdare", place: int = 0) -> None:
        self.key = _rsa_key(place)
        self.name = _name("Prov AB", common)
        builder = self._builder(self.name, self.key, NOW - 4000 * DAY, NOW + 9000 * DAY)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        builder = builder.add_extension(_usage("key_cert_sign", "crl_sign"), True)
        self.certificate = builder.sign(self.key, hashes.SHA256())

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    def _builder(
        self, subject: x509.Name, key: PrivateKey, start: datetime.datetime, end: datetime.datetime
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(end)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), False
            )
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        )

    def issue(
        self,
        organization: str = "Region Exempel",
        common: str = "Region Exempels e-arkiv",
        *,
        usage: tuple[str, ...] | None = ("content_commitment",),
        stamps: bool = False,
        elliptic: bool = False,
        start: datetime.datetime = NOW - 100 * DAY,
        end: datetime.datetime = NOW + 100 * DAY,
    ) -> Holder:
        """A certificate; ``usage`` None leaves the key's usage out of it."""
        key = ec.generate_private_key(ec.SECP256R1()) if elliptic else _rsa_key(2 if stamps else 1)
        builder = self._builder(_name(organization, common), key, start, end)
        if usage is not None:
            builder = builder.add_extension(_usage(*usage), True)
        if stamps:
            purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
            builder = builder.add_extension(purpose, True)
        return Holder(key, builder.sign(self.key, hashes.SHA256()), self.certificate)


def key_file(folder: Path, holder: Holder, passphrase: str = PASSPHRASE) -> Path:
    """A PKCS#12 file that only its owner can read."""
    path = folder / "seal.p12"
    path.write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"seal", holder.key, holder.certificate, [holder.issuer],
            BestAvailableEncryption(passphrase.encode()),
        )
    )  # fmt: skip
    os.chmod(path, 0o600)
    return path


def sealer_of(folder: Path, holder: Holder, timestamp: str = "") -> Sealer:
    """A sealer with a PKCS#12 file."""
    settings = SealSettings(pkcs12=key_file(folder, holder), secret=PASSPHRASE, timestamp=timestamp)
    sealer = open_sealer(settings)
    assert sealer is not None
    return sealer


@contextmanager
def stamp_service(
    holder: Holder, fault: str = "", meanwhile: Callable[[], object] | None = None
) -> Iterator[str]:
    """The address of a time-stamping service (RFC 3161 over HTTP), with its fault if it has one.

    fault      ``status`` answers 500, ``garbage`` no ASN.1, ``replay`` stamps something else,
               ``rejection`` refuses in good form, ``redirect`` says to ask at another address
    meanwhile  done at each request, before the answer
    """
    stamper = DummyTimeStamper(
        asn1_x509.Certificate.load(holder.der),
        keys.PrivateKeyInfo.load(holder.key_der),
        fixed_dt=STAMPED,
    )

    followed: list[str] = []

    class Service(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
            assert self.headers["Content-Type"] == "application/timestamp-query"
            if meanwhile is not None:
                meanwhile()
            if fault == "replay":
                query["message_imprint"]["hashed_message"] = b"\0" * 32
            answer = stamper.request_tsa_response(query).dump()
            if fault == "garbage":
                answer = b"<html>down</html>"
            if fault == "rejection":
                answer = tsp.TimeStampResp({"status": {"status": "rejection"}}).dump()
            self.send_response({"status": 500, "redirect": 302}.get(fault, 200))
            if fault == "redirect":
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(answer)

        def do_GET(self) -> None:
            """Where a redirect led; nobody comes here."""
            followed.append(self.path)
            self.send_error(404)

        def log_message(self, format: str, *values: object) -> None:
            """Keep the tests' output quiet."""

    with HTTPServer(("127.0.0.1", 0), Service) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()
    assert followed == [], "a redirect was followed"


def beside(deed: Callable[..., Any], *said: Any) -> Any:
    """Do something in a thread of its own: in pytest's there may run an event loop already, which
    a browser's test has started."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(deed, *said).result()
