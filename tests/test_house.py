"""The house: who may import whom, and that every kind of question has its three rooms."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from survey_app.core.kinds import KINDS
from tests.order import LONGEST as FIRST

HOUSE = Path(__file__).parent.parent / "survey_app"
MODULES = sorted(HOUSE.rglob("*.py"))
TESTS = sorted(Path(__file__).parent.rglob("*.py"))
LONGEST = 400

MAY_IMPORT = {
    "core": {"core"},
    "config": {"config", "core"},
    "store": {"store", "core", "config"},
    "export": {"export", "core"},
    "services": {"services", "store", "export", "core", "config"},
}
"""Which rooms a room may import, itself included; web, cli and the root may import all."""

PLAIN = ("etree", "swedish", "xml_text", "zip_entries")
WORDS = {
    "attested",
    "blocks",
    "chart",
    "answers",
    "outline",
    "record_schema",
    "record_entries",
    "tables",
    *PLAIN,
}
PAPERS = {
    "board_decision",
    "memo",
    "case_answers",
    "case_document",
    "record_pdf",
    "decisions",
    "enclosure_sheet",
    "registry",
    "result_charts",
    "results_paper",
    "subjects",
    "survey_result",
    "qr",
    "seal",
    "pades",
}
REPORT = {"report", "report_schema"}
WITHIN_EXPORT = {
    **{name: {*REPORT, *WORDS} for name in REPORT},
    **dict.fromkeys(WORDS, WORDS),
    **{plain: {plain} for plain in PLAIN},
    "xml_text": {"etree", "xml_text"},
    "chart": {"chart", *PLAIN},
    "sheet": {"sheet", *PLAIN},
    "results": {"results", "sheet", *PLAIN},
    "pdf": {"pdf", *WORDS},
    **{paper: {*PAPERS, "pdf", *WORDS} for paper in PAPERS},
    "survey_sheets": {"survey_sheets", "sheet", *PAPERS, "pdf", *WORDS},
    "package": {"package", *PAPERS, "pdf", *WORDS},
    "verification": {"verification", "package", *PAPERS, "pdf", *WORDS},
    "copy": {"copy", *WORDS},
    "word": {"word", *WORDS},
}
"""The same for the modules and rooms of export. How a PDF is drawn knows no package and no copy."""

# Core has no web, no database, no clock and no files.
NOT_IN_CORE = {
    *("flask", "flask_babel", "flask_login", "flask_wtf", "wtforms", "werkzeug", "jinja2"),
    *("sqlmodel", "sqlalchemy", "alembic", "sqlite3", "reportlab", "pikepdf"),
    *("time", "os", "pathlib", "io", "shutil", "tempfile", "glob", "subprocess", "socket"),
    *("random", "secrets", "uuid", "urllib.request", "http", "importlib"),
}
CALLS_NOT_IN_CORE = {"open", "print", "input", "eval", "exec", "__import__", "breakpoint"}
CLOCKS = {"now", "utcnow", "today", "fromtimestamp", "utcfromtimestamp"}


def named(path: Path) -> str:
    """The module's name, such as ``core.kinds.text``."""
    parts = path.relative_to(HOUSE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Every module that is imported anywhere in a file, also within functions, with its line."""
    package = ["survey_app", *path.relative_to(HOUSE).parts[:-1]]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            whole = ".".join([*above, *([node.module] if node.module else [])])
            # ``from survey_app import web`` imports a room by its name.
            yield from ((node.lineno, f"{whole}.{alias.name}") for alias in node.names)


def rooms_reached(path: Path) -> Iterator[tuple[int, str]]:
    """The rooms of the house that a file imports, with the line."""
    for line, name in imports(path):
        parts = name.split(".")
        if parts[0] == "survey_app" and len(parts) > 1:
            yield line, parts[1]


def _in(room: str) -> list[Path]:
    return [path for path in MODULES if named(path).split(".")[0] == room]


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_imports_run_one_way(room: str) -> None:
    """What a room imports may import no more than itself may, so indirect imports hold too."""
    assert _in(room)
    wrong = [
        f"{path.relative_to(HOUSE)}:{line} imports {reached}"
        for path in _in(room)
        for line, reached in rooms_reached(path)
        if reached not in MAY_IMPORT[room]
    ]
    assert wrong == []


@pytest.mark.parametrize("place", sorted(WITHIN_EXPORT))
def test_imports_run_one_way_within_export(place: str) -> None:
    wrong = [
        f"{path.relative_to(HOUSE)}:{line} imports {name}"
        for path in _in("export")
        if named(path).split(".")[1:2] == [place]
        for line, name in imports(path)
        if name.startswith("survey_app.export.") and name.split(".")[2] not in WITHIN_EXPORT[place]
    ]
    assert wrong == []


def test_everything_in_export_has_a_place() -> None:
    assert {named(path).split(".")[1] for path in _in("export")[1:]} == set(WITHIN_EXPORT)


@pytest.mark.parametrize("table", [MAY_IMPORT, WITHIN_EXPORT], ids=["house", "export"])
def test_what_a_room_may_import_may_import_no_more(table: dict[str, set[str]]) -> None:
    for allowed in table.values():
        for other in allowed:
            assert table[other] <= allowed


def test_the_guard_sees_local_and_relative_imports(tmp_path: Path) -> None:
    planted = HOUSE / "core" / "kinds" / "planted.py"
    tree = "def f():\n    from ...web import pages\n    import survey_app.store.engine\n"
    assert _found_in(planted, tree, tmp_path) == ["web", "store"]
    assert _found_in(planted, "from survey_app import services\n", tmp_path) == ["services"]


def _found_in(path: Path, text: str, folder: Path) -> list[str]:
    """What ``rooms_reached`` says of a text that would stand at a path of the house."""
    house, copy = folder / "survey_app", folder / path.relative_to(HOUSE.parent)
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.write_text(text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(f"{__name__}.HOUSE", house)
        return [room for _, room in rooms_reached(copy)]


def test_core_knows_no_web_no_database_no_clock_and_no_files() -> None:
    wrong = []
    for path in _in("core"):
        for line, name in imports(path):
            if any(name == taboo or name.startswith(f"{taboo}.") for taboo in NOT_IN_CORE):
                wrong.append(f"{named(path)}:{line} imports {name}")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _called(node) in CALLS_NOT_IN_CORE:
                wrong.append(f"{named(path)}:{node.lineno} calls {_called(node)}")
            if isinstance(node, ast.Attribute) and node.attr in CLOCKS:
                wrong.append(f"{named(path)}:{node.lineno} reads a clock: {node.attr}")
    assert wrong == []


def test_nobody_asks_what_day_the_machine_thinks_it_is() -> None:
    """Days are Swedish days: near midnight the calendar of a machine in UTC is another."""
    asked = []
    for path in (*HOUSE.rglob("*.py"), *HOUSE.parent.joinpath("tests").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            owner = ast.unparse(node.func.value).rpartition(".")[2]
            if owner not in ("date", "datetime"):
                continue
            if node.func.attr == "today" or (node.func.attr == "now" and not node.args):
                asked.append(f"{path.relative_to(HOUSE.parent)}:{node.lineno}")
    assert not asked, f"say in which time zone: {asked}"


def test_files_come_in_by_one_door() -> None:
    """Whatever is posted is judged and scanned by ``web/receiving.py``.

    The trial of a package stores nothing; what was held of a form knows only names.
    """
    takes = {named(path) for path in _in("web") for _line, name in imports(path)
             if name.endswith(".received_file")}  # fmt: skip
    assert takes == {"web.receiving"}
    door = "survey_app.web.receiving"
    looks, judged = set(), set()
    for path in _in("web"):
        if "request.files" in path.read_text(encoding="utf-8"):
            looks.add(named(path))
            if any(name.startswith(door) for _line, name in imports(path)):
                judged.add(named(path))
    assert looks - judged == {"web.receiving", "web.held", "web.pages.verification"}


def _called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_has_its_three_rooms(kind: str) -> None:
    from survey_app.export.answers import READINGS
    from survey_app.web.fields import FIELDS

    template = HOUSE / "web" / "templates" / "kinds" / f"{kind}.html"
    assert template.exists(), f"{kind} cannot be drawn: {template} is missing"
    page = template.parent.parent / "submissions" / "_questions.html"
    assert f'"{kind}": {kind}' in page.read_text("utf-8"), f"{kind} is not in KINDS of {page}"
    assert kind in FIELDS, f"{kind} cannot be filled in: name it in survey_app/web/fields.py"
    assert kind in READINGS, f"{kind} cannot be printed: name it in survey_app/export/answers.py"


def test_no_room_has_a_kind_that_core_does_not_know() -> None:
    from survey_app.export.answers import READINGS
    from survey_app.web.fields import FIELDS

    drawn = {path.stem for path in (HOUSE / "web" / "templates" / "kinds").glob("[a-z]*.html")}
    assert drawn | set(FIELDS) | set(READINGS) == set(KINDS)


def test_nothing_is_called_utils() -> None:
    vague = ("utils", "util", "helpers", "helper", "misc", "common")
    wrong = [named(path) for path in MODULES if path.stem in vague or path.parent.name in vague]
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(
                node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
            ) and node.name.lower().endswith(tuple(f"_{word}" for word in vague)):
                wrong.append(f"{named(path)}.{node.name}")
    assert wrong == []


def _path(path: Path) -> str:
    return path.relative_to(HOUSE.parent).as_posix()


@pytest.mark.parametrize("path", [*MODULES, *TESTS], ids=_path)
def test_no_module_is_too_long(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= LONGEST, f"{lines} lines: split it by what its parts are about"


@pytest.mark.parametrize("name", FIRST)
def test_a_file_that_is_handed_out_first_is_there(name: str) -> None:
    assert (HOUSE.parent / name).is_file(), "take it out of tests/order.py, or rename it there"


def test_long_files_are_handed_out_first(request: pytest.FixtureRequest) -> None:
    """Whatever else orders the tests: none of a long file stands behind one of another."""
    places = [item.nodeid.partition("::")[0] in FIRST for item in request.session.items]
    assert places == sorted(places, reverse=True)
