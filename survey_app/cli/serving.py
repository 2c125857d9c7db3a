"""Serve the product, make its demo, and remind."""

from __future__ import annotations

import errno
import json
import os
import socket
import sys

import click

from survey_app import create_app
from survey_app.cli.here import Here, now
from survey_app.config import DEMO_ACCOUNTS, UnsafeSettings, read_settings
from survey_app.services import demo
from survey_app.services.accounts.tidying import tidy_sign_in
from survey_app.services.approvals.waiting import remind_of_waiting
from survey_app.services.keys.key import signing_key
from survey_app.services.mail.notice import remind_of_deadlines
from survey_app.services.mail.outbox import count_waiting
from survey_app.services.rounds import demo as round_demo
from survey_app.services.rounds.opening import tell_of_openings
from survey_app.services.security.alarm import tell_of_backup
from survey_app.services.security.chain_watch import watch_chains
from survey_app.services.security.log import sign_chain
from survey_app.services.specification import questionnaire_files
from survey_app.services.table_file import remove_old
from survey_app.store.engine import journal_mode, sqlite_module
from survey_app.web import log, metrics, post
from survey_app.web.place import note_start
from survey_app.web.serving import PROCESSES, THREADS, listen, serve, share_one_arena


@click.command()
@click.option("--port", default=5000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--processes", default=PROCESSES, show_default=True, type=click.IntRange(1))
@click.option("--threads", default=THREADS, show_default=True, type=click.IntRange(1),
              help="Of each process.")  # fmt: skip
@click.pass_obj
def run(here: Here, port: int, host: str, processes: int, threads: int) -> None:
    """Serve the product."""
    share_one_arena()
    settings = here.settings()
    log.configure(settings.running.log)
    metrics.begin(settings)
    here.database(settings).close()
    if settings.database_url.startswith("sqlite"):
        version = sqlite_module().sqlite_version_info
        number = ".".join(map(str, version))
        click.echo(f"SQLite {number}, journal {journal_mode(version)}, synchronous=FULL")
    try:
        app = create_app(settings)
    except UnsafeSettings as error:
        raise click.ClickException(str(error)) from error
    note_start(app.extensions["redogor"])
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


@click.command("demo")
@click.pass_obj
def make_demo(here: Here) -> None:
    """Make the demo: one account a role, the cases RS250393 and RS259999, and rounds."""
    folder = here.settings().instance
    kept = folder / DEMO_ACCOUNTS
    settings = read_settings(instance=here.instance, demo=True, https=False)
    database = here.database(settings)
    with database.writing() as session:
        files = questionnaire_files(settings.questionnaires)
        specifications = demo.specifications_in(files, session, now())
        key = signing_key(settings)
        made = demo.make_demo(session, key, specifications, now())
        if made is not None:
            made += round_demo.make_rounds(session, key, specifications, now())
    if made is not None:
        kept.write_text(json.dumps(made, ensure_ascii=False, indent=2), encoding="utf-8")
        kept.chmod(0o600)
    if not kept.exists():
        raise click.ClickException("Databasen har redan innehåll. Ange en tom --instance.")
    for account in json.loads(kept.read_text(encoding="utf-8")):
        click.echo(f"{account['email']:28} {account['password']:22} {account['role']}")


@click.command()
@click.pass_obj
def remind(here: Here) -> None:
    """Remind of deadlines, of rounds that open and of what waits; send what is in the outbox.

    Tables that were imported and that nobody took in for a week are removed, and what is over in
    signing in. Once a day all chains are verified. Administrators are told by mail if one does not
    hold, and if the last backup is older than two days."""
    settings = here.settings()
    database = here.database(settings)
    with database.writing() as session:
        made = remind_of_deadlines(session, now())
        made += tell_of_openings(session, now())
        made += remind_of_waiting(session, now(), settings.waiting_days)
        remove_old(session, now())
        tidy_sign_in(
            session, now(), hours=settings.session_hours, most_hours=settings.sign_in.most_hours
        )
        sign_chain(session, signing_key(settings))
        if not settings.demo:
            tell_of_backup(session, now())
    watch_chains(settings, database, now())
    result = post.deliver(settings, database, now, digests=True)
    with database.reading() as session:
        waiting = count_waiting(session)
    click.echo(f"{made} nya påminnelser, {result.sent} mejl skickade, {result.failed} misslyckade, "
               f"{waiting} meddelanden i utkorgen.")  # fmt: skip
    if settings.mail is None and not settings.demo:
        click.echo("Inget skickas: SURVEY_APP_SMTP_HOST är inte satt.", err=True)
    sys.exit(1 if result.failed else 0)
