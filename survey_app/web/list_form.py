"""A list in a posted form, and what its buttons do where there are no scripts.

Names, within ``q.<question>``: ``.entry`` names the entries in their order, ``new`` the empty one
that ends every list; ``.entry.<id>.<field>`` is a field, ``.option`` and ``.clear`` as in a
question of its own; ``.do`` is the button that was pressed, such as ``up:e3f9a1c2``; ``.whole``
stands last, so that half a list is never taken for all of it.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

from survey_app.core.kinds.entry import ListField as EntryField
from survey_app.web.catalogue import gettext as _
from survey_app.web.entries import BLANK
from survey_app.web.language import words
from survey_app.web.question_field import FormData, QuestionField

SEED = "seed"
"""A field of the page, different each time that it is drawn: an entry written on it gets the same
id however often the page is posted, and no other page gives that one."""

Entry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Done:
    """What a button did: ``add``, ``up``, ``down``, ``remove`` or ``restore``; to which entry, and
    where that stands or stood."""

    verb: str
    entry: str = ""
    place: int = 0


class ListField(QuestionField):
    """Entries; ``done`` is what the button did by which the form was posted."""

    done: Done | None = None

    def read(self, formdata: FormData, name: str) -> Any:
        if f"{name}.whole" not in formdata:
            return self.held.value
        held = self.held.value or {"entries": [], "removed": []}
        entries = self._entries(formdata, name)
        there = {entry["id"] for entry in entries}
        removed = [item for item in held["removed"] if item["id"] not in there]
        if self.version == self.held_version:  # what others added since, the page did not know
            removed += [item for item in held["entries"] if item["id"] not in there]
        verb, _colon, entry_id = formdata.get(f"{name}.do", "").partition(":")
        self.done = act(verb, entry_id, entries, removed)
        return {"entries": entries, "removed": removed}

    def _entries(self, formdata: FormData, name: str) -> list[Entry]:
        kept = {entry["id"] for entry in (self.held.value or {"entries": []})["entries"]}
        found = []
        for entry_id in dict.fromkeys(formdata.getlist(f"{name}.entry")):
            values = {
                field.id: value
                for field in self.question.fields  # type: ignore[union-attr]
                if (value := read_field(field, formdata, f"{name}.entry.{entry_id}.{field.id}"))
            }
            if values or entry_id in kept:
                own = new_id(formdata, name) if entry_id == BLANK else entry_id
                found.append({"id": own, "values": values})
        return found


def new_id(formdata: FormData, name: str) -> str:
    """The id of the entry that was written into the empty one of a page."""
    seed = formdata.get(SEED) or secrets.token_hex(8)
    return hashlib.sha256(f"{seed} {name}".encode()).hexdigest()[:12]


def read_field(field: EntryField, formdata: FormData, name: str) -> Any:
    """What stands in one field of an entry; something false if nothing does."""
    if field.kind == "single":
        return None if formdata.get(f"{name}.clear") else formdata.get(name)
    if field.kind == "multiple":
        return formdata.getlist(name)
    said = formdata.get(name, "")
    return said if said.strip() else ""


def act(verb: str, entry_id: str, entries: list[Entry], removed: list[Entry]) -> Done | None:
    """Do what a button says with both lists; None where there is nothing to do it with."""
    if verb == "add":
        return Done(verb)
    place = next((n for n, entry in enumerate(entries) if entry["id"] == entry_id), None)
    if verb == "restore":
        return _restore(entry_id, entries, removed)
    if place is None:
        return None
    if verb == "remove":
        removed.append(entries.pop(place))
        return Done(verb, entry_id, place + 1)
    to = place + {"up": -1, "down": 1}.get(verb, 0)
    if to == place or not 0 <= to < len(entries):
        return None
    entries.insert(to, entries.pop(place))
    return Done(verb, entry_id, to + 1)


def _restore(entry_id: str, entries: list[Entry], removed: list[Entry]) -> Done | None:
    place = next((n for n, entry in enumerate(removed) if entry["id"] == entry_id), None)
    if place is None:
        return None
    entries.append(removed.pop(place))
    return Done("restore", entry_id, len(entries))


def describe_done(question: Any, done: Done) -> str:
    """What a button did, in words."""
    entry = f"{words(question.entry)} {done.place}"
    return {
        "add": _("Sparat. Fyll i det som är tomt."),
        "up": _("Flyttat upp: nu %(entry)s.", entry=entry),
        "down": _("Flyttat ner: nu %(entry)s.", entry=entry),
        "remove": _("Borttaget: %(entry)s. Under Borttagna går det att ångra.", entry=entry),
        "restore": _("Borttagningen är ångrad: nu %(entry)s.", entry=entry),
    }[done.verb]


def anchor_of(question: Any, done: Done) -> str:
    """The place on the page where a button leads: its entry, the empty one, the removed ones."""
    if done.verb == "add":
        return f"entry-{BLANK}-{question.id}"
    return f"q.{question.id}.removed" if done.verb == "remove" else f"entry-{done.entry}"
