"""The files with which the product is run as a service."""

from __future__ import annotations

from pathlib import Path

import click

FILES = Path(__file__).resolve().parent.parent / "deploy"


@click.command("deploy-files")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
def deploy_files(folder: Path) -> None:
    """Write examples into DIR: systemd units, nginx, Caddy, container, log rotation, alerts.

    A file that is there already stays as it is."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in sorted(FILES.iterdir()):
        target = folder / path.name
        if target.exists():
            click.echo(f"{target}: finns redan, orörd.", err=True)
            continue
        target.write_bytes(path.read_bytes())
        click.echo(str(target))
