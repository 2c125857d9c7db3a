"""Hostile texts in every field that a person can write in, looked at on every page after."""

from __future__ import annotations

import html
import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import jinja2
import pytest

from tests.conftest import Installation, open_installation
from tests.databases import copy_installation
from tests.hostile.strings import FORMULAS, SORTS, STRINGS, TEMPLATES
from tests.hostile.walk import Walk, injected

TURNS = int(os.environ.get("REDOGOR_HOSTILE", "1"))
PEOPLE = ("strateg", "direktor", "arkivarie", "admin")


@pytest.fixture(scope="module")
def written_on(
    rounds_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("hostile") / "instance"
    copy_installation(rounds_template, folder)
    opened = open_installation(folder)
    yield opened
    opened.database.close()


def test_the_list_has_what_it_promises() -> None:
    assert len(STRINGS) == len(set(STRINGS)) >= 120
    assert all(len(texts) >= 10 for texts in SORTS.values())


@pytest.mark.parametrize("page", [
    "<p>{}</p>", "<p title='{}'>", '<input value="{}">', "<textarea>{}</textarea>",
    "<script type='application/json'>\"{}\"</script>", "<a href=\"{}\">x</a>", "<title>{}</title>",
])  # fmt: skip
def test_the_look_finds_a_template_that_forgets_to_escape(page: str) -> None:
    """Planted: each place of a page where a text can stand, with the text as it is."""
    assert injected(page.replace("{}", "ofarligt")) == []
    assert any(injected(page.replace("{}", text)) for text in STRINGS)


def test_the_look_finds_a_template_that_reckons() -> None:
    """Planted: what somebody wrote is itself a template, and a sheet works its formulas out. The
    number of a row, such as the thirteen hundredth comment's, is neither."""
    written = "<p>" + next(text for text in TEMPLATES if "*" in text) + "</p>"
    assert injected(written) == []
    assert injected(jinja2.Environment(autoescape=True).from_string(written).render()) != []
    for shown in ("<td>673627</td>", "<td>673\u00a0627</td>", "<td>-673627</td>"):
        assert injected(shown) != []
    assert injected('<a href="#comment-1337">1337</a>') == []
    assert all(injected(f"<p>{html.escape(text)}</p>") == [] for text in FORMULAS)


def test_nothing_is_taken_for_anything_but_text(
    written_on: Installation, record_property: Callable[[str, object], None]
) -> None:
    walks = {name: Walk(written_on.person(name), of_each=min(TURNS, 2)) for name in PEOPLE}
    for turn, walk in itertools.product(range(TURNS), walks.values()):
        # Every field gets another text each time.
        walk.texts = itertools.islice(itertools.cycle(STRINGS), turn * 7, None)
        walk.go("/", write=True)
    for walk in walks.values():
        walk.go("/", write=False)
    wrong = [f"{name} {what}" for name, walk in walks.items() for what in walk.wrong]
    record_property("pages", sum(walk.pages for walk in walks.values()))
    record_property("forms", sum(walk.forms for walk in walks.values()))
    record_property("injected", len(wrong))
    print(
        {name: (walk.pages, walk.forms, walk.refused) for name, walk in walks.items()},
        len(set().union(*(walk.met for walk in walks.values()))),
    )
    assert wrong == []
    assert sum(walk.forms for walk in walks.values()) >= 40
    assert walks["strateg"].pages >= 40
    assert len(set().union(*(walk.met for walk in walks.values()))) >= 40, "they stand on pages"
