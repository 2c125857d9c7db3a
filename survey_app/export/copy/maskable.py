"""What of a record can be masked, and where it stands: targets and the words for them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from survey_app.core.content import Content
from survey_app.core.record import Record
from survey_app.export.copy.cells import cell_targets
from survey_app.export.copy.disclosure import entries_of

APPROVAL = {
    "name": "Godkännarens namn",
    "title": "Godkännarens befattning",
    "email": "Godkännarens e-post",
    "delegation": "Delegationsbeslutet",
    "own_work_reason": "Skälet till godkännande av eget arbete",
    "stands_in_for": "Vem godkännaren är ersättare för",
    "earlier_steps": "De som tillstyrkte i tidigare steg",
}
_WRITTEN = ("text", "link", "email", "telephone", "postal_code", "organisation_number")
_RANK = ("answer", "box", "detail", "row", "entry", "cell", "passage")


def question_label(entry: Mapping[str, Any]) -> str:
    """``Fråga 6a``, or the question's text where the authority printed no number."""
    return f"Fråga {entry['number']}" if entry["number"] else f"”{entry['text']}”"


def maskable(record: Record) -> dict[str, str]:
    """Everything that can be masked, in the order of the document: words by target."""
    content, approval = record["content"], record["approval"]
    found: dict[str, str] = {}
    for entry in entries_of(content):
        if entry["asked"] and entry["kind"] != "attestation":
            found |= _maskable_answer(entry, approval["fields"])
    labels = {entry["id"]: question_label(entry) for entry in entries_of(content)}
    for file in content["enclosures"]:
        place = labels[file["question"]].removeprefix("Fråga ")
        words = f"Bilaga till {place if place.startswith('”') else f'fråga {place}'}"
        found[f"enclosure:{file['number']}"] = words
    told = {**approval["approver"], **approval}
    return found | {f"approval:{key}": words for key, words in APPROVAL.items() if told.get(key)}


def given_value(entry: Mapping[str, Any], fields: Mapping[str, Any]) -> Any:
    """The value of a question, wherever it was filled in."""
    return fields.get(entry["id"]) if entry["filled_by"] == "approver" else entry["value"]


def _maskable_answer(entry: dict[str, Any], fields: Mapping[str, Any]) -> dict[str, str]:
    value, name, label = given_value(entry, fields), entry["id"], question_label(entry)
    if value is None and entry["blank"] is None:
        return {}
    found = {f"answer:{name}": label}
    if isinstance(value, list):
        found |= {f"box:{name}:{n}": f"{label}, ruta {n}" for n in range(1, len(value) + 1)}
    for option in entry.get("options", ()) if entry["kind"] != "matrix" else ():
        if value and option["id"] in value["details"]:
            words = f"{label}, det som skrevs efter ”{option['text']}”"
            found[f"detail:{name}:{option['id']}"] = words
    for row in entry.get("rows", ()) if entry["kind"] == "matrix" else ():
        if value and row["id"] in value:
            found[f"row:{name}:{row['id']}"] = f"{label}, raden ”{row['text']}”"
    for place, item in enumerate(value["entries"] if entry["kind"] == "list" and value else (), 1):
        found[f"entry:{name}:{item['id']}"] = f"{label}, {entry['entry']} {place}"
    if entry["kind"] == "table" and value:
        found |= {target: f"{label}, {words}" for target, words in cell_targets(entry, value)}
    if any(written_texts(entry, value)):
        found[f"passage:{name}"] = f"{label}, delar av texten"
    return found


def written_texts(entry: Mapping[str, Any], value: Any) -> Iterator[str]:
    """The free texts of an answer, in which passages can be masked."""
    if entry["blank"]:
        yield entry["blank"]["text"]
    if entry["kind"] in _WRITTEN:
        yield from value if isinstance(value, list) else filter(None, [value])
    elif entry["kind"] == "table" and value:
        yield from value["notes"].values()
    elif entry["kind"] == "attachment" and value:
        yield value["text"]
    elif entry["kind"] in ("single", "multiple") and value:
        for option in entry["options"]:
            detail = value["details"].get(option["id"])
            if option["field"] in _WRITTEN and detail is not None:
                yield detail
            elif option["field"] == "attachment" and detail:
                yield detail["text"]
    elif entry["kind"] == "list" and value:
        written = [field["id"] for field in entry["fields"] if field["kind"] in _WRITTEN]
        for item in value["entries"]:
            yield from (item["values"][name] for name in written if name in item["values"])


def words_for(target: str, content: Content, offered: Mapping[str, str]) -> str:
    """Words for a target, also for one that only follows from another."""
    kind, name, *part = target.split(":")
    if target in offered:
        return offered[target]
    if kind == "section":
        title = next(item["title"] for item in content["sections"] if item["id"] == name)
        return f"Avsnittet ”{title}”"
    entry = next(item for item in entries_of(content) if item["id"] == name)
    rows = [row["text"] for row in entry.get("rows", ()) if row["id"] in part]
    return ", ".join((question_label(entry), *(f"raden ”{text}”" for text in rows)))


def in_order(content: Content) -> Iterator[str]:
    """Every target there can be, in the order of the document."""
    for section in content["sections"]:
        yield f"section:{section['id']}"
        for entry in section["questions"]:
            name = entry["id"]
            yield f"answer:{name}"
            yield from (f"box:{name}:{n}" for n in range(1, 21))
            yield from (f"detail:{name}:{option['id']}" for option in entry.get("options", ()))
            yield from (f"row:{name}:{row['id']}" for row in entry.get("rows", ()))
            if entry["kind"] == "list" and entry["value"]:
                yield from (f"entry:{name}:{item['id']}" for item in entry["value"]["entries"])
            if entry["kind"] == "table" and entry["value"]:
                yield from (target for target, _words in cell_targets(entry, entry["value"]))
            yield f"passage:{name}"
    yield from (f"enclosure:{file['number']}" for file in content["enclosures"])
    yield from (f"approval:{key}" for key in APPROVAL)


def covered(content: Content, targets: Collection[str]) -> set[str]:
    """Targets that lie whole within another one."""
    gone = set()
    for section in content["sections"]:
        for entry in section["questions"]:
            name = entry["id"]
            whole = f"answer:{name}" in targets
            if f"section:{section['id']}" in targets:
                whole = True
                gone.add(f"answer:{name}")
            if whole:
                gone |= {item for item in targets if _is_part(item, name)}
                gone |= {
                    f"enclosure:{file['number']}"
                    for file in content["enclosures"]
                    if file["question"] == name
                }
    return gone & set(targets)


def _is_part(target: str, question: str) -> bool:
    kind, name, *_ = target.split(":")
    return kind in _RANK[1:] and name == question
