"""Export a case, and verify what was exported."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from sqlmodel import select

from survey_app.cli.here import Here, now
from survey_app.core.workflow import Role
from survey_app.export.package.manifest import Format
from survey_app.export.package.signature import NotAKey, read_key
from survey_app.export.seal import read_certificates
from survey_app.export.verification.look import verify_package
from survey_app.export.verification.verdict import Authenticity
from survey_app.services.actor import Actor
from survey_app.services.archives import archive
from survey_app.services.archives.packaging import packing_by
from survey_app.services.keys.key import signing_key
from survey_app.services.refusal import Refused
from survey_app.store.tables import Case
from survey_app.web.wording import describe_refusal


@click.command()
@click.argument("diary_number")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True)
@click.option("--draft", is_flag=True, help="The case as it is now, stamped UTKAST.")
@click.option("--format", "packed_as", type=click.Choice(["eark", "bagit"]), default="eark",
              show_default=True, help="E-ARK SIP (FGS Paketstruktur), or BagIt.")  # fmt: skip
@click.pass_obj
def export(here: Here, diary_number: str, out: Path, draft: bool, packed_as: Format) -> None:
    """Write a case as one ZIP."""
    settings = here.settings()
    packing = packing_by(settings, signing_key(settings), packed_as)
    with here.database(settings).reading() as session:
        case = session.exec(select(Case).where(Case.diary_number == diary_number)).first()
        if case is None:
            raise click.ClickException(f"Ärendet {diary_number} finns inte.")
        roles = {case.unit_id: frozenset({Role.ARCHIVIST})}
        actor = Actor(0, "", "survey-app", "", roles)
        try:
            copy = archive.case_package(
                session, actor, diary_number, now(), draft=draft, packing=packing
            )
        except Refused as refused:
            text = describe_refusal(refused.code, refused.facts)
            raise click.ClickException(f"{text} (--draft)") from refused
    out.mkdir(parents=True, exist_ok=True)
    target = out / copy.name
    target.write_bytes(copy.data)
    click.echo(str(target))


@click.command("key")
@click.option("--pem", is_flag=True, help="As PEM, for other programs.")
@click.pass_obj
def show_key(here: Here, pem: bool) -> None:
    """Print the installation's public key, with which packages are verified."""
    key = signing_key(here.settings())
    click.echo(key.public_pem() if pem else key.public_key, nl=not pem)


@click.command()
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
