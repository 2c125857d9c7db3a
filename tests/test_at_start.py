"""What a server does not hold until it is asked for: each of these is megabytes in memory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from survey_app.config import DEMO_ACCOUNTS

EXPORTS = {"PIL", "openpyxl", "pikepdf", "reportlab"}
"""What draws and reads documents: imported by the seams ``export.pdf.drawing``, ``export.sheet``,
``export.pdf.limits`` and those of pictures."""

OTHERS = {
    "alembic", "authlib", "cryptography.x509", "filetype", "fontTools", "lxml", "pyhanko",
    "psycopg", "requests", "smtplib",
    "sqlalchemy.dialects.postgresql", "survey_app.cli.packages",
    "survey_app.export.verification.look",
}  # fmt: skip
"""What is for a database that is behind, uploads, XML, mails, seals, identity providers,
PostgreSQL, other commands."""

WALK = """
import json, re, sys
from pathlib import Path
from survey_app import create_app
from survey_app.cli.main import main
from survey_app.config import read_settings
from survey_app.web.rehearsal import read_ahead

folder, heavy, email, password = Path(sys.argv[1]), *json.loads(sys.argv[2])

def held():
    return sorted(name for name in heavy if name in sys.modules)

def get(path):
    reply = client.get(path, follow_redirects=True)
    assert reply.status_code == 200, (path, reply.text)
    return reply

def token_of(page):
    return re.search('name="csrf-token" content="([^"]+)"', page)[1]

main.get_command(None, "run")
app = create_app(read_settings({}, instance=folder, testing=True))
read_ahead(app)
told = {"start": held()}
client = app.test_client()
form = {"csrf_token": token_of(get("/sign-in").text), "email": email, "password": password}
client.post("/sign-in", data=form)
headers = {"X-CSRFToken": token_of(get("/").text)}
for path in ("/submissions/1/questions", "/cases/RS259999"):
    get(path)
answer = "/api/v1/submissions/1"
body = {"value": "Ett svar.", "version": get(answer).json["answers"]["10"]["version"]}
assert client.put(f"{answer}/answers/10", json=body, headers=headers).status_code == 200
told["pages"] = held()
for path in ("/submissions/1/export.pdf", "/submissions/1/word"):
    get(path)
told["exports"] = held()
print(json.dumps(told))
"""


def test_a_server_holds_nothing_that_only_exports_need_until_one_is_asked_for(
    instance: Path,
) -> None:
    accounts = json.loads((instance / DEMO_ACCOUNTS).read_text(encoding="utf-8"))
    person = next(each for each in accounts if each["email"].startswith("strateg@"))
    told = json.dumps([sorted(EXPORTS | OTHERS), person["email"], person["password"]])
    done = subprocess.run(
        [sys.executable, "-c", WALK, str(instance), told],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["start"] == []
    assert found["pages"] == []
    named = {"lxml", "pikepdf", "reportlab"}
    assert named <= set(found["exports"]), "the names in the list are true"
