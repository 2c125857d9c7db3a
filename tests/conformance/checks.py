"""The work behind each row of the table: files are made in a folder, judged, told as outcomes."""

from __future__ import annotations

import multiprocessing
import os
import random
import re
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pikepdf

from survey_app.core.content import Content, canonical_json
from survey_app.core.record import Record
from survey_app.export.blocks import Contents, Outline, texts
from survey_app.export.pdf.drawing import render
from survey_app.export.pdf.glyphs import printable
from survey_app.export.pdf.metadata import Attachment
from survey_app.export.pdf.words import read_words, squeezed
from survey_app.export.verification.look import verify_package
from tests.conformance import documents
from tests.conformance.judges import Verdict, judge
from tests.conformance.reading import answers_missing, order_differs
from tests.export import generated, samples

READ_BACK = 1_000
JUDGED = 200
WITH_RECORD = 20
DAMAGED = 300
LONGEST_HEARD = 60
WORKERS = min(4, os.cpu_count() or 1)


class Outcome(NamedTuple):
    """What became of one thing; ``problem`` is empty where it passed."""

    name: str
    problem: str = ""


def told(verdict: Verdict) -> Outcome:
    """A judge's verdict as an outcome."""
    problem = "" if verdict.passed else str(verdict).partition("\n")[2].strip() or "failed"
    return Outcome(f"{Path(verdict.file).name} ({verdict.rules})", problem)


def by(rules: str, paths: list[Path]) -> list[Outcome]:
    """Files as one judge sees them."""
    return [told(verdict) for verdict in judge([(rules, path) for path in paths])]


def made(folder: Path, kind: str) -> list[Path]:
    """The PDF files of one kind that were made before."""
    return sorted((folder / kind).glob("*.pdf"))


# --- making and reading back ----------------------------------------------------------------------


def read_back(folder: Path) -> Iterator[Outcome]:
    """1,000 generated submissions drawn, and their words held against the JSON. 200 are kept."""
    (folder / "generated").mkdir()
    (folder / "inside").mkdir()
    wanted = ((folder, number, *item) for number, item in enumerate(generated.documents(READ_BACK)))
    with multiprocessing.get_context("spawn").Pool(WORKERS) as pool:
        yield from pool.imap(_read_one_back, wanted, chunksize=4)


def _read_one_back(wanted: tuple[Path, int, str, Record | Content, Outline]) -> Outcome:
    folder, number, name, document, outline = wanted
    try:
        if number < JUDGED:
            data = render(outline)
            (folder / "generated" / f"{name}.pdf").write_bytes(data)
            if number < WITH_RECORD:
                data = render(outline, attach=_inside(document))
                (folder / "inside" / f"{name}.pdf").write_bytes(data)
            problems = answers_missing(document, data)
        else:
            # The table of contents says every heading twice; without it each word is known.
            kept = tuple(block for block in outline.blocks if not isinstance(block, Contents))
            outline = replace(outline, blocks=kept)
            data = render(outline)
            problems = answers_missing(document, data) + _other_words(outline, data)
    except Exception as error:
        problems = [f"{type(error).__name__}: {error}"]
    return Outcome(name, "; ".join(problems[:4]))


def _inside(document: Record | Content) -> Attachment:
    return Attachment("record.json", canonical_json(document), "application/json", "Handlingen")


def _other_words(outline: Outline, data: bytes) -> list[str]:
    said = [text for block in outline.blocks for text in texts(block)]
    expected = squeezed(printable(" \n".join(said)))
    return [] if read_words(data) == expected else ["the PDF has other words than its outline"]


def make_documents(folder: Path) -> Iterator[Outcome]:
    """One document of each kind."""
    (folder / "documents").mkdir()
    for file in documents.pdfs(folder):
        name = re.sub(r"[^\w.-]+", "_", file.name).removesuffix(".pdf")
        (folder / "documents" / f"{name}.pdf").write_bytes(file.data)
        yield Outcome(file.name)


def damaged() -> Iterator[Outcome]:
    """A package with one bit changed, in 300 places: refused each time, in words."""
    data = samples.package()
    places = random.Random(300).sample(range(len(data)), DAMAGED)
    with multiprocessing.get_context("spawn").Pool(WORKERS) as pool:
        yield from pool.imap(_verify_damaged, places, chunksize=10)


def _verify_damaged(place: int) -> Outcome:
    changed = bytearray(samples.package())
    changed[place] ^= 1 << (place % 8)
    verdict = verify_package(bytes(changed))
    words = all(finding.in_words() for finding in verdict.findings)
    refused = not verdict.intact and bool(verdict.findings) and words
    return Outcome(f"byte {place}", "" if refused else "the damage was not found")


# --- judging --------------------------------------------------------------------------------------


def with_record_inside(folder: Path) -> list[Outcome]:
    """PDF/A-3a: the real questionnaires and some generated ones, with their JSON inside."""
    for file in documents.with_record_inside():
        (folder / "inside" / f"{file.name.replace(' ', '-')}.pdf").write_bytes(file.data)
    paths = made(folder, "inside")
    return [*by("3a", paths), *by("ua1", paths)]


def by_qpdf(paths: list[Path]) -> list[Outcome]:
    """Files as qpdf sees them: a warning is a failure too."""
    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(qpdf, paths))


def qpdf(path: Path) -> Outcome:
    """One file as qpdf sees it."""
    reply = subprocess.run(["qpdf", "--check", str(path)], capture_output=True, text=True)
    problem = (reply.stderr or reply.stdout).strip() if reply.returncode else ""
    return Outcome(f"{path.name} (qpdf)", problem)


def in_order(paths: list[Path]) -> list[Outcome]:
    """Files whose tree poppler reads in the order of their streams.

    poppler goes through a whole page for each element on it, so the longest files are left out.
    """
    paths = [path for path in paths if pages_of(path) <= LONGEST_HEARD]
    with ThreadPoolExecutor(WORKERS) as pool:
        problems = pool.map(order_differs, paths)
    return [Outcome(path.name, found) for path, found in zip(paths, problems, strict=True)]


def pages_of(path: Path) -> int:
    """How many pages a PDF has."""
    with pikepdf.open(path) as pdf:
        return len(pdf.pages)


def packages(folder: Path) -> Iterator[Outcome]:
    """E-ARK packages: valid to commons-ip, intact to ``verify``, a safe ZIP to Python."""
    (folder / "packages").mkdir(exist_ok=True)
    paths = []
    for package in documents.packages(folder):
        path = folder / "packages" / f"{package.name.replace(' ', '-')}.zip"
        path.write_bytes(package.data)
        paths.append(path)
        found = [finding.in_words() for finding in verify_package(package.data).findings]
        yield Outcome(f"{path.name} (verify)", "; ".join(found))
    yield from by("sip", paths)


def bags(folder: Path) -> Iterator[Outcome]:
    """Bags: valid to the Library of Congress's library."""
    for bag in documents.bags(folder):
        place = documents.unpack(bag.data, folder / "bags" / bag.name.replace(" ", "-"))
        yield from by("bag", [place])
