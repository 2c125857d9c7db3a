"""Copies under masks for tests: a record with a secret in every place, and a search for secrets
through everything that the files of a copy tell."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from functools import cache
from typing import Any

import pikepdf
import pypdf

from survey_app.core.record import Record, build_record
from survey_app.export.copy.masking import Mask, MaskedCopy, mask_record
from survey_app.export.pdf.words import read_words, squeezed
from survey_app.services.register.giving_out import _files

from . import samples
from .samples import MADE_AT, NOTE, PLAN, QUESTIONNAIRE, file_value

REASON, GROUND = "Skäl som får stå", "OSL 25 kap. 1 §"

RAW: dict[str, Any] = {
    "text": "Här står hemligord och mer, och Åsa Dold.",
    "rutor": ["hemligruta1", "hemligruta2", "hemligruta3"],
    "val": {"chosen": "ja", "details": {"ja": "hemligdetalj med plan"}},
    "flera": {"chosen": ["a", "b"], "details": {"b": "37,2519"}},
    "antal": "8 812 345",
    "pengar": "7 712 345",
    "dag": "2031-05-17",
    "adress": "https://hemligadress.example/plan",
    "fil": {
        "files": [
            file_value("hemligplan.pdf", PLAN, "application/pdf"),
            file_value("hemlignot.txt", NOTE, "text/plain"),
        ],
        "text": "hemligfiltext",
    },
    "rader": {"x": "ja", "y": "nej"},
    "exempel": {
        "entries": [
            {
                "id": "hemligid1",
                "values": {"rubrik": "hemligrubrik", "text": "hemligexempel1", "andel": "43,1199"},
            },
            {"id": "hemligid2", "values": {"text": "hemligexempel2", "dag": "2031-06-18"}},
        ],
    },
    "epost": "hemligpost@demo.example",
    "telefon": "035-987 65 43",
    "postnummer": "30187",
    "orgnr": "5560360793",
}
FIELDS = {"intygande": True, "befattning": "hemligbefattning"}
APPROVAL: dict[str, Any] = {
    **samples.APPROVAL,
    "approver": {"name": "Hemligt Namn", "title": "hemligtitel", "email": "hemligg@demo.example"},
    "delegation": {**samples.APPROVAL["delegation"], "decision": "hemligdelegation § 1"},
    "own_work_reason": "hemligtskäl",
    "stands_in_for": {
        "name": "Hemlig Innehavare",
        "title": "hemliginnehavartitel",
        "decision": "hemligersättning § 2",
        "valid_from": "2026-11-01",
        "valid_to": "2026-11-30",
    },
    "earlier_steps": [
        {
            "step": 1,
            "approved_at": "2026-11-21T09:00:00+00:00",
            "approver": {
                "name": "Hemlig Chef",
                "title": "hemligcheftitel",
                "email": "hemligchef@demo.example",
            },
            "delegation": {
                "decision": "hemligchefsbeslut § 3",
                "valid_from": "2026-01-01",
                "valid_to": "2026-12-31",
            },
            "stands_in_for": {
                "name": "Hemlig Bortrest",
                "title": "",
                "decision": "hemligresa § 4",
                "valid_from": "2026-11-01",
                "valid_to": "2026-11-30",
            },
            "content_sha256": "ab" * 32,
        }
    ],
    "fields": FIELDS,
}
SECRETS: dict[str, list[str]] = {
    "answer:text": ["hemligord", "Åsa Dold"],
    "passage:text": ["Åsa Dold"],
    "answer:rutor": ["hemligruta1", "hemligruta2", "hemligruta3"],
    "box:rutor:1": ["hemligruta1"],
    "box:rutor:3": ["hemligruta3"],
    "answer:val": ["hemligdetalj"],
    "detail:val:ja": ["hemligdetalj"],
    "passage:val": ["hemligdetalj"],
    "answer:flera": ["37.2519", "37,2519"],
    "detail:flera:b": ["37.2519", "37,2519"],
    "answer:antal": ["8812345", "8\N{NO-BREAK SPACE}812\N{NO-BREAK SPACE}345"],
    "answer:andel": ["Systemet mäter"],
    "passage:andel": ["mäter inte"],
    "answer:pengar": ["7712345", "7\N{NO-BREAK SPACE}712\N{NO-BREAK SPACE}345"],
    "answer:dag": ["2031-05-17", "maj 2031"],
    "answer:adress": ["hemligadress"],
    "answer:fil": ["hemligplan", "hemlignot", "hemligfiltext",
                   *(file["sha256"] for file in RAW["fil"]["files"])],
    "enclosure:1": ["hemligplan", RAW["fil"]["files"][0]["sha256"]],
    "enclosure:2": ["hemlignot", RAW["fil"]["files"][1]["sha256"]],
    "answer:exempel": ["hemligrubrik", "hemligexempel1", "hemligexempel2", "43.1199", "hemligid"],
    "entry:exempel:hemligid1": ["hemligrubrik", "hemligexempel1", "43.1199", "43,1199", "hemligid"],
    "entry:exempel:hemligid2": ["hemligexempel2", "2031-06-18", "juni 2031", "hemligid"],
    "answer:epost": ["hemligpost"],
    "answer:telefon": ["987 65 43"],
    "answer:postnummer": ["30187", "301 87"],
    "answer:orgnr": ["556036"],
    "answer:befattning": ["hemligbefattning"],
    "approval:name": ["Hemligt Namn"],
    "approval:title": ["hemligtitel"],
    "approval:email": ["hemligg"],
    "approval:delegation": ["hemligdelegation"],
    "approval:own_work_reason": ["hemligtskäl"],
    "approval:stands_in_for": ["Hemlig Innehavare", "hemliginnehavartitel", "hemligersättning"],
    "approval:earlier_steps": ["Hemlig Chef", "hemligcheftitel", "hemligchef@", "hemligchefsbeslut",
                               "Hemlig Bortrest", "hemligresa"],
}  # fmt: skip
"""What stood under each mask, in every form in which it could be told; written by hand."""
PASSAGES = {"passage:text": ("Åsa Dold",), "passage:val": ("hemligdetalj",),
            "passage:andel": ("mäter inte",)}  # fmt: skip


@cache
def original() -> Record:
    return build_record(samples.content(RAW), APPROVAL)


def masks_of(*targets: str) -> list[Mask]:
    return [Mask(target, REASON, GROUND, PASSAGES.get(target, ())) for target in targets]


def copy_of(*targets: str, shown: tuple[str, ...] = ()) -> MaskedCopy:
    return mask_record(original(), QUESTIONNAIRE, masks_of(*targets), MADE_AT, shown)


def entry(copy: MaskedCopy, name: str) -> dict[str, Any]:
    return next(
        item
        for section in copy.document["content"]["sections"]
        for item in section["questions"]
        if item["id"] == name
    )


def pdf_strings(data: bytes) -> Iterator[str]:
    """Everything in a PDF that is text: page text, every string of every object, every stream."""
    yield read_words(data)
    for page in pypdf.PdfReader(io.BytesIO(data)).pages:
        yield squeezed(page.extract_text())
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for thing in pdf.objects:
            yield from _strings(thing, 0)
            if isinstance(thing, pikepdf.Stream):
                with_text = thing.read_bytes()
                yield with_text.decode("latin-1")
                yield with_text.decode("utf-8", "ignore")
                yield with_text.decode("utf-16-be", "ignore")


def _strings(thing: Any, depth: int) -> Iterator[str]:
    if depth > 20:
        return
    if isinstance(thing, pikepdf.String):
        yield str(thing)
    elif isinstance(thing, pikepdf.Array):
        for item in thing:
            if not getattr(item, "is_indirect", False):
                yield from _strings(item, depth + 1)
    elif isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        for _, item in thing.items():
            if not getattr(item, "is_indirect", False):
                yield from _strings(item, depth + 1)


def said_in(files: dict[str, bytes]) -> dict[str, list[str]]:
    """Everything that the files tell, by file."""
    said = {"json": [files["json"].decode()], "pdf": list(pdf_strings(files["pdf"]))}
    with zipfile.ZipFile(io.BytesIO(files["zip"])) as archive:
        said["zip"] = [*archive.namelist(), archive.comment.decode()]
        said["zip"] += [
            archive.read(name).decode("latin-1")
            for name in archive.namelist()
            if name not in ("kopia.pdf", "kopia.json")
        ]
        assert archive.read("kopia.pdf") == files["pdf"]
        assert archive.read("kopia.json") == files["json"]
    return said


def leaks(said: dict[str, list[str]], secrets: list[str]) -> list[str]:
    """Where a secret stands in what the files tell."""
    return [
        f"{secret} in {place}"
        for place, all_texts in said.items()
        for secret in secrets
        for text in all_texts
        if secret in text or squeezed(secret) in text
    ]


def files_of(copy: MaskedCopy) -> dict[str, bytes]:
    return _files(copy, samples.FILES.__getitem__)
