"""semgrep with the rules of the house, `.ci/semgrep.yml`: no rule and no word from the network."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

from tests.scan.environments import ROOT, environment_of
from tests.scan.kept import sort_out
from tests.scan.outcome import Bounds, Finding, Outcome
from tests.scan.planted_code import lay_out

TOOL = "semgrep"
RULES = ROOT / ".ci" / "semgrep.yml"
Place = tuple[str, int]


def rules() -> list[str]:
    """The names of the rules."""
    return re.findall(r"^  - id: (\S+)$", RULES.read_text(encoding="utf-8"), re.MULTILINE)


def scan(bounds: Bounds) -> Outcome:
    """Read the planted code, then the product's, its templates, scripts and migrations."""
    outcome = Outcome(TOOL)
    folder = bounds.folder / "semgrep-planted"
    wanted = lay_out(folder)
    found = _run(bounds, folder, ["."])["results"]
    seen = {(Path(item["path"]).name, item["start"]["line"], _rule(item)) for item in found}
    outcome.planted = {rule: _sees(rule, wanted, seen) for rule in rules()}
    report = _run(bounds, ROOT, ["survey_app", "migrations"])
    outcome.measured = {
        "rules": len(rules()),
        "files read": len(report["paths"]["scanned"]),
        "not understood": len(report["errors"]),
    }
    outcome.findings = [_finding(item) for item in report["results"]]
    sort_out(outcome)
    return outcome


def _sees(rule: str, wanted: dict[Place, str], seen: set[tuple[str, int, str]]) -> bool:
    """Whether a rule finds exactly its planted lines: none missed, none besides."""
    planted = {place for place, name in wanted.items() if name == rule}
    return bool(planted) and planted == {(file, line) for file, line, name in seen if name == rule}


def _run(bounds: Bounds, folder: Path, targets: list[str]) -> dict[str, Any]:
    home = bounds.folder / "semgrep-home"
    home.mkdir(exist_ok=True)
    command = ["semgrep", "scan", "--metrics=off", "--disable-version-check", "--oss-only",
               "--no-git-ignore", "--config", str(RULES), "--json", "--quiet", "--jobs", "1",
               *targets]  # fmt: skip
    done = subprocess.run(
        command, cwd=folder, env=environment_of(TOOL, home), capture_output=True, text=True
    )
    try:
        report: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        raise RuntimeError(f"semgrep: {done.stdout[-500:]} {done.stderr[-2000:]}") from None
    broken = [item for item in report["errors"] if item.get("level") == "error"]
    if broken:
        raise RuntimeError(f"semgrep could not read everything: {broken[:3]}")
    return report


def _rule(item: dict[str, Any]) -> str:
    return str(item["check_id"]).rpartition(".")[2]


def _finding(item: dict[str, Any]) -> Finding:
    line = item["start"]["line"]
    file = ROOT / item["path"]
    code = file.read_text(encoding="utf-8").splitlines()[line - 1].strip()
    return Finding(
        f"high {_rule(item)}", f"{item['path']}:{line}",
        f"{item['extra']['message'].strip()} Or keep it in tests/scan/kept.py with why.", code,
    )  # fmt: skip
