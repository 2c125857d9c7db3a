"""A bag, judged by the ``bagit`` library's own validator."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import bagit
import pytest

from survey_app.export.package.contents import Part
from survey_app.export.package.delivery import Delivery
from survey_app.export.package.zip_file import build_package

from .packages import opened, signed
from .samples import CASE, FILES, MADE_AT, SPEC_BYTES, record


def unpacked(data: bytes, folder: Path) -> Path:
    """The one folder that a package unpacks to."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        archive.extractall(folder)
    return next(folder.iterdir())


@pytest.mark.parametrize("draft", [False, True])
def test_the_library_says_that_the_bag_is_valid(tmp_path: Path, draft: bool) -> None:
    bag = bagit.Bag(str(unpacked(signed("bagit", draft=draft), tmp_path)))
    bag.validate()
    assert bag.info["External-Identifier"] == "RS259999"
    assert bag.info["Bagging-Date"] == "2026-11-22"
    assert bag.info["Source-Organization"] == "Region Exempel"
    assert bag.info["External-Description"].startswith("UTKAST: ") is draft


def test_the_library_finds_a_damaged_file(tmp_path: Path) -> None:
    root = unpacked(signed("bagit"), tmp_path)
    (root / "data/case.pdf").write_bytes(b"x")
    with pytest.raises(bagit.BagValidationError):
        bagit.Bag(str(root)).validate()


def test_a_bag_says_where_it_belongs() -> None:
    delivery = Delivery(reference_code="RH/{diary_number}", submission_agreement="RA 13-2011")
    data = build_package(
        CASE, [Part(record(), SPEC_BYTES)], FILES, MADE_AT, packed_as="bagit", delivery=delivery
    )
    info = opened(data)["bag-info.txt"].decode()
    assert "Reference-Code: RH/RS259999\n" in info
    assert "Submission-Agreement: RA 13-2011\n" in info


def test_the_list_of_tag_files_is_in_order() -> None:
    """As the disk gives them they would be different from day to day."""
    lines = opened(signed("bagit"))["tagmanifest-sha256.txt"].decode().splitlines()
    paths = [line.split(maxsplit=1)[1] for line in lines]
    assert paths == sorted(paths)
