"""The judges: veraPDF for PDF files, commons-ip for E-ARK packages, bagit for bags.

They come from Maven Central by ``.ci/judges/pom.xml``; a little Java beside it asks them. By hand:
``python -m tests.conformance.judges 2a,3a,ua1 FILE…`` (or ``sip FILE…``, ``bag FOLDER…``).
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
SOURCES = ROOT / ".ci" / "judges"
PLACE = ROOT / ".venv" / "judges"
PDF_RULES = ("2a", "3a", "ua1")


@dataclass(frozen=True)
class Verdict:
    """What a judge says of one file by one set of rules."""

    file: str
    rules: str
    passed: bool
    findings: list[dict[str, Any]]

    def __str__(self) -> str:
        head = f"{self.file} · {self.rules}: {'passed' if self.passed else 'FAILED'}"
        lines = [
            f"  {found['rule']} ×{found['times']}: {found['message']} [{found['where']}]"
            for found in self.findings
        ]
        return "\n".join([head, *lines])


def judge(asked: list[tuple[str, Path]]) -> list[Verdict]:
    """Ask about pairs of rules and path: one verdict each, in the same order."""
    asked = [(rules, path.resolve()) for rules, path in asked]
    verdicts: dict[tuple[str, str], Verdict] = {}
    for main in ("PdfJudge", "PackageJudge"):
        of_pdf = main == "PdfJudge"
        lines = [f"{rules}\t{path}\n" for rules, path in asked if (rules in PDF_RULES) == of_pdf]
        for verdict in _ask(main, lines) if lines else []:
            verdicts[verdict.rules, verdict.file] = verdict
    return [verdicts[rules, str(path)] for rules, path in asked]


def _ask(main: str, lines: list[str]) -> list[Verdict]:
    prepare()
    classpath = os.pathsep.join((f"{PLACE / 'lib'}/*", str(PLACE / "classes")))
    command = ["java", "-Xmx2g", "-Xss16m", "-Dfile.encoding=UTF-8", "-cp", classpath, main]
    # commons-ip leaves a log where it stands, and unpacks into the folder for temporary files.
    with tempfile.TemporaryDirectory(prefix="judge") as folder:
        command[1:1] = [f"-Djava.io.tmpdir={folder}"]
        reply = subprocess.run(
            command, input="".join(lines), capture_output=True, encoding="utf-8", cwd=folder
        )
    if reply.returncode:
        raise RuntimeError(f"{main} failed:\n{reply.stderr[-3000:]}")
    return [Verdict(**json.loads(line)) for line in reply.stdout.splitlines()]


def prepare() -> None:
    """Fetch the judges and compile what asks them, once for each state of the sources."""
    sources = sorted(SOURCES.glob("*.java"))
    pom = SOURCES / "pom.xml"
    state = hashlib.sha256(b"".join(path.read_bytes() for path in [pom, *sources])).hexdigest()
    stamp = PLACE / "stamp"
    if stamp.exists() and stamp.read_text() == state:
        return
    PLACE.mkdir(parents=True, exist_ok=True)
    fetch = ["dependency:copy-dependencies", f"-DoutputDirectory={PLACE / 'lib'}"]
    _run(["mvn", "-B", "-q", "-f", str(pom), *fetch])
    classes = ["-d", str(PLACE / "classes"), *map(str, sources)]
    _run(["javac", "-proc:none", "-encoding", "UTF-8", "-cp", f"{PLACE / 'lib'}/*", *classes])
    stamp.write_text(state)


def _run(command: list[str]) -> None:
    reply = subprocess.run(command, capture_output=True, text=True)
    if reply.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{(reply.stdout + reply.stderr)[-3000:]}")


if __name__ == "__main__":
    found = judge(
        [(rules, Path(name)) for rules in sys.argv[1].split(",") for name in sys.argv[2:]]
    )
    print("\n".join(map(str, found)))
    sys.exit(not all(verdict.passed for verdict in found))
