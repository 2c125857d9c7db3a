"""A short form: four questions, one of them a follow-up, and an attestation; and one for rounds."""

from __future__ import annotations

from typing import Any

QUESTIONNAIRE: dict[str, Any] = {
    "id": "prov-2025",
    "version": "1.0.0",
    "title": "Prov",
    "authority": {"name": "Myndigheten", "reference": "Dnr 1"},
    "period": "2025",
    "unanswered": "allow",
    "sections": [
        {
            "id": "a",
            "title": "Avsnitt A",
            "questions": [
                {"id": "1", "number": "1", "kind": "text", "text": "Beskriv", "max_characters": 40,
                 "required": True},
                {"id": "2", "number": "2", "kind": "single", "text": "Finns underlag?",
                 "options": [{"id": "ja", "text": "Ja"}, {"id": "nej", "text": "Nej"}]},
                {"id": "2a", "number": "2a", "kind": "attachment", "text": "Underlag",
                 "shown_when": {"all": [{"question": "2", "operator": "=", "answer": "ja"}]}},
                {"id": "3", "number": "3", "kind": "text", "text": "Övrigt"},
            ],
        },
        {
            "id": "b",
            "title": "Godkännande",
            "questions": [
                {"id": "intyg", "kind": "attestation", "text": "Intygande", "required": True,
                 "statement": "Jag intygar", "label": "Ja", "filled_by": "approver"},
            ],
        },
    ],
}  # fmt: skip

TABLE: dict[str, Any] = {
    "id": "tabell", "kind": "table", "text": "Antal",
    "columns": [{"id": "a", "text": "A"}, {"id": "b", "text": "B"}],
    "rows": [{"id": "ett", "text": "Ett"}, {"id": "tva", "text": "Två"}],
}  # fmt: skip
"""A question that the short form does not have."""

_FIRST, *_OTHERS = QUESTIONNAIRE["sections"]
WITH_TABLE: dict[str, Any] = {
    **QUESTIONNAIRE,
    "sections": [{**_FIRST, "questions": [*_FIRST["questions"], TABLE]}, *_OTHERS],
}

ROUND_FORM: dict[str, Any] = {
    "id": "kort-2025",
    "version": "1.0.0",
    "title": "Kort uppföljning",
    "authority": {"name": "Regionen"},
    "period": "2025",
    "unanswered": "explain",
    "settled_by": "writer",
    "sections": [
        {
            "id": "a",
            "title": "Medverkan",
            "questions": [
                {"id": "exempel", "kind": "text", "text": "Ge ett exempel", "max_characters": 200},
                {"id": "niva", "kind": "single", "text": "Nivå",
                 "options": [{"id": "dialog", "text": "Dialog"},
                             {"id": "inflytande", "text": "Inflytande"}]},
                {"id": "varfor", "kind": "text", "text": "Varför inflytande?",
                 "shown_when": {"all": [{"question": "niva", "answer": "inflytande"}]}},
                {"id": "antal", "kind": "integer", "text": "Antal processer"},
            ],
        },
    ],
}  # fmt: skip
"""What units answer in a round: nobody approves it."""
