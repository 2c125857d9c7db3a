"""What scanners find and we keep, each with why. One that nothing finds any longer is an error."""

from __future__ import annotations

from dataclasses import dataclass

from tests.scan.outcome import Finding, Outcome


@dataclass(frozen=True)
class Kept:
    """A finding that is none: by tool, sort, place and a part of its code; and why."""

    tool: str
    what: str
    where: str
    why: str
    code: str = ""

    def covers(self, tool: str, finding: Finding) -> bool:
        """Whether a finding is this one."""
        return (
            tool == self.tool
            and self.what in finding.what
            and self.where in finding.where
            and self.code in finding.code
        )


_SHAPES = "to_svg escapes every text and writes nothing but shapes of ours"
_NAME = "a name of ours; SQL cannot bind names"
_NUMBER = "a number of ours; a PRAGMA takes no bound value"
KEPT = (
    Kept("bandit", "B608", "store/snapshot.py", "a table's name cannot be bound; it is quoted",
         "SELECT count(*)"),
    Kept("bandit", "B704", "web/charts.py", _SHAPES, "to_svg("),
    Kept("bandit", "B704", "web/report_view.py", _SHAPES, "to_svg("),
    Kept("bandit", "B704", "web/pages/factor.py", _SHAPES, "to_svg("),
    Kept("bandit", "B704", "web/drawing.py", "joins what macros have escaped", '"".join(drawn)'),
    Kept("bandit", "B704", "web/mask_form.py", "the text is escaped first, then marked",
         "str(escape(text))"),
    Kept("semgrep", "markup-of-text", "web/charts.py", _SHAPES, "to_svg("),
    Kept("semgrep", "markup-of-text", "web/report_view.py", _SHAPES, "to_svg("),
    Kept("semgrep", "markup-of-text", "web/pages/factor.py", _SHAPES, "to_svg("),
    Kept("semgrep", "markup-of-text", "web/drawing.py", "joins what macros have escaped",
         '"".join(drawn)'),
    Kept("semgrep", "markup-of-text", "web/mask_form.py", "the text is escaped first, then marked",
         "str(escape(text))"),
    Kept("semgrep", "unescaped-in-template", "surveys/_result.html", _SHAPES, "q.chart|safe"),
    Kept("semgrep", "unescaped-in-template", "surveys/show.html", _SHAPES, "link.code|safe"),
    Kept("semgrep", "unescaped-in-template", "board_decisions/_decision.html",
         "a constant of the template", "' lang=\"sv\"'|safe"),
    Kept("semgrep", "sql-by-string", "store/copying.py", _NAME, "CREATE TABLE {UNFINISHED}"),
    Kept("semgrep", "sql-by-string", "store/copying.py", _NAME, "DROP TABLE {UNFINISHED}"),
    Kept("semgrep", "sql-by-string", "store/engine.py", _NAME, "PRAGMA journal_mode = {mode}"),
    Kept("semgrep", "sql-by-string", "store/engine.py", _NAME, "SET LOCAL {name} = 0"),
    Kept("semgrep", "sql-by-string", "store/engine.py", _NAME, "VACUUM {"),
    Kept("semgrep", "sql-by-string", "store/engine.py", _NUMBER,
         "PRAGMA busy_timeout = {_PATIENCE_TO_FORGET}"),
    Kept("semgrep", "sql-by-string", "store/engine.py", _NUMBER,
         "PRAGMA busy_timeout = {_PATIENCE * 1000}"),
    Kept("semgrep", "upload-past-the-door", "services/demo.py", "the demo's own files"),
    Kept("semgrep", "file-named-by-asker", "services/backups/reading.py",
         "the last part of a name, for a message; no file is opened by it", ".name"),
    Kept("semgrep", "redirect-where-asked", "pages/oidc.py",
         "the goal passed safe_path() before it was kept, or is url_for()'s", "flow.goal"),
    Kept("semgrep", "redirect-where-asked", "pages/version.py",
         "the address is url_for()'s; behind it stands the number of a row", "redirect("),
    Kept("semgrep", "html-by-script", "static/entries.js",
         "the page's own empty entry again, as the server escaped it; ids are ours",
         "made.innerHTML = blanks.get(question)"),
    Kept("wapiti", "Secure Flag cookie", "GET /",
         "the demo is served without HTTPS; with it the cookie is Secure, tests/test_headers.py"),
)  # fmt: skip


def sort_out(outcome: Outcome, *, whole: bool = True) -> None:
    """Move what is kept on purpose out of the findings.

    whole  the tool has looked at everything, so that a kept one that it did not find is stale
    """
    met = set()
    left = []
    for finding in outcome.findings:
        kept = next((item for item in KEPT if item.covers(outcome.tool, finding)), None)
        if kept is None:
            left.append(finding)
        else:
            met.add(kept)
            outcome.kept.append((finding, kept.why))
    outcome.findings = left
    stale = [item for item in KEPT if item.tool == outcome.tool and item not in met]
    if whole:
        outcome.findings += [
            Finding(f"stale exception {item.what}", item.where, "take it out of tests/scan/kept.py")
            for item in stale
        ]
    outcome.measured["kept on purpose"] = len(outcome.kept)
