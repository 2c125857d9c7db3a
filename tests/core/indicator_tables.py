"""Two tables of a printed report as they stand there, line by line; an empty cell is missing."""

from __future__ import annotations

from typing import Any

UNITS = ("falkenberg", "halmstad", "hylte", "kungsbacka", "laholm", "varberg")
MONTHS = ("2024-12", *(f"2025-{month:02}" for month in range(1, 13)))

ADMITTED = """
632	21	1220	74	172	5	839	28	429	4			3292	132
625	25	1237	74	174	3	834	17	420	3			3290	122
626	36	1234	75	169	9	858	20	412	1			3259	141
624	56	1252	89	179	10	860	30	410	8			3325	193
629	35	1192	92	175	12	864	32	422	11			3282	182
622	30	1158	43	171	6	847	20	429	2			3227	101
619	47	1171	47	172	4	857	24	426	7			3245	129
637	49	1136	46	173	9	845	9	435	3			3226	116
636	34	1129	45	173	19	841	16	441	5			3220	119
642	65	1121	53	173	5	848	29	435	4			3219	157
643	51	1112	49	162	4	879	27	425	4	826	25	4047	160
633	45	1098	63	163	5	875	27	425	8	824	33	4018	181
634	41	1115	59	165	9	871	22	421	5	838	41	4044	177
8202	535	15175	809	2221	101	11118	301	5530	65	2488	99	44734	1910
"""
AGED = """
312	711	96	529	268		1916
307	730	101	523	262		1923
308	727	97	543	264		1939
340	735	103	546	266		1990
339	713	105	508	264		1929
324	693	102	506	263		1888
336	697	100	510	268		1911
345	672	98	510	267		1892
345	672	94	515	267		1893
354	676	92	522	262		1906
356	665	85	538	262	486	2392
349	659	82	541	260	473	2364
348	676	79	533	259	489	2384
"""

_ROWS = [{"id": month, "text": month, "period": month} for month in MONTHS]
_SUMS = {
    "inskrivna": [f"{unit}-inskrivna" for unit in UNITS],
    "enstaka": [f"{unit}-enstaka" for unit in UNITS],
}
ADMITTED_SPEC: dict[str, Any] = {
    "kind": "table",
    "columns": [
        {"id": f"{unit}-{what}", "text": what.title(), "group": unit.title()}
        for unit in UNITS
        for what in ("inskrivna", "enstaka")
    ],
    "rows": _ROWS,
    "totals": [
        {"id": "totalt", "axis": "column", "text": "Totalt", "typed": True,
         "of": _SUMS["inskrivna"]},
        {"id": "enstaka", "axis": "column", "text": "Enstaka", "typed": True,
         "of": _SUMS["enstaka"]},
        {"id": "summa", "axis": "row", "text": "Totalt", "typed": True},
    ],
}  # fmt: skip
AGED_SPEC: dict[str, Any] = {
    "kind": "table",
    "columns": [{"id": unit, "text": unit.title()} for unit in UNITS],
    "rows": _ROWS,
    "totals": [{"id": "totalt", "axis": "column", "text": "Totalt", "typed": True}],
}


def cells_of(spec: dict[str, Any], text: str) -> dict[str, dict[str, int | None]]:
    """The cells of a printed table, for ``parse``; what is empty is stated missing."""
    columns = [item["id"] for item in spec["columns"]]
    columns += [item["id"] for item in spec["totals"] if item["axis"] == "column"]
    rows = [item["id"] for item in spec["rows"]]
    rows += [item["id"] for item in spec["totals"] if item["axis"] == "row"]
    lines = [line.split("\t") for line in text.strip("\n").splitlines()]
    return {
        row: {
            column: int(cell) if cell else None for column, cell in zip(columns, line, strict=True)
        }
        for row, line in zip(rows, lines, strict=True)
    }
