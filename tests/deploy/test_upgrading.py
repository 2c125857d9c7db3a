"""Upgrading without an outage: a migration only adds, so the version before goes on serving."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from survey_app.cli import main
from survey_app.store.engine import Database
from survey_app.store.migration import current_revision, migrate_down, newest_revision
from tests.durability.backups import settings_of

VERSIONS = Path(__file__).parent.parent.parent / "migrations" / "versions"
SINCE = "0019"
TAKES_AWAY = {"drop_column", "drop_table", "drop_constraint", "rename_table"}


def faults(source: str) -> list[str]:
    """What in an upgrade would break the version before.

    A migration that takes away says ``contracts = "00NN"``: the migration with whose release the
    last use of it went.
    """
    tree = ast.parse(source)
    if any(isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "contracts"
           for node in tree.body):  # fmt: skip
        return []
    [upgrade] = [node for node in tree.body
                 if isinstance(node, ast.FunctionDef) and node.name == "upgrade"]  # fmt: skip
    calls = [node for node in ast.walk(upgrade)
             if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]  # fmt: skip
    return [fault for call in calls for fault in _fault(call)]


def _fault(call: ast.Call) -> list[str]:
    name = call.func.attr  # type: ignore[attr-defined]
    told = {word.arg: ast.unparse(word.value) for word in call.keywords}
    if name in TAKES_AWAY:
        return [f"{name} takes away"]
    if name == "alter_column":
        loosens = told.get("nullable") == "True" and "new_column_name" not in told
        return [] if loosens else ["alter_column does more than loosen"]
    if name == "add_column":
        column = next(arg for arg in call.args if isinstance(arg, ast.Call))
        said = {word.arg: ast.unparse(word.value) for word in column.keywords}
        if said.get("nullable") == "False" and "server_default" not in said:
            return [f"add_column {ast.unparse(column.args[0])} needs a server_default"]
    return []


@pytest.mark.parametrize(
    "path", [path for path in sorted(VERSIONS.glob("0*.py")) if path.name >= SINCE],
    ids=lambda path: path.name,
)  # fmt: skip
def test_a_migration_only_adds(path: Path) -> None:
    assert faults(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "planted",
    [
        "op.drop_column('login', 'seen')",
        "op.add_column('login', sa.Column('x', sa.Integer(), nullable=False))",
        "batch_op.alter_column('x', nullable=False)",
        "batch_op.alter_column('x', new_column_name='y', nullable=True)",
    ],
)
def test_a_planted_one_is_found(planted: str) -> None:
    assert faults(f"def upgrade():\n    {planted}\n")
    assert not faults(f"contracts = '0019'\ndef upgrade():\n    {planted}\n")


def run(folder: Path, *arguments: str) -> Any:
    unset = dict.fromkeys(("DATABASE_URL", "SURVEY_APP_INSTANCE", "SECRET_KEY"))
    return CliRunner().invoke(main, ["--instance", str(folder), *arguments], env=unset)


def test_the_unit_s_commands_bring_an_older_place_up_and_then_it_starts(instance: Path) -> None:
    """And a place where something is wrong does not start: the command ends with other than 0."""
    instance.chmod(0o700)
    database = Database(settings_of(instance).database_url)
    assert run(instance, "migrate", "--check").exit_code == 0
    migrate_down(database, SINCE)
    assert run(instance, "doctor", "--quick").exit_code == 1
    for _ in range(2):
        told = run(instance, "migrate", "--check")
        assert told.exit_code == 1
        assert "survey-app migrate" in told.output
        assert current_revision(database) == SINCE, "it only looked"
    done = run(instance, "migrate")
    assert (done.exit_code, newest_revision() in done.output) == (0, True), done.output
    assert "Inget att göra" in run(instance, "migrate").output
    assert run(instance, "doctor", "--quick").exit_code == 0
    database.close()
    (instance / "audit_key.pem").unlink()
    assert run(instance, "doctor", "--quick").exit_code == 1
