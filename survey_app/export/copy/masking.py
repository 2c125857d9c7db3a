"""A copy to give out, in which chosen parts of an approved submission are masked.

TF 2 kap. 15 §: where a part of a document may not be given out, the rest is made available in a
transcript or a copy. A masked part is replaced by ``[maskerat: 3]``, which tells nothing of what
stood there, not even how long it was; the number leads to the reason and the legal ground.

The copy is built up from what may be told, never by taking away from the record: what is not named
here does not come along. It is a document of its own, ``redogor/copy/1``:

``content``   as in a record, without the hashes of the form. A question with ``mask`` has neither
              value nor blank; its ``asked`` is null where that, too, would tell. A part that is
              masked (a box, a passage, a detail, a row) is the mark in its place; an entry of a
              list has ``mask`` and no values, and ids are places; a file that is withheld has
              ``mask`` and no name, size or hash.
``approval``  as in a record, without the hash of the content
``masks``     the number, what, reason and legal ground of each mask; ``follows`` names the mask
              from which it follows
``made_at``   when the copy was made

No hash of the record, the content or an answer stands in it: a short answer could be guessed from
its hash. A file that is given out keeps its own.

Targets: ``answer:6a`` a whole answer; ``box:1:2`` the second box; ``detail:6:ja`` what was written
after an option; ``row:39:a``; ``entry:7:e3f9a1c2`` an entry of a list; ``cell:6:2025-02:totalt`` a
cell of a table; ``passage:24`` passages
within an answer's texts; ``enclosure:2``; ``approval:name``; and, only as what follows,
``section:…``. Comments will be ``comment:…``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from survey_app.core.content import Content
from survey_app.core.questionnaire import Questionnaire
from survey_app.core.record import Record
from survey_app.export.copy.cells import find_sums
from survey_app.export.copy.disclosure import can_be_reckoned, entries_of, find_followers
from survey_app.export.copy.echo import find_echoes, secrets_of
from survey_app.export.copy.maskable import (
    covered,
    given_value,
    in_order,
    maskable,
    words_for,
    written_texts,
)
from survey_app.export.copy.masked_content import Marks, approval_without, content_without

FORMAT = "redogor/copy/1"


@dataclass(frozen=True, slots=True)
class Mask:
    """What is to be masked, why and on what legal ground; ``passages`` for ``passage:…`` only."""

    target: str
    reason: str
    ground: str
    passages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NumberedMask:
    """A mask of a copy; ``follows`` is the number of the mask that made it needed."""

    number: int
    target: str
    what: str
    reason: str
    ground: str
    follows: int | None = None

    def as_fact(self) -> dict[str, str | int | None]:
        """The mask as the log keeps it: never what stood under it."""
        return {
            "number": self.number,
            "target": self.target,
            "what": self.what,
            "reason": self.reason,
            "ground": self.ground,
            "follows": self.follows,
        }


@dataclass(frozen=True, slots=True)
class Concern:
    """What the copy may tell all the same: ``follower_shown``, ``can_be_reckoned``, ``echo``.

    what   the masked part; ``where`` is what tells it
    """

    code: str
    what: str
    where: str


@dataclass(frozen=True, slots=True)
class MaskedCopy:
    """A copy with its masks, what follows from them, and what may still tell.

    followers  targets with their words, masked or (where in ``shown``) not
    enclosures those given out: number in the copy, name and SHA-256
    """

    document: dict[str, Any]
    masks: tuple[NumberedMask, ...]
    followers: dict[str, str]
    concerns: tuple[Concern, ...]

    @property
    def enclosures(self) -> list[dict[str, Any]]:
        """The files that go with the copy."""
        listed = self.document["content"]["enclosures"]
        return [file for file in listed if "mask" not in file]


class BrokenMask(ValueError):
    """A mask that cannot be made: a code, the target, and the passage in question."""

    def __init__(self, code: str, target: str, passage: str = "") -> None:
        super().__init__(f"{code} {target}")
        self.code = code
        self.target = target
        self.passage = passage


def mask_record(
    record: Record,
    questionnaire: Questionnaire,
    masks: Sequence[Mask],
    made_at: str,
    shown: Collection[str] = (),
) -> MaskedCopy:
    """The copy of a record under masks. The same input gives the same copy.

    made_at  ISO time with zone
    shown    targets of followers that are told all the same

    Raises BrokenMask: ``unknown_target``, ``reason_missing``, ``ground_missing``,
    ``passages_missing``, ``passage_not_found``.
    """
    content = record["content"]
    offered = maskable(record)
    for mask in masks:
        for problem in problems_of(mask, record):
            raise problem
    wanted = {mask.target: mask for mask in masks}
    sums = find_sums(content, wanted)
    hiding = {*wanted, *(target for target in sums if target not in shown)}
    followers = sums | find_followers(questionnaire, content, hiding, shown)
    hidden = {target: root for target, root in followers.items() if target not in shown}
    numbered = _numbered(content, offered, wanted, hidden)
    marks = Marks(
        {mask.target: mask.number for mask in numbered},
        frozenset(hidden),
        {mask.target.partition(":")[2]: mask.passages for mask in masks if mask.passages},
    )
    document = {
        "format": FORMAT,
        "made_at": made_at,
        "content": content_without(content, questionnaire, marks),
        "approval": approval_without(record["approval"], content, marks),
        "masks": [
            {key: value for key, value in mask.as_fact().items() if key != "target"}
            for mask in numbered
        ],
    }
    return MaskedCopy(
        document,
        tuple(numbered),
        {target: words_for(target, content, offered) for target in followers},
        tuple(_concerns(record, questionnaire, document, marks, followers, offered)),
    )


def problems_of(mask: Mask, record: Record) -> Iterator[BrokenMask]:
    """Why a mask cannot be made (the codes of ``mask_record``), all at once."""
    if mask.target not in maskable(record):
        yield BrokenMask("unknown_target", mask.target)
        return
    if not mask.reason.strip():
        yield BrokenMask("reason_missing", mask.target)
    if not mask.ground.strip():
        yield BrokenMask("ground_missing", mask.target)
    kind, _, name = mask.target.partition(":")
    if kind != "passage":
        return
    if not any(passage.strip() for passage in mask.passages):
        yield BrokenMask("passages_missing", mask.target)
    entry = next(item for item in entries_of(record["content"]) if item["id"] == name)
    texts = list(written_texts(entry, given_value(entry, record["approval"]["fields"])))
    for passage in mask.passages:
        if not any(passage in text for text in texts):
            yield BrokenMask("passage_not_found", mask.target, passage)


def _numbered(
    content: Content,
    offered: Mapping[str, str],
    wanted: Mapping[str, Mask],
    hidden: Mapping[str, str],
) -> list[NumberedMask]:
    """The masks in the order of the document, numbered from 1, without those within others."""
    order = {target: place for place, target in enumerate(in_order(content))}
    inside = covered(content, {*wanted, *hidden})
    targets = sorted({*wanted, *hidden} - inside, key=lambda target: order[target])
    numbers = {target: number for number, target in enumerate(targets, start=1)}
    found = []
    for target, number in numbers.items():
        root = hidden.get(target)
        mask = wanted[target] if target in wanted else wanted[str(root)]
        follows = numbers[root] if root is not None and target not in wanted else None
        reason = mask.reason if follows is None else _why(target, content, follows)
        words = words_for(target, content, offered)
        found.append(NumberedMask(number, target, words, reason, mask.ground, follows))
    return found


def _why(target: str, content: Content, follows: int) -> str:
    name = target.split(":")[1]
    kinds = {entry["id"]: entry["kind"] for entry in entries_of(content)}
    if target.startswith("cell:"):
        return f"Summan räknar med det som är maskerat ({follows}) och skulle röja det."
    if target.startswith("answer:") and kinds[name] == "computed":
        return f"Talet är beräknat ur det som är maskerat ({follows}) och skulle röja det."
    what = "avsnittet" if target.startswith("section:") else "frågan"
    return f"Om {what} ställdes, och vad som svarades, skulle röja det som är maskerat ({follows})."


def _concerns(
    record: Record,
    questionnaire: Questionnaire,
    document: Mapping[str, Any],
    marks: Marks,
    followers: Mapping[str, str],
    offered: Mapping[str, str],
) -> Iterator[Concern]:
    content = record["content"]
    for target, root in followers.items():
        if target not in marks.hidden:
            where = words_for(target, content, offered)
            yield Concern("follower_shown", words_for(root, content, offered), where)
    for target in can_be_reckoned(questionnaire, marks.numbers.keys() - marks.hidden):
        yield Concern("can_be_reckoned", words_for(target, content, offered), "")
    for target, where in find_echoes(secrets_of(record, marks), document):
        yield Concern("echo", words_for(target, content, offered), where)
