"""Content and approval with marks in the place of what is masked; built from what may be told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from survey_app.core.content import Content, written_passages
from survey_app.core.kinds import Value
from survey_app.core.questionnaire import Questionnaire
from survey_app.export.copy.cells import told_cells, told_sums

Entry = Mapping[str, Any]

_FORM = ("id", "number", "kind", "text", "before", "help", "label", "required", "filled_by",
         "statement", "boxes", "max_characters", "unit", "shown_as", "entry", "title_field",
         "fields", "number_kind", "columns", "totals", "comparability", "charts")  # fmt: skip
_OPTION = ("id", "text", "help", "field", "label", "group")
_ROW = ("id", "text", "group", "unit", "number_kind", "decimals", "colour", "period")
_QUESTIONNAIRE = ("id", "version", "title", "authority", "reference", "legal_ground",
                  "consequence", "intro")  # fmt: skip
_FILE = ("name", "size", "sha256", "media_type")


def mark(number: int) -> str:
    """What stands in the place of what is masked."""
    return f"[maskerat: {number}]"


@dataclass(frozen=True, slots=True)
class Marks:
    """Where masks lie.

    numbers   the number of the mask, by target
    hidden    targets of followers: whether they were asked is masked, too
    passages  passages to mask, by question
    """

    numbers: Mapping[str, int]
    hidden: frozenset[str] = frozenset()
    passages: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def at(self, target: str) -> str | None:
        """The mark at a target, if it is masked."""
        return mark(self.numbers[target]) if target in self.numbers else None

    def whole(self, section: str, question: str) -> int | None:
        """The number of the mask that covers a whole question."""
        found = self.numbers.get(f"section:{section}")
        return found if found is not None else self.numbers.get(f"answer:{question}")

    def in_text(self, question: str, text: str) -> str:
        """A text with marks in the place of its masked passages."""
        number = self.numbers.get(f"passage:{question}")
        if number is None:
            return text
        said, end = [], 0
        for start, stop in _spans(text, self.passages[question]):
            said += [text[end:start], mark(number)]
            end = stop
        return "".join((*said, text[end:]))


def _spans(text: str, passages: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """Where the passages stand, each place once however they overlap."""
    covered = [False] * len(text)
    for passage in filter(None, passages):
        start = text.find(passage)
        while start >= 0:
            covered[start : start + len(passage)] = [True] * len(passage)
            start = text.find(passage, start + 1)
    begin = 0
    for place, masked in enumerate([*covered, False]):
        before = place > 0 and covered[place - 1]
        if masked and not before:
            begin = place
        elif before and not masked:
            yield begin, place


def content_without(content: Content, questionnaire: Questionnaire, marks: Marks) -> Content:
    """The content of a copy."""
    withheld = withheld_files(content, marks)
    return {
        "copy": True,
        "case": {key: content["case"].get(key) for key in ("diary_number", "title", "practice")},
        "unit": {key: content["unit"].get(key) for key in ("name", "organisation_number")},
        "submission": {key: content["submission"].get(key) for key in ("id", "corrects")},
        "period": content["period"],
        "deadline": content["deadline"],
        "questionnaire": {key: content["questionnaire"][key] for key in _QUESTIONNAIRE},
        "sections": [
            _section(section, questionnaire, marks, withheld) for section in content["sections"]
        ],
        "enclosures": list(_enclosures(content, marks, withheld)),
    }


def _section(
    section: Entry, questionnaire: Questionnaire, marks: Marks, withheld: Mapping[str, int]
) -> dict[str, Any]:
    number = marks.numbers.get(f"section:{section['id']}")
    told: dict[str, Any] = {key: section[key] for key in ("id", "title", "intro")}
    told["asked"] = section["asked"] if number is None else None
    if number is not None:
        told["mask"] = number
    told["questions"] = []
    for entry in section["questions"]:
        covered = marks.whole(section["id"], entry["id"])
        after = {"after": _after(entry, questionnaire)}
        if covered is None:
            told["questions"].append(_open_entry(entry, marks, withheld) | after)
        else:
            unsure = number is not None or f"answer:{entry['id']}" in marks.hidden
            asked = None if unsure else entry["asked"]
            kept = _form(entry) | {"asked": asked, "value": None, "blank": None, "mask": covered}
            told["questions"].append(kept | after)
    return told


def _after(entry: Entry, questionnaire: Questionnaire) -> list[dict[str, Any]]:
    """What stands after the question whatever was answered; the rest would tell an answer."""
    question = questionnaire.by_id[entry["id"]]
    return written_passages([item for item in question.after if item.shown_when is None])


def _form(entry: Entry) -> dict[str, Any]:
    """What the authority printed of a question."""
    told = {key: entry[key] for key in _FORM if key in entry}
    for name, keys in (("options", _OPTION), ("rows", _ROW)):
        if name in entry:
            told[name] = [{key: item[key] for key in keys if key in item} for item in entry[name]]
    return told


def _open_entry(entry: Entry, marks: Marks, withheld: Mapping[str, int]) -> dict[str, Any]:
    """A question of which at most parts are masked."""
    value = _value(entry, entry["value"], marks, withheld)
    told = _form(entry) | {"asked": entry["asked"], "value": value, "blank": None}
    if blank := entry["blank"]:
        told["blank"] = {"code": blank["code"], "words": blank["words"],
                         "text": marks.in_text(entry["id"], blank["text"])}  # fmt: skip
    if entry["kind"] in ("single", "multiple"):
        chosen = value["chosen"] if value else []
        for option in told["options"]:
            option["chosen"] = option["id"] in (chosen if isinstance(chosen, list) else [chosen])
            option["detail"] = value["details"].get(option["id"]) if value else None
    if entry["kind"] == "table":
        told |= told_sums(entry, marks)
    for row, original in zip(told.get("rows", ()), entry.get("rows", ()), strict=True):
        unsure = f"row:{entry['id']}:{row['id']}" in marks.hidden
        row["asked"] = None if unsure else original["asked"]
        if entry["kind"] == "matrix":
            row["chosen"] = (value or {}).get(row["id"])
    return told


def _value(entry: Entry, value: Value, marks: Marks, withheld: Mapping[str, int]) -> Value:
    """A value with marks in the place of its masked parts, in the shape of its kind."""
    name, kind = entry["id"], entry["kind"]
    if kind == "matrix":
        rows = {row["id"]: marks.at(f"row:{name}:{row['id']}") for row in entry["rows"]}
        return {**(value or {}), **{row: said for row, said in rows.items() if said}} or None
    if value is None:
        return None
    if kind == "table":
        return told_cells(entry, value, marks)
    if kind in ("single", "multiple"):
        details = {
            option["id"]: _detail(entry, option, value["details"][option["id"]], marks, withheld)
            for option in entry["options"]
            if option["id"] in value["details"]
        }
        return {"chosen": value["chosen"], "details": details}
    if kind == "attachment":
        return _files(name, value, marks, withheld)
    if kind == "list":
        return {"entries": list(_items(name, value, marks)), "removed": []}
    if isinstance(value, list):
        return [
            marks.at(f"box:{name}:{place}") or marks.in_text(name, text)
            for place, text in enumerate(value, start=1)
        ]
    return marks.in_text(name, value) if isinstance(value, str) else value


def _items(question: str, value: Value, marks: Marks) -> Iterator[dict[str, Any]]:
    """The entries of a list, numbered: an id may be made of what stands in the entry."""
    for place, item in enumerate(value["entries"], start=1):
        number = marks.numbers.get(f"entry:{question}:{item['id']}")
        if number is not None:
            yield {"id": str(place), "values": {}, "mask": number}
            continue
        values = {
            field: marks.in_text(question, held) if isinstance(held, str) else held
            for field, held in item["values"].items()
        }
        yield {"id": str(place), "values": values}


def _detail(
    entry: Entry, option: Entry, value: Value, marks: Marks, withheld: Mapping[str, int]
) -> Value:
    masked = marks.at(f"detail:{entry['id']}:{option['id']}")
    if option["field"] == "attachment":
        if masked is not None:
            return {"files": [], "text": masked}
        return _files(entry["id"], value, marks, withheld)
    if masked is not None:
        return masked
    return marks.in_text(entry["id"], value) if isinstance(value, str) else value


def _files(question: str, value: Value, marks: Marks, withheld: Mapping[str, int]) -> Value:
    files = [_file(file, withheld) for file in value["files"]]
    return {"files": files, "text": marks.in_text(question, value["text"])}


def _file(file: Entry, withheld: Mapping[str, int]) -> dict[str, Any]:
    number = withheld.get(file["sha256"])
    if number is not None:
        return {"name": mark(number), "mask": number}
    return {key: file[key] for key in _FILE}


def withheld_files(content: Content, marks: Marks) -> dict[str, int]:
    """The files that are not given out, by SHA-256: a file is withheld wherever it is enclosed."""
    found: dict[str, int] = {}
    for number, file in _masked_enclosures(content, marks):
        found.setdefault(file["sha256"], number)
    return found


def _masked_enclosures(content: Content, marks: Marks) -> Iterator[tuple[int, Entry]]:
    within = _files_within_masks(content, marks)
    for file in content["enclosures"]:
        number = within.get((file["question"], file["sha256"]))
        number = number or marks.numbers.get(f"enclosure:{file['number']}")
        if number is not None:
            yield number, file


def _files_within_masks(content: Content, marks: Marks) -> dict[tuple[str, str], int]:
    """Files of answers, or of details of answers, that are masked: by question and SHA-256."""
    found: dict[tuple[str, str], int] = {}
    for section in content["sections"]:
        for entry in section["questions"]:
            name, number = entry["id"], marks.whole(section["id"], entry["id"])
            if number is not None:
                found |= {(name, file["sha256"]): number for file in content["enclosures"]
                          if file["question"] == name}  # fmt: skip
            elif entry["kind"] in ("single", "multiple"):
                for option, detail in (entry["value"] or {"details": {}})["details"].items():
                    covered = marks.numbers.get(f"detail:{name}:{option}")
                    if covered is not None and isinstance(detail, dict):
                        found |= {(name, file["sha256"]): covered for file in detail["files"]}
    return found


def _enclosures(
    content: Content, marks: Marks, withheld: Mapping[str, int]
) -> Iterator[dict[str, Any]]:
    """The enclosures, numbered anew: a gap would tell of a file within a masked answer."""
    within = _files_within_masks(content, marks)
    place = 0
    for file in content["enclosures"]:
        if (file["question"], file["sha256"]) not in within:
            place += 1
            yield {"number": place, "question": file["question"], **_file(file, withheld)}


def approval_without(approval: Mapping[str, Any], content: Content, marks: Marks) -> dict[str, Any]:
    """The approval of a copy: without the hash of the content, and fields under a mask."""
    approver, delegation = approval["approver"], approval["delegation"]
    open_fields = {
        entry["id"]
        for section in content["sections"]
        for entry in section["questions"]
        if marks.whole(section["id"], entry["id"]) is None
    }
    given = {
        "approved_at": approval["approved_at"],
        "approver": {
            key: marks.at(f"approval:{key}") or approver.get(key)
            for key in ("name", "title", "email")
        },
        "delegation": delegation and _terms(delegation, marks.at("approval:delegation")),
        "own_work_reason": marks.at("approval:own_work_reason") or approval.get("own_work_reason"),
        "fields": {
            question: marks.in_text(question, value) if isinstance(value, str) else value
            for question, value in approval["fields"].items()
            if question in open_fields
        },
    }
    for key in ("basis", "identified"):
        if said := approval.get(key):
            given[key] = said
    if holder := approval.get("stands_in_for"):
        given["stands_in_for"] = _holder(holder, marks.at("approval:stands_in_for"))
    if steps := approval.get("earlier_steps"):
        given["earlier_steps"] = [_step(item, marks.at("approval:earlier_steps")) for item in steps]
    return given


def _step(step: Mapping[str, Any], mark: str | None) -> dict[str, Any]:
    """A step before the one that decided; one mask covers all who took such steps."""
    given = {
        "step": step["step"],
        "approved_at": step["approved_at"],
        "approver": {key: mark or step["approver"].get(key) for key in ("name", "title", "email")},
        "delegation": _terms(step["delegation"], mark),
    }
    if identified := step.get("identified"):
        given["identified"] = identified
    if holder := step.get("stands_in_for"):
        given["stands_in_for"] = _holder(holder, mark)
    return given


def _holder(holder: Mapping[str, Any], mark: str | None) -> dict[str, Any]:
    named = {key: mark or holder.get(key) for key in ("name", "title")}
    return {**named, **_terms(holder, mark)}


def _terms(terms: Mapping[str, Any], mark: str | None) -> dict[str, Any]:
    return {
        "decision": mark or terms["decision"],
        "valid_from": terms["valid_from"],
        "valid_to": terms.get("valid_to"),
    }
