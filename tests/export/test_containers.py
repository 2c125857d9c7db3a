"""Any damage to the ZIP is found, and a hostile file is refused, not raised."""

from __future__ import annotations

import os
import random
import struct
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from survey_app.export.package import eark
from survey_app.export.package.manifest import Format
from survey_app.export.verification.look import verify_package
from survey_app.export.verification.verdict import Authenticity

from .packages import FORMATS, PUBLIC, codes, signed

PLACES = int(os.environ.get("DAMAGED_PLACES", "60"))
"""Bytes that are damaged, one at a time; ``DAMAGED_PLACES=300`` for a long look."""


@pytest.mark.parametrize("packed_as", FORMATS)
def test_any_one_byte_changed_is_found(packed_as: Format) -> None:
    data = signed(packed_as)
    places = random.Random(7).sample(range(len(data)), PLACES)
    refused = 0
    for place in [*places[3:], 0, len(data) - 1, len(data) - 20]:
        changed = bytearray(data)
        changed[place] ^= 1 << (place % 8)
        verdict = verify_package(bytes(changed), PUBLIC)
        assert codes(verdict), place
        assert verdict.authenticity is not Authenticity.AUTHENTIC
        refused += 1
    assert refused == PLACES


@pytest.mark.parametrize("length", [0, 10, 1_000, -1, -30, -500])
def test_a_file_cut_off_is_found(length: int) -> None:
    data = signed()
    assert codes(verify_package(data[: length if length >= 0 else len(data) + length]))


def test_bytes_before_and_after_are_found() -> None:
    assert "container_changed" in codes(verify_package(b"x" + signed()))
    assert codes(verify_package(signed() + b"x"))


def zip_of(*entries: tuple[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, data in entries:
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return target.getvalue()


AT = f"p/{eark.MANIFEST}"


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not_a_zip"),
        (b"PK\x05\x06" + b"\xff" * 18, "not_a_zip"),
        (zip_of(), "no_single_folder"),
        (zip_of(("a", b"x")), "no_single_folder"),
        (zip_of(("a/b", b"x"), ("c/d", b"x")), "no_single_folder"),
        (zip_of(("a/b", b"x")), "manifest_missing"),
        (zip_of((AT, b"{}")), "manifest_unreadable"),
        (zip_of((AT, b'{"a": NaN')), "manifest_unreadable"),
        (zip_of((AT, b"[" * 200_000)), "manifest_unreadable"),
        (zip_of(("../manifest.json", b"{}")), "unsafe_name"),
        (zip_of(("/etc/passwd", b"{}")), "unsafe_name"),
        (zip_of(("a\\b", b"{}")), "unsafe_name"),
        (zip_of(("a", b"x"), ("A", b"y")), "duplicate_name"),
        (zip_of(("b", b"0" * 1_000_000), method=zipfile.ZIP_DEFLATED), "compressed"),
    ],
)
def test_a_hostile_file_is_refused_not_raised(data: bytes, code: str) -> None:
    assert code in codes(verify_package(data, PUBLIC))


def test_encrypted_entries_and_false_sizes_are_refused() -> None:
    data = bytearray(zip_of(("a", b"x")))
    central = data.index(b"PK\x01\x02")
    struct.pack_into("<H", data, central + 8, 1)
    assert codes(verify_package(bytes(data))) == {"encrypted"}
    data = bytearray(zip_of(("a", b"x")))
    struct.pack_into("<II", data, central + 20, 4_000_000_000, 4_000_000_000)
    assert codes(verify_package(bytes(data))) == {"overlapping"}


def test_a_path_that_cannot_be_read_is_a_finding(tmp_path: Path) -> None:
    assert codes(verify_package(tmp_path / "saknas.zip")) == {"unreadable_file"}
