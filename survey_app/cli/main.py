"""The commands: ``survey-app --help``."""

from __future__ import annotations

import importlib
from pathlib import Path

import click

from survey_app.cli.here import Here

COMMANDS = {
    "audit": "auditing.audit",
    "backup": "keeping.backup",
    "case": "cases.cases",
    "change-key": "key_changes.change_signing_key",
    "check": "checking.check",
    "copy": "copying.copy_database",
    "demo": "serving.make_demo",
    "doctor": "examining.doctor",
    "deploy-files": "deploying.deploy_files",
    "export": "packages.export",
    "invite": "people.invite",
    "key": "packages.show_key",
    "migrate": "upgrading.migrate_database",
    "person": "persons.person",
    "remind": "serving.remind",
    "restore": "keeping.restore_backup",
    "reset": "people.reset",
    "run": "serving.run",
    "schema": "checking.schema",
    "sessions": "people.sessions",
    "token": "people.token",
    "unit": "people.unit",
    "verify": "packages.verify",
}
"""Every command, and where it stands: the module of this package, and its name there."""


class _Commands(click.Group):
    """Imports a command when it is asked for: a server holds nothing that only others need."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(".")
        found = getattr(importlib.import_module(f"survey_app.cli.{module}"), name)
        assert isinstance(found, click.Command)
        return found


@click.command(cls=_Commands, help="Redogör: svara, godkänna, lämna in och arkivera.")
@click.option("--instance", type=click.Path(path_type=Path, file_okay=False),
              help="Folder of database, keys and settings (or SURVEY_APP_INSTANCE).")  # fmt: skip
@click.pass_context
def main(context: click.Context, instance: Path | None) -> None:
    """Entry point."""
    context.obj = Here(instance)
