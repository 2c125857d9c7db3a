"""Code with a defect a line, for the scanners that read code. It is text: nobody can import it."""

from __future__ import annotations

import re
from pathlib import Path

CODE = Path(__file__).parent / "code"
_PLANTED = re.compile(r"planted: ([a-z0-9-]+)", re.IGNORECASE)


def lay_out(folder: Path) -> dict[tuple[str, int], str]:
    """Write the planted files into a folder, under names that scanners read.

    Returns what must be found: file and line → rule.
    """
    folder.mkdir()
    wanted = {}
    for source in sorted(CODE.glob("planted.*.txt")):
        text = source.read_text(encoding="utf-8")
        (folder / source.stem).write_text(text, encoding="utf-8")
        for number, line in enumerate(text.splitlines(), start=1):
            if found := _PLANTED.search(line):
                wanted[source.stem, number] = found[1]
    return wanted
