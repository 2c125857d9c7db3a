"""Every kind of file that leaves the product, to be judged. To judge another, yield it here."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from survey_app.config import read_settings
from survey_app.export.copy.masking import Mask, mask_record
from survey_app.export.copy.outline import Refusal, copy_outline, refusal_outline
from survey_app.export.decisions import Decided, DecisionList, decisions_outline
from survey_app.export.outline import draft_outline
from survey_app.export.pdf.drawing import render
from survey_app.export.record_pdf import record_pdf
from tests.conformance import specimens
from tests.conftest import make_demo, open_installation
from tests.export import boards, samples, tabled, test_steps
from tests.reports import compiling
from tests.sealing import NOW, Issuer, sealer_of


class File(NamedTuple):
    """A file that leaves the product: ``name`` says which, for those who read the findings."""

    name: str
    data: bytes


def pdfs(folder: Path) -> Iterator[File]:
    """PDF documents of every kind. ``folder`` is for what has to be made on disk."""
    for package in packages(folder):
        yield from _inside(package)
    short = samples.record()
    yield File("short record", record_pdf(short))
    yield File("short draft", render(draft_outline(samples.draft_content(), samples.MADE_AT)))
    yield File("empty record", record_pdf(samples.record({})))
    yield File("at every limit", record_pdf(specimens.at_every_limit()))
    yield File("sixty pages", record_pdf(specimens.sixty_pages()))
    yield File("a figure", render(specimens.with_figure()))
    yield File("sealed", _sealed(folder))
    yield File("given out", render(copy_outline(_masked())))
    yield File("refusal", render(refusal_outline(_refusal())))
    yield File("decisions", render(decisions_outline(_decisions(), samples.MADE_AT)))
    yield File("memo", render(boards.memo()))
    yield File("memo in draft", render(boards.memo(1, draft=True)))
    yield File("decision of a board", render(boards.decision_sheet()))
    yield File("in steps", record_pdf(test_steps.in_steps()))
    yield File("printed table", record_pdf(tabled.printed_table()))
    yield File("wide table", record_pdf(tabled.wide_table()))
    yield File("largest table", record_pdf(tabled.largest_table()))
    yield from _registries(folder)
    yield from _reports(folder)


def with_record_inside() -> Iterator[File]:
    """The real questionnaires and the short one as PDF/A-3a."""
    for name in ("gnv-2025", "statsbidrag-2025"):
        yield File(name, record_pdf(samples.real(name)[0], with_json=True))
    yield File("short record", record_pdf(samples.record(), with_json=True))


def _sealed(folder: Path) -> bytes:
    seal = sealer_of(folder, Issuer().issue()).at(NOW)
    return seal.apply(record_pdf(samples.real("gnv-2025")[0], sealed_by=seal.holder))


def _masked() -> dict[str, Any]:
    wanted = ("answer:text", "answer:val", "enclosure:1", "approval:name")
    masks = [Mask(target, "Rör en enskild.", "OSL 25 kap. 1 §") for target in wanted]
    made = mask_record(samples.record(), samples.QUESTIONNAIRE, masks, samples.MADE_AT)
    return made.document


def _decisions() -> DecisionList:
    """More than a page of them."""
    decided = Decided(
        diary_number="RS259999", matter="Uppföljning av vården", what="Svaret på Enkät godkänt",
        day="2026-11-22", who="Namn, direktör, ersättare för Namn, direktör",
        right="Delegation: Beslut 1 (1 januari 2026 till och med 31 december 2026)",
        steps=("Tillstyrkt i steg 1: Namn, enhetschef, 21 november 2026 (Beslut 2)",),
    )  # fmt: skip
    return DecisionList(samples.UNIT["name"], "2026-01-01", "2026-11-22", (decided,) * 30)


def _refusal() -> Refusal:
    return Refusal(
        case=samples.CASE,
        unit=samples.UNIT["name"],
        what="Svaret på fråga 1.",
        reasons="Rör en enskild.\n\nInget hindrar att resten lämnas ut.",
        ground="OSL 25 kap. 1 §",
        decided_by="Arkivarie",
        addressee="",
        decided_at=samples.MADE_AT,
    )


def _registries(folder: Path) -> Iterator[File]:
    """The registrar's list from its page, as told to the public and in full."""
    archivist = open_installation(demo(folder)).person("arkivarie")
    for number in ("RS259999", "RS250393"):
        for query in ("", "?full=1"):
            reply = archivist.get(f"/cases/{number}/registry.pdf{query}")
            assert reply.status_code == 200, reply.text
            yield File(f"list of {number}{query}", reply.data)


def _reports(folder: Path) -> Iterator[File]:
    """Reports compiled from the demo's rounds: two follow-ups, one of them settled, the county's
    plan by focus area, and the indicators with their tables and charts."""
    opened = open_installation(_rounds(folder))
    for number, title in (
        (compiling.FOLLOW_UPS, "Uppföljning 2025"),
        (compiling.COUNTY, "Bidrag till planen 2017–2018"),
        (compiling.INDICATORS, "Indikatorrapport 2025-01"),
    ):
        desk = compiling.office(opened, number, title)
        desk.compile()
        yield File(f"report of {title}", desk.files()["pdf"])
    settled = compiling.office(opened, compiling.FOLLOW_UPS, "Uppföljning 2024")
    settled.compile(told="line")
    settled.settle()
    kept = opened.person("strateg").get(f"/cases/{settled.number}/reports/{settled.report_id}.pdf")
    assert kept.status_code == 200, kept.text
    yield File("settled report", kept.data)
    opened.database.close()


def _rounds(folder: Path) -> Path:
    """An installation with the demo and its rounds, made once."""
    instance = folder / "rounds"
    if not instance.exists():
        settings = read_settings({}, instance=instance, demo=True, https=False, testing=True)
        make_demo(settings, rounds=True)
    return instance


def packages(folder: Path) -> Iterator[File]:
    """E-ARK packages as ZIP files: the demo's two cases by the command line, and short ones."""
    instance = demo(folder)
    yield File("practice case", _exported(instance, folder, "RS259999"))
    yield File("case in draft", _exported(instance, folder, "RS250393", "--draft"))
    yield File("short case", samples.package())
    for number in ("RS241041", "RS259997"):
        yield File(f"rounds of {number}", _exported(rounds(folder), folder, number))


def bags(folder: Path) -> Iterator[File]:
    """The demo's case as a bag (BagIt) in a ZIP file."""
    yield File("practice case", _exported(demo(folder), folder, "RS259999", "--format", "bagit"))


def demo(folder: Path) -> Path:
    """An installation with the demo, made once."""
    instance = folder / "instance"
    if not instance.exists():
        settings = read_settings({}, instance=instance, demo=True, https=False, testing=True)
        make_demo(settings)
    return instance


def rounds(folder: Path) -> Path:
    """An installation in which the rounds of two cases are closed and archived, made once."""
    instance = folder / "rounds"
    if instance.exists():
        return instance
    settings = read_settings({}, instance=instance, demo=True, https=False, testing=True)
    make_demo(settings, rounds=True)
    installation = open_installation(instance)
    for number in ("RS241041", "RS259997"):
        page = installation.person("strateg").get(f"/cases/{number}").text
        for url in sorted(set(re.findall(rf"/cases/{number}/rounds/\d+", page))):
            if "/close" in installation.person("strateg").get(url).text:
                closed = installation.person("strateg").post(f"{url}/close", {"confirmed": "1"})
                assert closed.status_code == 302, closed.text
            kept = installation.person("arkivarie").post(f"{url}/archive")
            assert kept.status_code == 302, kept.text
    installation.database.close()
    return instance


def _exported(instance: Path, folder: Path, case: str, *options: str) -> bytes:
    """The package of a case as a person gets it from ``survey-app export``."""
    target = folder / "-".join((case, *(option.strip("-") for option in options)))
    if not target.exists():
        command = [sys.executable, "-m", "survey_app.cli", "--instance", str(instance), "export",
                   case, "--out", str(target), *options]  # fmt: skip
        reply = subprocess.run(command, capture_output=True, text=True)
        if reply.returncode:
            raise RuntimeError(f"survey-app export {case} {options}:\n{reply.stderr[-2000:]}")
    (made,) = target.iterdir()
    return made.read_bytes()


def _inside(package: File) -> Iterator[File]:
    with zipfile.ZipFile(io.BytesIO(package.data)) as archive:
        for name in archive.namelist():
            if name.endswith(".pdf"):
                yield File(f"{package.name}: {name}", archive.read(name))


def unpack(data: bytes, folder: Path) -> Path:
    """A bag's folder, unpacked from its ZIP file."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        archive.extractall(folder)
    found = [path.parent for path in folder.rglob("bagit.txt")]
    return found[0] if found else folder
