"""The table of what was measured under load, and of a machine's life, for SECURITY.md."""

from __future__ import annotations

from typing import Any

NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
_HEAD = ("| database | saves | acknowledged | median | 95th | 99th | longest | memory after 2 min, "
         "in the end | slope of the second half | "
         "measured |\n|---|---|---|---|---|---|---|---|---|---|")  # fmt: skip


def table(figures: dict[str, dict[str, Any]]) -> str:
    """What was measured, in Markdown; ``not run`` where nothing was."""
    rows = [_row(kind, figures.get(f"load {kind}")) for kind in NAMES]
    return "\n".join([_HEAD, *rows, "", _life(figures.get("life"))])


def _row(kind: str, kept: dict[str, Any] | None) -> str:
    if kept is None:
        return f"| {NAMES[kind]} | not run |  |  |  |  |  |  |  |  |"
    verdict = "" if kept["holds"] else "**FAILED** "
    grows = "not seen" if kept["grows"] is None else f"{kept['grows']:+.1f} MB in 10 min"
    cells = [
        NAMES[kind],
        f"{verdict}{kept['saves']:,} in {kept['seconds']} s",
        f"{kept['acknowledged']:,}, {kept['missing']} missing",
        *(f"{kept[name]:.0f} ms" for name in ("median", "p95", "p99", "longest")),
        f"{kept['warm']:.0f}, {kept['memory']:.0f} MB",
        grows,
        f"{kept['day']} at {kept['revision']}, {kept['machine']}",
    ]
    return f"| {' | '.join(cells)} |"


def _life(kept: dict[str, Any] | None) -> str:
    if kept is None:
        return "A machine's life: not run."
    steps = "; ".join(f"{name} {seconds:.0f} s" for name, seconds in kept["steps"].items())
    verdict = "" if kept["holds"] else "**FAILED**, "
    return (f"A machine's life: {verdict}{kept['seconds']:.0f} s ({steps}; {kept['day']} at "
            f"{kept['revision']}, {kept['machine']}).")  # fmt: skip
