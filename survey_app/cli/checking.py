"""Check questionnaire files, and print the schemas."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from survey_app.core.finding import SpecificationError
from survey_app.core.reading import read_questionnaire
from survey_app.core.schema import questionnaire_schema
from survey_app.export.record_schema import schema_bytes
from survey_app.web.wording import describe_finding


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def check(files: tuple[Path, ...]) -> None:
    """Check questionnaire files, and say what to do about what is wrong."""
    wrong = False
    for path in files:
        if path.name.endswith(".schema.json"):
            continue  # questionnaires/*.json names the schema, too
        try:
            found = read_questionnaire(path.read_text(encoding="utf-8"))
        except OSError as error:
            click.echo(f"{path}: filen kan inte läsas ({error.strerror}).", err=True)
            wrong = True
        except UnicodeDecodeError:
            click.echo(f"{path}: filen är inte UTF-8. Spara om den som UTF-8.", err=True)
            wrong = True
        except SpecificationError as error:
            wrong = True
            for finding in error.findings:
                click.echo(f"{path}: {describe_finding(finding)}", err=True)
        else:
            count = len(found.by_id)
            click.echo(f"{path}: {found.id} {found.version}, {len(found.sections)} avsnitt, "
                       f"{count} frågor. Inga fel.")  # fmt: skip
    sys.exit(1 if wrong else 0)


@click.command()
@click.option("--record", is_flag=True, help="The schema of exported records instead.")
def schema(record: bool) -> None:
    """Print the JSON Schema of questionnaires."""
    if record:
        click.echo(schema_bytes().decode(), nl=False)
    else:
        click.echo(json.dumps(questionnaire_schema(), ensure_ascii=False, indent=2))
