"""Templates are compiled once, and anew where they were changed."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader

from survey_app.web import compiled
from survey_app.web.compiled import keep_compiled


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two folders: of templates, and of what is kept."""
    for name in ("templates", "kept"):
        (tmp_path / name).mkdir()
    kept = tmp_path / "kept" / "compiled.pyc"
    monkeypatch.setattr(compiled, "cache_from_source", lambda _path: str(kept))
    return tmp_path


def shown(folder: Path) -> str:
    """What a program that has just started makes of the template."""
    environment = Environment(loader=FileSystemLoader(folder / "templates"), autoescape=True)
    keep_compiled(environment)
    return environment.get_template("page.html").render(name="Ö")


def test_a_template_is_kept_and_made_anew_where_it_changed(folder: Path) -> None:
    page = folder / "templates" / "page.html"
    page.write_text("Hej {{ name }}!", encoding="utf-8")
    assert shown(folder) == "Hej Ö!"
    [kept] = (folder / "kept").iterdir()
    before = kept.stat().st_ino
    assert shown(folder) == "Hej Ö!"
    assert kept.stat().st_ino == before, "it was compiled again"
    page.write_text("Tack {{ name }}!", encoding="utf-8")
    assert shown(folder) == "Tack Ö!"


def test_nothing_is_kept_where_nothing_can_be_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "templates" / "page.html").write_text("Hej {{ name }}!", encoding="utf-8")
    monkeypatch.setattr("sys.dont_write_bytecode", True)
    assert shown(folder) == "Hej Ö!"
    assert list((folder / "kept").iterdir()) == []
    monkeypatch.setattr("sys.dont_write_bytecode", False)
    (folder / "kept").rmdir()
    assert shown(folder) == "Hej Ö!"
