"""``survey-app`` on an installation of a test, whichever database that stands on."""

from __future__ import annotations

from click.testing import CliRunner, Result

from survey_app.cli import main
from survey_app.config import Settings


def command(settings: Settings, *arguments: str, typed: str | None = None) -> Result:
    """Run a command; what is set around us does not reach it.

    typed  what is answered where it asks
    """
    url = settings.database_url
    told = {"SURVEY_APP_INSTANCE": None, "SECRET_KEY": None,
            "DATABASE_URL": None if url.startswith("sqlite") else url}  # fmt: skip
    words = ["--instance", str(settings.instance), *arguments]
    return CliRunner().invoke(main, words, env=told, input=typed)
