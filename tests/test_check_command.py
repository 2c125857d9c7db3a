"""``survey-app check``: each file is told about, and the schema beside them is none."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from survey_app.cli import main

FOLDER = Path(__file__).parents[1] / "questionnaires"


def check(*files: Path) -> tuple[int, str]:
    """The exit code, and all that was said."""
    told = CliRunner().invoke(main, ["check", *map(str, files)])
    return told.exit_code, told.output


def test_every_file_of_the_folder() -> None:
    files = sorted(FOLDER.glob("*.json"))
    assert any(path.name.endswith(".schema.json") for path in files)
    code, told = check(*files)
    assert code == 0, told
    assert "gnv-2025 1.1.0, 13 avsnitt, 50 frågor. Inga fel." in told
    assert "statsbidrag-2025 1.0.0, 11 avsnitt, 47 frågor. Inga fel." in told
    assert len(told.splitlines()) == len(files) - 1


def test_one_that_is_wrong_among_good_ones(tmp_path: Path) -> None:
    wrong = tmp_path / "fel.json"
    text = (FOLDER / "gnv-2025.json").read_text("utf-8")
    wrong.write_text(text.replace('"version"', '"versoin"', 1), encoding="utf-8")
    (tmp_path / "latin.json").write_bytes("å".encode("latin-1"))
    files = (wrong, tmp_path / "latin.json", tmp_path / "gone.json", FOLDER / "gnv-2025.json")
    code, told = check(*files)
    assert code == 1
    assert f"{wrong}: Rad 4, ”versoin”" in told
    assert "Menade du ”version”?" in told
    assert "filen är inte UTF-8" in told
    assert "gone.json: filen kan inte läsas" in told
    assert "Inga fel." in told
