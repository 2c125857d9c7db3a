"""The commands: ``survey-app --help``."""

from __future__ import annotations

import datetime
import errno
import json
import logging
import os
import socket
import sys
from pathlib import Path

import click
from sqlmodel import select

from survey_app import create_app
from survey_app.config import DEMO_ACCOUNTS, Settings, UnsafeSettings, read_settings
from survey_app.core.finding import SpecificationError
from survey_app.core.reading import read_questionnaire
from survey_app.core.schema import questionnaire_schema
from survey_app.core.workflow import Role
from survey_app.export.package.manifest import Format
from survey_app.export.package.signature import NotAKey, read_key
from survey_app.export.record_schema import schema_bytes
from survey_app.export.seal import read_certificates
from survey_app.export.verification.look import verify_package
from survey_app.export.verification.verdict import Authenticity
from survey_app.services import archive, demo, round_demo
from survey_app.services.account import hash_password, make_password
from survey_app.services.actor import Actor
from survey_app.services.audit import read_heads, verify_chain
from survey_app.services.key import open_key
from survey_app.services.notice import remind_of_deadlines
from survey_app.services.outbox import count_waiting
from survey_app.services.packaging import packing_by
from survey_app.services.refusal import Refused
from survey_app.services.round_opening import tell_of_openings
from survey_app.services.sign_in import issue_token
from survey_app.services.specification import questionnaire_files
from survey_app.services.table_file import remove_old
from survey_app.services.unit import begin_unit
from survey_app.services.waiting import remind_of_waiting
from survey_app.store.engine import Database, journal_mode, sqlite_module
from survey_app.store.migration import migrate
from survey_app.store.tables import Case
from survey_app.web import post
from survey_app.web.serving import PROCESSES, THREADS, listen, serve
from survey_app.web.wording import describe_finding, describe_refusal


class _Here:
    """The installation that a command works on, opened when it is needed."""

    def __init__(self, instance: Path | None) -> None:
        self.instance = instance

    def settings(self) -> Settings:
        try:
            return read_settings(instance=self.instance)
        except UnsafeSettings as error:
            raise click.ClickException(str(error)) from error

    def database(self, settings: Settings) -> Database:
        database = Database(settings.database_url)
        migrate(database)
        return database


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


@click.group(help="Redogör: svara, godkänna, lämna in och arkivera.")
@click.option("--instance", type=click.Path(path_type=Path, file_okay=False),
              help="Folder of database, keys and settings (or SURVEY_APP_INSTANCE).")  # fmt: skip
@click.pass_context
def main(context: click.Context, instance: Path | None) -> None:
    """Entry point."""
    context.obj = _Here(instance)


@main.command()
@click.option("--port", default=5000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--processes", default=PROCESSES, show_default=True, type=click.IntRange(1))
@click.option("--threads", default=THREADS, show_default=True, type=click.IntRange(1),
              help="Of each process.")  # fmt: skip
@click.pass_obj
def run(here: _Here, port: int, host: str, processes: int, threads: int) -> None:
    """Serve the product."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    settings = here.settings()
    here.database(settings).close()
    if settings.database_url.startswith("sqlite"):
        version = sqlite_module().sqlite_version_info
        number = ".".join(map(str, version))
        click.echo(f"SQLite {number}, journal {journal_mode(version)}, synchronous=FULL")
    try:
        app = create_app(settings)
    except UnsafeSettings as error:
        raise click.ClickException(str(error)) from error
    listener = _listener(host, port)
    click.echo(f"Redogör: http://{host}:{port}")
    sys.stdout.flush()
    proxy = (
        {
            "trusted_proxy": os.environ.get("SURVEY_APP_PROXY", "127.0.0.1"),
            "trusted_proxy_headers": "x-forwarded-proto x-forwarded-for x-forwarded-host",
            "clear_untrusted_proxy_headers": True,
        }
        if settings.https
        else {}
    )
    serve(app, listener, processes=processes, threads=threads, **proxy)


def _listener(host: str, port: int) -> socket.socket:
    try:
        return listen(host, port)
    except OSError as error:
        reason = error.strerror
        if error.errno == errno.EADDRINUSE:
            reason = "porten är upptagen. Välj en annan med --port (make run PORT=5001)"
        raise click.ClickException(f"{host}:{port} kan inte användas: {reason}.") from error


@main.command("demo")
@click.pass_obj
def make_demo(here: _Here) -> None:
    """Make the demo: one account a role, the cases RS250393 and RS259999, and rounds."""
    folder = here.settings().instance
    kept = folder / DEMO_ACCOUNTS
    settings = read_settings(instance=here.instance, demo=True, https=False)
    database = here.database(settings)
    with database.writing() as session:
        files = questionnaire_files(settings.questionnaires)
        specifications = demo.specifications_in(files, session, _now())
        key = open_key(folder)
        made = demo.make_demo(session, key, specifications, _now())
        if made is not None:
            made += round_demo.make_rounds(session, key, specifications, _now())
    if made is not None:
        kept.write_text(json.dumps(made, ensure_ascii=False, indent=2), encoding="utf-8")
        kept.chmod(0o600)
    if not kept.exists():
        raise click.ClickException("Databasen har redan innehåll. Ange en tom --instance.")
    for account in json.loads(kept.read_text(encoding="utf-8")):
        click.echo(f"{account['email']:28} {account['password']:22} {account['role']}")


@main.command()
@click.pass_obj
def remind(here: _Here) -> None:
    """Remind of deadlines, of rounds that open and of what waits; send what is in the outbox.

    Tables that were imported and that nobody took in for a week are removed."""
    settings = here.settings()
    database = here.database(settings)
    with database.writing() as session:
        made = remind_of_deadlines(session, _now())
        made += tell_of_openings(session, _now())
        made += remind_of_waiting(session, _now(), settings.waiting_days)
        remove_old(session, _now())
    result = post.deliver(settings, database, _now, digests=True)
    with database.reading() as session:
        waiting = count_waiting(session)
    click.echo(f"{made} nya påminnelser, {result.sent} mejl skickade, {result.failed} misslyckade, "
               f"{waiting} meddelanden i utkorgen.")  # fmt: skip
    if settings.mail is None and not settings.demo:
        click.echo("Inget skickas: SURVEY_APP_SMTP_HOST är inte satt.", err=True)
    sys.exit(1 if result.failed else 0)


@main.command()
@click.argument("name")
@click.option("--administrator", "email", required=True, metavar="EMAIL", help="Its first account.")
@click.option("--number", default="", help="Its organisation number.")
@click.pass_obj
def unit(here: _Here, name: str, email: str, number: str) -> None:
    """Lay up a unit with its first administrator, whose password is shown once."""
    password = make_password()
    with here.database(here.settings()).writing() as session:
        try:
            new = begin_unit(session, name, email, hash_password(password), number)
        except Refused as refused:
            raise click.ClickException(describe_refusal(refused.code, refused.facts)) from refused
    click.echo(f"{name}: {email}{f'  {password}' if new else ' (som förut)'}")


@main.command()
@click.argument("email")
@click.pass_obj
def token(here: _Here, email: str) -> None:
    """Issue a bearer token of the API for an account; it is shown once."""
    with here.database(here.settings()).writing() as session:
        try:
            click.echo(issue_token(session, email, _now()))
        except Refused as refused:
            raise click.ClickException(describe_refusal(refused.code, refused.facts)) from refused


@main.command()
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


@main.command()
@click.option("--record", is_flag=True, help="The schema of exported records instead.")
def schema(record: bool) -> None:
    """Print the JSON Schema of questionnaires."""
    if record:
        click.echo(schema_bytes().decode(), nl=False)
    else:
        click.echo(json.dumps(questionnaire_schema(), ensure_ascii=False, indent=2))


@main.command()
@click.argument("diary_number")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True)
@click.option("--draft", is_flag=True, help="The case as it is now, stamped UTKAST.")
@click.option("--format", "packed_as", type=click.Choice(["eark", "bagit"]), default="eark",
              show_default=True, help="E-ARK SIP (FGS Paketstruktur), or BagIt.")  # fmt: skip
@click.pass_obj
def export(here: _Here, diary_number: str, out: Path, draft: bool, packed_as: Format) -> None:
    """Write a case as one ZIP."""
    settings = here.settings()
    packing = packing_by(settings, open_key(settings.instance), packed_as)
    with here.database(settings).reading() as session:
        case = session.exec(select(Case).where(Case.diary_number == diary_number)).first()
        if case is None:
            raise click.ClickException(f"Ärendet {diary_number} finns inte.")
        roles = {case.unit_id: frozenset({Role.ARCHIVIST})}
        actor = Actor(0, "", "survey-app", "", roles)
        try:
            copy = archive.case_package(
                session, actor, diary_number, _now(), draft=draft, packing=packing
            )
        except Refused as refused:
            text = describe_refusal(refused.code, refused.facts)
            raise click.ClickException(f"{text} (--draft)") from refused
    out.mkdir(parents=True, exist_ok=True)
    target = out / copy.name
    target.write_bytes(copy.data)
    click.echo(str(target))


@main.command("key")
@click.option("--pem", is_flag=True, help="As PEM, for other programs.")
@click.pass_obj
def show_key(here: _Here, pem: bool) -> None:
    """Print the installation's public key, with which packages are verified."""
    key = open_key(here.settings().instance)
    click.echo(key.public_pem() if pem else key.public_key, nl=not pem)


@main.command()
@click.argument("package", type=click.Path(path_type=Path))
@click.option(
    "--key", "given", metavar="FILE|HEX", help="Public key: a file or 64 hexadecimal digits."
)
@click.option("--trust", multiple=True, metavar="FILE", help="Certificate that may stand behind "
              "the seals of PDFs, PEM or DER; may be given again.",
              type=click.Path(path_type=Path))  # fmt: skip
def verify(package: Path, given: str | None, trust: tuple[Path, ...]) -> None:
    """Check a package: whether it is intact and, with a key or a certificate, authentic."""
    trusted = [found for path in trust for found in _certificates(path)]
    verdict = verify_package(package, _public_key(given) if given else None, trusted)
    for finding in verdict.findings:
        click.echo(finding.in_words(), err=True)
    for path, words in verdict.seals:
        click.echo(f"{path}: {words}")
    mark = " (utkast)" if verdict.draft else ""
    click.echo(
        f"{package}: {'hel' if verdict.intact else 'inte hel'}{mark}.", err=not verdict.intact
    )
    authentic = verdict.authenticity is Authenticity.AUTHENTIC
    refused = not authentic if given else verdict.authenticity is Authenticity.FOREIGN
    word = "äkta" if authentic else "inte äkta" if refused else "äktheten är inte prövad"
    click.echo(f"{package}: {word}. {verdict.authenticity_in_words()}", err=refused)
    unsealed = bool(trust) and not verdict.authentic_by_seal
    if trust:
        word = "inte äkta enligt förseglingen" if unsealed else "äkta enligt förseglingen"
        click.echo(f"{package}: {word}.", err=unsealed)
    sys.exit(0 if verdict.intact and not (given and refused) and not unsealed else 1)


def _certificates(path: Path) -> list[bytes]:
    try:
        return read_certificates(path.read_bytes())
    except (OSError, ValueError) as error:
        raise click.ClickException(f"{path} är inget certifikat i PEM eller DER.") from error


def _public_key(given: str) -> str:
    path = Path(given)
    try:
        return read_key(path.read_bytes() if path.is_file() else given.encode())
    except (NotAKey, OSError) as error:
        raise click.ClickException(
            f"{given} är ingen öppen Ed25519-nyckel: varken 64 hexadecimala siffror eller en fil "
            "med en. Skriv ut nyckeln med: survey-app key"
        ) from error


@main.group()
def audit() -> None:
    """The audit chains."""


@audit.command("verify")
@click.pass_obj
def verify_audit(here: _Here) -> None:
    """Hold every case's chain against itself and the signed heads."""
    settings = here.settings()
    key = open_key(settings.instance)
    kept = read_heads(key.kept(), key)
    found = 0
    with here.database(settings).reading() as session:
        for case in session.exec(select(Case)).all():
            assert case.id is not None
            breaks = verify_chain(session, case.id, key, kept.get(case.id))
            found += len(breaks)
            for item in breaks:
                click.echo(f"{case.diary_number}: länk {item.number}: {item.code}", err=True)
            if not breaks:
                click.echo(f"{case.diary_number}: {case.audit_length} länkar, hel.")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
