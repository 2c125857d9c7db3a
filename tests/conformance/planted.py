"""Defects planted in good files. A judge that misses one has failed, whatever else it says."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from survey_app.export.pdf.drawing import render
from survey_app.export.record_pdf import record_pdf
from survey_app.export.verification.look import verify_package
from tests.conformance import documents, specimens
from tests.conformance.checks import Outcome, qpdf
from tests.conformance.defects import (
    BAG_DEFECTS,
    PACKAGE_DEFECTS,
    PDF_DEFECTS,
    TABLE_DEFECTS,
    Defect,
)
from tests.conformance.judges import judge
from tests.conformance.reading import answers_missing, order_differs
from tests.export import samples


class Judged(NamedTuple):
    """Whether a judge was content, and the rules or words it found fault by."""

    passed: bool
    faults: list[str]


def in_pdfs(folder: Path) -> Iterator[Outcome]:
    """Defects of PDF files: each judge is content with the good file, and finds what was spoilt."""
    picture = render(specimens.with_figure())
    yield from _planted(folder / "planted", "figure.pdf", picture, PDF_DEFECTS)
    table = record_pdf(samples.record())
    yield from _planted(folder / "planted", "table.pdf", table, TABLE_DEFECTS)


def in_packages(folder: Path) -> Iterator[Outcome]:
    """Defects of E-ARK packages."""
    yield from _planted(folder / "planted", "package.zip", samples.package(), PACKAGE_DEFECTS)


def in_bags(folder: Path) -> Iterator[Outcome]:
    """Defects of bags."""
    (bag,) = documents.bags(folder)
    yield from _planted(folder / "planted", "bag.zip", bag.data, BAG_DEFECTS)


def in_words() -> Iterator[Outcome]:
    """A JSON that says other than its PDF: reading back must tell the two apart."""
    good, _ = samples.real("gnv-2025")
    data = record_pdf(good)
    yield Outcome("the good record", "; ".join(answers_missing(good, data)))
    entries = [entry for section in good["content"]["sections"] for entry in section["questions"]]
    chosen = next(entry for entry in entries if entry["kind"] == "multiple" and entry["value"])
    written = next(entry for entry in entries if entry["kind"] == "text" and entry["value"])
    changes: dict[str, Callable[[], None]] = {
        "an option the other way": lambda: _turn(chosen["options"][0]),
        "a word of an answer": lambda: written.update(value=f"{written['value']} ändrat"),
        "a question's text": lambda: chosen.update(text=chosen["text"][1:] + "?"),
    }
    for what, change in changes.items():
        before = copy.deepcopy((chosen, written))
        change()
        yield Outcome(what, "" if answers_missing(good, data) else "NOT FOUND")
        for entry, old in zip((chosen, written), before, strict=True):
            entry.update(old)


def _turn(option: dict[str, Any]) -> None:
    option["chosen"] = not option["chosen"]


def _planted(
    folder: Path, name: str, good: bytes, defects: tuple[Defect, ...]
) -> Iterator[Outcome]:
    """The good file is judged by every judge concerned, then each spoilt one by its own."""
    folder.mkdir(exist_ok=True)
    asked: list[tuple[str, Path]] = []
    for rules in dict.fromkeys(defect.judge for defect in defects):
        asked.append((rules, _written(folder / f"good-{rules}-{name}", good)))
    for number, defect in enumerate(defects):
        try:
            spoilt = defect.spoil(good)
        except Exception as error:
            yield Outcome(f"{defect.name} ({defect.judge})", f"could not be planted: {error!r}")
            spoilt = good
        asked.append((defect.judge, _written(folder / f"{number:02}-{name}", spoilt)))
    judged = _judged(asked)
    goods = judged[: -len(defects)]
    for (rules, path), (passed, faults) in zip(asked, goods, strict=False):
        yield Outcome(f"{path.name} ({rules})", "" if passed else f"not good: {faults[:6]}")
    for defect, (passed, faults) in zip(defects, judged[-len(defects) :], strict=True):
        hit = not defect.found or any(fault.startswith(defect.found) for fault in faults)
        missed = "" if not passed and hit else f"NOT FOUND; found was {faults[:6]}"
        yield Outcome(f"{defect.name} ({defect.judge})", missed)


def _written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def _judged(asked: list[tuple[str, Path]]) -> list[Judged]:
    """What the judges say, the Java ones asked all at once."""
    java = [(rules, _whole(rules, path)) for rules, path in asked if rules not in _OURS]
    verdicts = iter(judge(java))
    found = []
    for rules, path in asked:
        if rules in _OURS:
            found.append(_OURS[rules](path))
        else:
            verdict = next(verdicts)
            found.append(Judged(verdict.passed, [fault["rule"] for fault in verdict.findings]))
    return found


def _whole(rules: str, path: Path) -> Path:
    """A bag is judged unpacked."""
    return documents.unpack(path.read_bytes(), path.with_suffix("")) if rules == "bag" else path


def _by_qpdf(path: Path) -> Judged:
    problem = qpdf(path).problem
    return Judged(not problem, [problem])


def _by_order(path: Path) -> Judged:
    problem = order_differs(path)
    return Judged(not problem, [problem])


def _by_verify(path: Path) -> Judged:
    found = verify_package(path.read_bytes()).findings
    return Judged(not found, [finding.code for finding in found])


_OURS: dict[str, Callable[[Path], Judged]] = {
    "qpdf": _by_qpdf,
    "order": _by_order,
    "verify": _by_verify,
}
