"""A form with a question of every kind that can be taken together, for rounds."""

from __future__ import annotations

from typing import Any

FORM: dict[str, Any] = {
    "id": "prov", "version": "1.0.0", "title": "Prov", "authority": {"name": "Regionen"},
    "period": "2025", "settled_by": "writer", "unanswered": "allow",
    "sections": [{"id": "a", "title": "A", "questions": [
        {"id": "val", "kind": "single", "text": "Val", "options": [
            {"id": "ja", "text": "Ja"}, {"id": "nej", "text": "Nej"}, {"id": "vet", "text": "Vet"},
        ]},
        {"id": "flera", "kind": "multiple", "text": "Flera", "options": [
            {"id": "a", "text": "A"}, {"id": "b", "text": "B"}]},
        {"id": "rader", "kind": "matrix", "text": "Rader", "every_row": False,
         "rows": [{"id": "r1", "text": "Ett"}, {"id": "r2", "text": "Två"}],
         "options": [{"id": "ja", "text": "Ja"}, {"id": "nej", "text": "Nej"}]},
        {"id": "varfor", "kind": "text", "text": "Varför inte?",
         "shown_when": {"all": [{"question": "val", "answer": "nej"}]}},
        {"id": "text", "kind": "text", "text": "Berätta",
         "cannot_be_stated": "Kan inte berättas"},
        {"id": "antal", "kind": "integer", "text": "Antal"},
        {"id": "processer", "kind": "list", "text": "Processer", "entry": "Process", "fields": [
            {"id": "namn", "kind": "text", "text": "Namn"},
            {"id": "medverkan", "kind": "single", "text": "Medverkan", "options": [
                {"id": "ja", "text": "Ja"}, {"id": "nej", "text": "Nej"}]},
            {"id": "timmar", "kind": "integer", "text": "Timmar"}]},
        {"id": "andel", "kind": "computed", "text": "Andel", "operation": "share",
         "shown_as": "percent", "of": [
            {"question": "processer", "where": {"field": "medverkan", "answer": "ja"}},
            {"question": "processer", "field": "medverkan"}]},
        {"id": "tal", "kind": "table", "text": "Tal",
         "columns": [{"id": "c1", "text": "C1"},
                     {"id": "c2", "text": "C2", "number_kind": "percent"}],
         "rows": [{"id": "r1", "text": "R1"}, {"id": "r2", "text": "R2"}],
         "totals": [{"id": "alla", "axis": "row", "text": "Alla", "typed": True}]},
    ]}],
}  # fmt: skip
