"""The record: the frozen content of an approved submission, with its approval.

The approval names the hash of the content, not of itself; the record's own hash covers both.
"""

from __future__ import annotations

from typing import Any

from survey_app.core.content import Content, canonical_json, sha256_of

FORMAT = "redogor/record/1"
Record = dict[str, Any]


class BrokenRecord(ValueError):
    """A document that is no record, or whose parts contradict each other."""


def build_record(content: Content, approval: dict[str, Any]) -> Record:
    """The record of an approved submission.

    approval  ``approved_at`` (ISO time with zone), ``approver`` (name, title, email),
              ``delegation`` (decision, valid_from, valid_to), ``own_work_reason`` (text or
              None), ``fields`` (what the approver filled in, by question id); where somebody
              stood in, ``stands_in_for`` (name, title, decision, valid_from, valid_to); where
              there were several steps, ``earlier_steps``: of each its number, the same facts and
              the hash of the content as it was shown then; ``identified``: how the person showed
              who they are (``by``, ``at``, perhaps ``issuer`` and ``acr``); where a unit handed it
              over in a round, and nobody approved it, ``basis`` (``handed_over``), without
              delegation
    """
    return {
        "format": FORMAT,
        "content": content,
        "approval": {**approval, "content_sha256": sha256_of(content)},
    }


def check_record(record: Any) -> Record:
    """The same record, if it is one and its approval names its content; else BrokenRecord."""
    if not isinstance(record, dict) or record.get("format") != FORMAT:
        raise BrokenRecord("not_a_record")
    approval, content = record.get("approval"), record.get("content")
    if not isinstance(approval, dict) or not isinstance(content, dict):
        raise BrokenRecord("not_a_record")
    if approval.get("content_sha256") != sha256_of(content):
        raise BrokenRecord("content_changed")
    for number, step in enumerate(approval.get("earlier_steps") or (), start=1):
        if step.get("content_sha256") != approval["content_sha256"] or step.get("step") != number:
            raise BrokenRecord("step_of_other_content")
    return record


__all__ = ["BrokenRecord", "Record", "build_record", "canonical_json", "check_record", "sha256_of"]
