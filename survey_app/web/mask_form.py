"""The form on which an archivist chooses what to mask: what it offers, and what was typed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup, escape
from werkzeug.datastructures import MultiDict

from survey_app.core.characters import tidy
from survey_app.core.content import Content
from survey_app.core.record import Record
from survey_app.export.copy.cells import cell_targets
from survey_app.export.copy.echo import attested_texts
from survey_app.export.copy.maskable import APPROVAL, given_value, maskable
from survey_app.export.copy.masking import Mask
from survey_app.services.register.giving_out import Original
from survey_app.web.catalogue import gettext as _
from survey_app.web.number import format_size, show_number
from survey_app.web.plain_text import cell_text, plain_text
from survey_app.web.wording.mark import N_

Typed = MultiDict[str, str]
PERSONAL = ("email", "telephone")
"""Kinds of questions that stand among the persons."""

GROUNDS = (
    ("OSL 18 kap. 8 §", N_("säkerhets- eller bevakningsåtgärder")),
    ("OSL 19 kap. 1 §", N_("myndighetens affärs- eller driftförhållanden")),
    ("OSL 19 kap. 3 §", N_("upphandling")),
    ("OSL 21 kap. 3 §", N_("adress, telefon och liknande för den som kan utsättas för hot")),
    ("OSL 21 kap. 7 §", N_("personuppgift som kan antas behandlas i strid med dataskyddsreglerna")),
    ("OSL 25 kap. 1 §", N_("enskilds hälsotillstånd eller andra personliga förhållanden i vården")),
    ("OSL 31 kap. 16 §", N_("enskilds affärs- eller driftförhållanden")),
)
"""Suggestions only: which secrecy applies is for the archivist to try."""


@dataclass(slots=True)
class Part:
    """A box to tick."""

    target: str
    label: str
    ticked: bool

    @property
    def id(self) -> str:
        """The id of the box on the page."""
        return f"mask-{self.target.replace(':', '-')}"


@dataclass(slots=True)
class Group:
    """What is masked under one reason and legal ground: a question, the enclosures, the approval.

    key       ends the names of its fields, such as ``reason.q-6a``
    passages  the name of the field for passages; empty where there is no text
    """

    key: str
    title: str
    shown: str = ""
    whole: Part | None = None
    parts: list[Part] = field(default_factory=list)
    passages: str = ""
    typed: str = ""
    reason: str = ""
    ground: str = ""


def group_of(target: str) -> str:
    """The key of the group to which a target belongs."""
    kind, name, *_ = target.split(":")
    if kind == "approval":
        return "approval"
    return "enclosures" if kind == "enclosure" else f"q-{name}"


def read_masks(typed: Typed, record: Record) -> list[Mask]:
    """What was ticked and typed, in the order of the document; what is unknown comes last."""
    offered, ticked = maskable(record), typed.getlist("mask")
    masks = []
    for target in [*offered, *(item for item in ticked if item not in offered)]:
        passages = _passages(typed, target)
        if passages or target in ticked:
            key = group_of(target)
            reason, ground = (
                tidy((typed.get(f"{name}.{key}", "").strip() or typed.get(name, "")).strip())
                for name in ("reason", "ground")
            )
            masks.append(Mask(target, reason, ground, passages))
    return masks


def _passages(typed: Typed, target: str) -> tuple[str, ...]:
    """One passage a line: what was typed cannot tell a line break from the next passage."""
    if not target.startswith("passage:"):
        return ()
    lines = tidy(typed.get(f"passages.{group_of(target)}", "")).splitlines()
    return tuple(dict.fromkeys(line.strip() for line in lines if line.strip()))


def question_groups(original: Original, typed: Typed) -> tuple[list[dict[str, Any]], list[Group]]:
    """The sections with their questions, and apart from them the questions about persons."""
    offered = maskable(original.record)
    sections: list[dict[str, Any]] = []
    persons: list[Group] = []
    for section in original.record["content"]["sections"]:
        groups: list[Group] = []
        for entry in section["questions"]:
            if f"answer:{entry['id']}" in offered:
                group = _question(original, entry, offered, typed)
                personal = entry["filled_by"] == "approver" or entry["kind"] in PERSONAL
                (persons if personal else groups).append(group)
        if groups:
            sections.append({"id": section["id"], "title": section["title"], "groups": groups})
    return sections, persons


def _question(
    original: Original, entry: Mapping[str, Any], offered: Mapping[str, str], typed: Typed
) -> Group:
    name = entry["id"]
    title = f"{entry['number']}. {entry['text']}" if entry["number"] else entry["text"]
    group = _group(f"q-{name}", title, typed)
    group.shown = _answer_text(original, entry)
    group.whole = _part(f"answer:{name}", _("Maskera hela svaret"), typed)
    group.parts = [
        _part(target, label, typed) for target, label in _parts(entry) if target in offered
    ]
    if f"passage:{name}" in offered:
        group.passages = f"passages.{group.key}"
        group.typed = typed.get(group.passages, "")
    return group


def _group(key: str, title: str, typed: Typed) -> Group:
    reason, ground = typed.get(f"reason.{key}", ""), typed.get(f"ground.{key}", "")
    return Group(key, title, reason=reason, ground=ground)


def _part(target: str, label: str, typed: Typed) -> Part:
    return Part(target, label, target in typed.getlist("mask"))


def _parts(entry: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    name = entry["id"]
    for place in range(1, (entry.get("boxes") or 1) + 1):
        yield f"box:{name}:{place}", _("Ruta %(n)s", n=place)
    for option in entry.get("options", ()):
        label = _("Det som skrevs efter ”%(option)s”", option=option["text"])
        yield f"detail:{name}:{option['id']}", label
    for row in entry.get("rows", ()):
        yield f"row:{name}:{row['id']}", _("Raden ”%(row)s”", row=row["text"])
    if entry["kind"] == "list" and entry["value"]:
        for place, item in enumerate(entry["value"]["entries"], start=1):
            yield f"entry:{name}:{item['id']}", f"{entry['entry']} {place}"
    if entry["kind"] == "table" and entry["value"]:
        for target, words in cell_targets(entry, entry["value"]):
            row, column = target.split(":")[2:]
            yield target, f"{words}: {cell_text(entry['value']['cells'][row][column])}"


def _answer_text(original: Original, entry: Mapping[str, Any]) -> str:
    value = given_value(entry, original.record["approval"]["fields"])
    if value is None:
        return ": ".join(filter(None, (entry["blank"]["words"], entry["blank"]["text"].strip())))
    if entry["kind"] == "computed":
        return show_number(value, entry["shown_as"])
    return plain_text(original.questionnaire.by_id[entry["id"]], value)


def enclosure_group(content: Content, typed: Typed) -> Group:
    """The files that can be withheld whole."""
    group = _group("enclosures", _("Bilagor"), typed)
    for file in content["enclosures"]:
        label = f"{file['number']}. {file['name']} ({format_size(file['size'])})"
        group.parts.append(_part(f"enclosure:{file['number']}", label, typed))
    return group


def approval_group(record: Record, typed: Typed) -> Group:
    """What can be masked of the approval."""
    group = _group("approval", _("Godkännandet"), typed)
    approval = record["approval"]
    delegation = approval["delegation"] or {}
    told = {**approval, **approval["approver"], "delegation": delegation.get("decision")}
    labels = {
        "name": _("Namn"),
        "title": _("Befattning"),
        "email": _("E-post"),
        "delegation": _("Delegationsbeslut"),
        "own_work_reason": _("Skäl till godkännande av eget arbete"),
        "stands_in_for": _("Ersättare för"),
        "earlier_steps": _("Tidigare steg"),
    }
    told |= {
        key: ", ".join(dict.fromkeys(attested_texts(approval.get(key))))
        for key in ("stands_in_for", "earlier_steps")
    }
    for key in APPROVAL:
        if told.get(key):
            label = f"{labels[key]}: {told[key]}"
            group.parts.append(_part(f"approval:{key}", label, typed))
    return group


def kept(typed: Typed, *, without: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """What was typed as names and values, for hidden fields on the next page."""
    left_out = ("csrf_token", "step", "confirmed", *without)
    return [(name, value) for name, value in typed.items(multi=True) if name not in left_out]


def marked(text: str) -> Markup:
    """A text of the copy in which the marks of masks can be seen."""
    return Markup(re.sub(r"(\[maskerat: \d+\])", r"<mark>\1</mark>", str(escape(text))))
