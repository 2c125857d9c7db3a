"""What came into an answer from others when somebody saved who had not seen it, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from survey_app.services.answer import Saved
from survey_app.web.catalogue import gettext as _
from survey_app.web.plain_text import entry_name

Told = Callable[[Any, Any, Any, Any, Any], Iterator[str]]
"""(question, base, theirs, yours, what is stored now) -> sentences; values may be None."""


def tell_taken_in(saved: Saved) -> str:
    """What others changed since the version that was written upon; nothing where they did not."""
    if saved.merged is None or saved.yours is None:
        return ""
    question = saved.dossier.questionnaire.by_id[saved.question]
    base, theirs = saved.merged.base.value, saved.merged.theirs.value
    told = TAKEN.get(question.kind, _anything)(
        question, base, theirs, saved.yours.value, saved.given.value
    )
    said = " ".join(told)
    return " ".join((_("Andra skrev här samtidigt, och det är med nu."), said)) if said else ""


def _anything(question: Any, base: Any, theirs: Any, yours: Any, stored: Any) -> Iterator[str]:
    if theirs not in (base, yours):
        yield _("Det som andra ändrade står i svaret.")


def _entries(question: Any, base: Any, theirs: Any, yours: Any, stored: Any) -> Iterator[str]:
    """Entry by entry, by the place where it stands now."""
    was, said, own = (_by_id(value) for value in (base, theirs, yours))
    for place, entry in enumerate(stored["entries"] if stored else (), start=1):
        there = said.get(entry["id"])
        if there is None or there in (was.get(entry["id"]), own.get(entry["id"])):
            continue
        name = entry_name(question, place, entry)
        gone = was.get(entry["id"], (None, True))[1]
        yield _("%(entry)s tillkom.", entry=name) if gone else _("%(entry)s ändrades.", entry=name)
    for place, entry in enumerate(base["entries"] if base else (), start=1):
        gone = said.get(entry["id"], (None, False))[1]
        if gone and not own.get(entry["id"], (None, False))[1]:
            yield _("%(entry)s togs bort.", entry=entry_name(question, place, entry))
    if _order(theirs, was) != _order(base, said) and _order(theirs, own) != _order(yours, said):
        yield _("Ordningen ändrades.")


def _by_id(value: Any) -> dict[str, tuple[Any, bool]]:
    """What each entry of a list says, and whether it was removed."""
    if not value:
        return {}
    there = {entry["id"]: (entry["values"], False) for entry in value["entries"]}
    return there | {entry["id"]: (entry["values"], True) for entry in value["removed"]}


def _order(value: Any, known: dict[str, tuple[Any, bool]]) -> list[str]:
    """The entries that another list has too, in their order."""
    return [
        entry["id"]
        for entry in (value["entries"] if value else ())
        if not known.get(entry["id"], (None, True))[1]
    ]


TAKEN: dict[str, Told] = {"list": _entries}
"""By the kind of question; any other that can be merged says no more than that it was."""
