"""Packages that were made once must verify for good: with each version of the program to come.

``kept/`` holds signed packages as they were written in the month of their name. They are never
made again. Whoever changes the words on paper, the schemas or the manifest so that one of these
fails has to keep the old reading beside the new one, by the manifest's ``format``; packages of the
new format are added beside them.
"""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from survey_app.export.verification.look import verify_package
from survey_app.export.verification.verdict import Authenticity

from .packages import PUBLIC

KEPT = sorted((Path(__file__).parent / "kept").glob("*.zip.gz"))


@pytest.mark.parametrize("path", KEPT, ids=[path.name for path in KEPT])
def test_a_package_of_an_earlier_time_is_intact_and_authentic(path: Path) -> None:
    verdict = verify_package(gzip.decompress(path.read_bytes()), PUBLIC)
    assert verdict.findings == ()
    assert verdict.intact
    assert verdict.authenticity is Authenticity.AUTHENTIC


def test_there_are_packages_of_both_formats() -> None:
    assert {path.name.split("-")[2].partition(".")[0] for path in KEPT} == {"eark", "bagit"}
