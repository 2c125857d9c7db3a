"""Lists whose entries two people, or several units, wrote at the same time.

A value is as in ``core.kinds.list``. Entries are told apart by their ids, never by their place.
"""

from __future__ import annotations

import hashlib
from typing import Any

import rfc8785

from survey_app.core.merging import CONFLICT, settle

Entry = dict[str, Any]
MOST_REMOVED = 50
"""So many of the entries that were removed last are kept in the value; the history has all."""


def merge_lists(base: Any, theirs: Any, mine: Any) -> Any:
    """Both changes of a list, entry by entry and field by field; CONFLICT where that cannot be.

    An entry that only one of them knows is there. Where one moved entries, that order holds; where
    both did, mine does, and what it does not know stands after.
    """
    told = [_by_id(value) for value in (base, theirs, mine)]
    merged: dict[str, tuple[Entry, bool]] = {}
    for entry_id in _in_order(theirs, mine):
        found = _merge_entry(*(entries.get(entry_id) for entries in told))
        if found is CONFLICT:
            return CONFLICT
        if found is not None:
            merged[entry_id] = found
    order = _order(base, theirs, mine)
    removed = [entry for entry, gone in merged.values() if gone]
    return {
        "entries": [merged[name][0] for name in order if name in merged and not merged[name][1]],
        "removed": removed[-MOST_REMOVED:],
    }


def _by_id(value: Any) -> dict[str, tuple[Entry, bool]]:
    """The entries of a value by id, each with whether it was removed."""
    if not value:
        return {}
    there = {entry["id"]: (entry, False) for entry in value["entries"]}
    return there | {entry["id"]: (entry, True) for entry in value["removed"]}


def _merge_entry(
    base: tuple[Entry, bool] | None,
    theirs: tuple[Entry, bool] | None,
    mine: tuple[Entry, bool] | None,
) -> Any:
    """One entry: (entry, removed), None where it is in neither, or CONFLICT.

    An entry that a value does not name at all was forgotten there (only the latest removed ones
    are kept), or is not known there yet: then it is as the other says.
    """
    if theirs is None or mine is None:
        return theirs or mine
    gone = settle(base[1] if base else False, theirs[1], mine[1])
    was = base[0]["values"] if base else {}
    if theirs[1] != mine[1]:
        kept = mine if theirs[1] else theirs
        if kept[0]["values"] != was:
            return CONFLICT  # one wrote in what the other removed
    values: dict[str, Any] = {}
    for field in {**theirs[0]["values"], **mine[0]["values"]}:
        found = settle(was.get(field), theirs[0]["values"].get(field), mine[0]["values"].get(field))
        if found is CONFLICT:
            return CONFLICT
        if found is not None:
            values[field] = found
    return {"id": mine[0]["id"], "values": values}, gone


def _ids(value: Any, *keys: str) -> list[str]:
    return [entry["id"] for key in keys for entry in (value[key] if value else ())]


def _in_order(theirs: Any, mine: Any) -> list[str]:
    """All entries of both; those removed before, first."""
    keys = ("removed", "entries")
    return list(dict.fromkeys([*_ids(theirs, *keys), *_ids(mine, *keys)]))


def _order(base: Any, theirs: Any, mine: Any) -> list[str]:
    """The ids in the order that was changed; those that it does not know, after it."""
    was, first, second = (_ids(value, "entries") for value in (base, theirs, mine))
    common = set(was) & set(first) & set(second)
    if [name for name in second if name in common] != [name for name in was if name in common]:
        first, second = second, first
    return list(dict.fromkeys([*first, *second]))


def join_lists(standing: Any, added: Any) -> Any:
    """What stands, and after it the entries that are added, but those that are there already.

    One that bears the id of another, or of one that was removed, gets an id of its own, the same
    each time. What was removed from what is added is not handed on.
    """
    there = {entry["id"]: entry for entry in (standing["entries"] if standing else ())}
    removed = standing["removed"] if standing else []
    gone = {entry["id"] for entry in removed}
    for entry in added["entries"]:
        known = entry["id"]
        if known in gone or there.get(known, entry) != entry:
            entry = {**entry, "id": derived_id(known, entry["values"])}
        there.setdefault(entry["id"], entry)
    return {"entries": [*there.values()], "removed": removed}


def keep_additions(mine: Any, theirs: Any) -> Any:
    """What one of two says, and the entries of the other that it does not know at all."""
    if not mine or not theirs:
        return mine or theirs
    known = _by_id(mine)
    added = [entry for entry in theirs["entries"] if entry["id"] not in known]
    return {"entries": [*mine["entries"], *added], "removed": mine["removed"]}


def derived_id(place: int | str, values: Any) -> str:
    """An id for an entry that came without one: the same for the same values in the same place."""
    return hashlib.sha256(rfc8785.dumps([place, values])).hexdigest()[:12]
