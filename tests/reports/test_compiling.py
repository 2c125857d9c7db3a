"""Compiling a report anew, case by case: what follows its source, what waits, what stays."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.core.position import between
from survey_app.services.reports.compiling import Compiled, compile_pieces, in_order
from survey_app.services.reports.piece import offered_wording, wording_of
from survey_app.services.reports.wanted import Source, Wanted
from survey_app.store.tables import ReportPiece

NOW = datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC)
OWN = "Skrivet av någon."


def heading(name: str) -> Wanted:
    return Wanted(f"unit:{name}", None, "heading", name)


def entry(name: str, text: str, below: str = "unit:a", title: str = "") -> Wanted:
    source = Source(7, "Enheten", "exempel", name, f"Exempel {name}", "0" * 63 + str(len(text) % 9))
    return Wanted(f"entry:{name}", below, "entry", title, text, source=source)


A, B = heading("a"), heading("b")
FIRST = (A, entry("1", "Ett"), entry("2", "Två"), B, entry("3", "Tre", "unit:b"))


@dataclass
class Draft:
    """A report's pieces, in no database."""

    pieces: dict[str, ReportPiece] = field(default_factory=dict)

    def compile(self, *wanted: Wanted) -> Counter[str]:
        done: Compiled = compile_pieces(1, self.pieces.values(), wanted, 5, NOW)
        self.pieces = done.pieces
        return Counter(change.code for change in done.changes)

    def of(self, key: str) -> ReportPiece:
        return next(piece for piece in self.pieces.values() if piece.key == key)

    def add(self, text: str, after: str) -> ReportPiece:
        """A text of one's own, after a piece."""
        near = self.of(after)
        later = [item.position for item in self.pieces.values()
                 if item.parent_id == near.parent_id and item.position > near.position]  # fmt: skip
        made = ReportPiece(
            id=f"{len(self.pieces):032}", report_id=1, parent_id=near.parent_id, sort="text",
            position=between(near.position, min(later, default=None)), own_title="", own_text=text,
            placed=True, author_id=5, at=NOW,
        )  # fmt: skip
        self.pieces[made.id] = made
        return made

    def read(self) -> list[str]:
        """What stands in the report, in its order."""
        found = (wording_of(piece) for piece, _ in in_order(self.pieces.values())
                 if not piece.removed)  # fmt: skip
        return [said.title or said.text for said in found]


def compiled(*wanted: Wanted) -> Draft:
    draft = Draft()
    draft.compile(*(wanted or FIRST))
    return draft


def test_all_is_new_at_first_and_nothing_the_second_time() -> None:
    draft = Draft()
    assert draft.compile(*FIRST) == {"added": 5}
    assert draft.read() == ["a", "Ett", "Två", "b", "Tre"]
    ids = list(draft.pieces)
    assert draft.compile(*FIRST) == {}
    assert list(draft.pieces) == ids


def test_what_is_new_comes_in_at_its_place() -> None:
    draft = compiled()
    draft.add(OWN, "entry:1")
    new = entry("1b", "Ett och ett halvt")
    done = draft.compile(A, entry("0", "Noll"), FIRST[1], new, *FIRST[2:])
    assert done == {"added": 2}
    assert draft.read() == ["a", "Noll", "Ett", "Ett och ett halvt", OWN, "Två", "b", "Tre"]


def test_a_unit_that_is_new_comes_in_where_the_round_has_it() -> None:
    draft = compiled()
    between_them = heading("mellan")
    draft.compile(*FIRST[:3], between_them, entry("9", "Nio", "unit:mellan"), *FIRST[3:])
    assert draft.read() == ["a", "Ett", "Två", "mellan", "Nio", "b", "Tre"]


def test_a_change_of_the_source_is_followed_where_nobody_wrote() -> None:
    draft = compiled()
    changed = entry("1", "Ett, ändrat")
    assert draft.compile(A, changed, *FIRST[2:]) == {"followed": 1}
    piece = draft.of("entry:1")
    assert draft.read()[1] == "Ett, ändrat"
    assert changed.source is not None
    assert (piece.source_state, piece.source_sha256) == ("current", changed.source.sha256)
    assert piece.version == 1  # who was writing in it sees that it is another text


def test_a_change_of_the_source_waits_where_somebody_wrote() -> None:
    draft = compiled()
    draft.of("entry:1").own_text = OWN
    changed = (A, entry("1", "Ett, ändrat"), *FIRST[2:])
    assert draft.compile(*changed) == {"waiting": 1}
    piece = draft.of("entry:1")
    offered = offered_wording(piece)
    assert offered is not None
    assert (draft.read()[1], offered.text, piece.source_state) == (OWN, "Ett, ändrat", "changed")
    assert draft.compile(*changed) == {}
    assert draft.compile(*FIRST) == {}  # the source took it back: nothing waits any more
    assert (piece.source_state, piece.offered, draft.read()[1]) == ("current", None, OWN)


def test_the_sources_own_words_are_nobodys() -> None:
    """Who wrote what the source says now is no longer in its way."""
    draft = compiled()
    draft.of("entry:1").own_text = "Ett, ändrat"
    assert draft.compile(A, entry("1", "Ett, ändrat"), *FIRST[2:]) == {"followed": 1}
    assert draft.of("entry:1").own_text is None


def test_what_is_gone_is_kept_until_somebody_decides() -> None:
    draft = compiled()
    draft.of("entry:2").own_text = OWN
    assert draft.compile(A, FIRST[1], B) == {"gone": 2}
    assert draft.read() == ["a", "Ett", OWN, "b", "Tre"]
    assert draft.compile(A, FIRST[1], B) == {}
    assert draft.compile(*FIRST) == {"returned": 2}
    assert (draft.of("entry:2").source_state, draft.of("entry:2").own_text) == ("current", OWN)


def test_what_was_dropped_because_it_was_gone_comes_back_with_its_source() -> None:
    draft = compiled()
    draft.compile(A, FIRST[1], B)
    piece = draft.of("entry:2")
    piece.source_state, piece.removed = "dropped", True
    assert draft.compile(A, FIRST[1], B) == {}
    draft.compile(*FIRST)
    assert (piece.removed, piece.source_state) == (False, "current")


def test_what_was_removed_by_hand_stays_removed() -> None:
    draft = compiled()
    draft.of("entry:1").removed = True
    draft.compile(A, entry("1", "Ändrat"), *FIRST[2:])
    assert draft.read() == ["a", "Två", "b", "Tre"]


def test_an_entry_that_belongs_elsewhere_moves_there() -> None:
    draft = compiled()
    moved = entry("1", "Ett", "unit:b")
    assert draft.compile(A, FIRST[2], B, moved, FIRST[4]) == {"moved": 1}
    assert draft.read() == ["a", "Två", "b", "Ett", "Tre"]


def test_what_somebody_placed_stays_there() -> None:
    draft = compiled()
    piece = draft.of("entry:1")
    piece.parent_id, piece.placed = draft.of("unit:b").id, True
    piece.position = between(draft.of("entry:3").position, None)
    assert draft.compile(*FIRST) == {}
    assert draft.read() == ["a", "Två", "b", "Tre", "Ett"]
    assert draft.compile(A, *FIRST[2:], entry("1", "Ett, ändrat", "unit:b")) == {"followed": 1}
    assert draft.read() == ["a", "Två", "b", "Tre", "Ett, ändrat"]


def test_entries_that_changed_places_change_them_here() -> None:
    draft = compiled()
    own = draft.add(OWN, "entry:1")
    assert draft.compile(A, FIRST[2], FIRST[1], *FIRST[3:]) == {}
    assert draft.read() == ["a", "Två", OWN, "Ett", "b", "Tre"]
    assert own.placed


NAMES = st.sampled_from("123456")
WISHES = st.lists(
    st.tuples(NAMES, st.sampled_from(["Ett", "Två", "Tre"]), st.sampled_from(["unit:a", "unit:b"])),
    unique_by=lambda item: item[0], max_size=6,
)  # fmt: skip
DEEDS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), NAMES, st.text(max_size=8).map("Eget: ".__add__)),
        st.tuples(st.just("add"), NAMES, st.text(max_size=8).map("Eget: ".__add__)),
        st.tuples(st.just("remove"), NAMES, st.just("")),
        st.tuples(st.just("compile"), WISHES, st.just("")),
    ),
    max_size=14,
)


@settings(max_examples=200, deadline=None)
@given(DEEDS)
def test_nothing_that_somebody_wrote_is_ever_lost(deeds: Sequence[tuple[str, object, str]]) -> None:
    """Whatever happens to the sources: what was written stands, or is what the source says now;
    no piece goes away, all have their places, and compiling once more changes nothing."""
    draft = Draft()
    draft.compile(A, B)
    written: dict[str, str] = {}
    wanted: list[Wanted] = [A, B]
    for deed, about, text in deeds:
        before = set(draft.pieces)
        found = [item for item in draft.pieces.values() if item.key == f"entry:{about}"]
        if deed == "compile":
            assert isinstance(about, list)
            wanted = [A, B, *(entry(*item) for item in about)]
            draft.compile(*wanted)
        elif found and deed == "write":
            found[0].own_text = written[found[0].id] = text
        elif found and deed == "remove":
            found[0].removed = True
        elif found and deed == "add":
            made = draft.add(text, f"entry:{about}")
            written[made.id] = text
        assert before <= set(draft.pieces)
    for piece_id, text in written.items():
        assert wording_of(draft.pieces[piece_id]).text == text
    assert draft.compile(*wanted) == {}
    places = Counter((item.parent_id, item.position) for item in draft.pieces.values())
    assert set(places.values()) <= {1}
    assert len(list(in_order(draft.pieces.values()))) == len(draft.pieces)
