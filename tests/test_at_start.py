"""What a server does not hold until it is asked for: each of these is megabytes in memory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

EXPORTS = {"PIL", "openpyxl", "pikepdf", "reportlab"}
"""What draws and reads documents: imported by the seams ``export.pdf.drawing``, ``export.sheet``,
``export.pdf.limits`` and those of pictures."""

OTHERS = {
    "alembic", "authlib", "cryptography.x509", "fontTools", "pyhanko", "psycopg", "requests",
    "sqlalchemy.dialects.postgresql", "survey_app.cli.packages",
}  # fmt: skip
"""What is for a database that is behind, seals, PostgreSQL and other commands."""

WALK = """
import json, sys
from pathlib import Path
from tests.conftest import GNV, GNV_DONE, open_installation

heavy = json.loads(sys.argv[2])
def held():
    return sorted(name for name in heavy if name in sys.modules)

from survey_app.cli.main import COMMANDS, main
main.get_command(None, "run")
from survey_app.web.rehearsal import read_ahead
opened = open_installation(Path(sys.argv[1]))
read_ahead(opened.app)
told = {"start": held()}
strategist = opened.person("strateg")
for path in ("/", f"/submissions/{GNV}/questions", f"/api/v1/submissions/{GNV}", "/cases/RS259999"):
    assert strategist.get(path).status_code == 200, path
assert strategist.save(GNV, "10", "Ett svar.", strategist.version(GNV, "10")).status_code == 200
told["pages"] = held()
for path in (f"/submissions/{GNV}/export.pdf", f"/submissions/{GNV_DONE}/export.json"):
    assert strategist.get(path).status_code == 200, path
assert strategist.get(f"/submissions/{GNV}/word").status_code == 200
told["exports"] = held()
print(json.dumps(told))
"""


def test_a_server_holds_nothing_that_only_exports_need_until_one_is_asked_for(
    instance: Path,
) -> None:
    heavy = json.dumps(sorted(EXPORTS | OTHERS))
    done = subprocess.run(
        [sys.executable, "-c", WALK, str(instance), heavy],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["start"] == []
    assert told["pages"] == []
    assert {"pikepdf", "reportlab"} <= set(told["exports"]), "the names in the list are true"
