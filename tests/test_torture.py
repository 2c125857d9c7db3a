"""The table of what must never happen names what is there."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.torture.__main__ import found_planted, read_figures, with_table
from tests.torture.rows import ROWS, Row

ROOT = Path(__file__).parent.parent


def files_of(row: Row) -> list[Path]:
    places = [ROOT / name for name in row.harness]
    return [
        file for place in places for file in ([place] if place.is_file() else place.glob("*.py"))
    ]


def names_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row.number))
def test_a_row_names_tests_that_are_there_and_numbers_that_they_read(row: Row) -> None:
    assert all((ROOT / place).exists() for place in row.harness)
    words = "".join(path.read_text(encoding="utf-8") for path in files_of(row))
    assert any(name.startswith("test_") for path in files_of(row) for name in names_in(path))
    for name in row.release:
        assert f'"{name}"' in words, f"no test of row {row.number} reads {name}"
    for test in row.planted:
        file, name = test.split("::")
        assert ROOT / file in files_of(row), f"{test} is no part of the row"
        assert name in names_in(ROOT / file), f"{test} is not there"


def test_rows_are_told_apart() -> None:
    assert len({row.number for row in ROWS}) == len(ROWS)


def test_a_row_whose_planted_defect_was_not_found_does_not_hold() -> None:
    row = Row(1, "x", "y", ("tests/a.py",), ("tests/a.py::test_planted",))
    assert found_planted(row, {"tests.a.test_planted[one]", "tests.a.test_other"})
    assert not found_planted(row, {"tests.a.test_other", "tests.b.test_planted"})


def test_security_md_says_what_was_measured() -> None:
    """After a change of rows or figures: ``python -m tests.torture --table``."""
    document = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    assert with_table(document, read_figures()) == document
    assert "not written yet" not in document.partition("<!-- /torture -->")[0]


def test_what_security_md_names_is_there() -> None:
    words = (ROOT / "SECURITY.md").read_text(encoding="utf-8").split("`")[1::2]
    named = [word for word in words if word.startswith("tests/")]
    assert named
    assert [name for name in named if not (ROOT / name.partition("::")[0]).exists()] == []
