"""The doctor: look at everything, and say what to do."""

from __future__ import annotations

import dataclasses
import json
import os
import sys
from collections.abc import Iterator

import click

from survey_app.cli.doctor_words import AREAS, FINDINGS
from survey_app.cli.here import Here, now
from survey_app.config import UnsafeSettings, instance_folder, read_settings
from survey_app.services.backups.file import SECRET_KEY
from survey_app.services.doctor.examination import Examination, examine
from survey_app.services.doctor.finding import Finding

_MOST_SHOWN = 10


@click.command()
@click.option("--quick", is_flag=True, help="Leave out what takes time: for a look before a start.")
@click.option("--json", "as_json", is_flag=True, help="For other programs.")
@click.pass_obj
def doctor(here: Here, quick: bool, as_json: bool) -> None:
    """Look at the whole installation, change nothing, and say what to do.

    Ends with 0 if all is well (remarks do not count), 1 if something is wrong, 2 if something could
    not be looked at."""
    found = []
    for examination in _examinations(here, quick=quick):
        found.append(examination)
        if not as_json:
            _say(examination)
    if as_json:
        click.echo(json.dumps([_told(item) for item in found], ensure_ascii=False, indent=2))
    unseen = any(not item.looked for item in found)
    sys.exit(2 if unseen else 1 if any(item.grave for item in found) else 0)


def _examinations(here: Here, *, quick: bool) -> Iterator[Examination]:
    folder = instance_folder(here.instance)
    if not folder.is_dir() or not any(folder.iterdir()):  # reading the settings would lay it up
        yield Examination("place", (Finding("no_installation", str(folder)),), False)
        return
    if not os.environ.get("SECRET_KEY") and not (folder / SECRET_KEY).exists():
        yield Examination("place", (Finding("no_secret", str(folder / SECRET_KEY)),), False)
        return
    try:
        settings = read_settings(instance=here.instance)
    except UnsafeSettings as error:
        yield Examination("settings", (Finding("unsafe_settings", str(error)),), False)
        return
    yield from examine(settings, now(), quick=quick)


def _say(examination: Examination) -> None:
    area = AREAS[examination.area]
    if not examination.findings:
        click.secho(f"✓ {area}", fg="green")
    by_code: dict[str, list[Finding]] = {}
    for finding in examination.findings:
        by_code.setdefault(finding.code, []).append(finding)
    for code, findings in by_code.items():
        what, remedy = FINDINGS[code]
        mark, colour = ("✗", "red") if findings[0].grave else ("!", "yellow")
        click.secho(f"{mark} {area}: {what}", fg=colour)
        for finding in findings[:_MOST_SHOWN]:
            if finding.where:
                click.echo(f"    {finding.where}")
        if len(findings) > _MOST_SHOWN:
            click.echo(f"    … och {len(findings) - _MOST_SHOWN} till (--json visar alla)")
        click.echo(f"    → {remedy}")


def _told(examination: Examination) -> dict[str, object]:
    return {
        "area": examination.area,
        "looked": examination.looked,
        "findings": [
            {**dataclasses.asdict(finding), "what": FINDINGS[finding.code][0],
             "remedy": FINDINGS[finding.code][1]}
            for finding in examination.findings
        ],
    }  # fmt: skip
