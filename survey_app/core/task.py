"""The work on one question: how far it is, by its answer and by what people said of it.

Nobody says that a question is not begun, or a draft: that follows from whether there is an answer.
People say that it is ready to be looked at, and that it is done. What they said holds for the
answer as it was then:

- An answer that is changed after *done* is a draft again, seen by all: whoever said *done* has not
  read what stands there now. So a mark names the version it was set upon, and saving an answer
  need know nothing of marks.
- *Ready* survives a change. It asks somebody to look, and they will look at what is there then.
- A question that the approver sent back after either is a draft again.
"""

from __future__ import annotations

import datetime
from enum import StrEnum
from typing import NamedTuple


class TaskState(StrEnum):
    """How far the work on a question is."""

    NOT_STARTED = "not_started"
    DRAFT = "draft"
    READY = "ready"
    DONE = "done"


class Marked(NamedTuple):
    """What somebody said of a question, when, and of which version of its answer (0: of none)."""

    state: TaskState
    version: int
    at: datetime.datetime


class Fallen(StrEnum):
    """Why a mark holds no longer."""

    CHANGED = "changed"
    RETURNED = "returned"


def judge_task(
    marked: Marked | None,
    *,
    answered: bool,
    version: int,
    returned: datetime.datetime | None = None,
) -> tuple[TaskState, Fallen | None]:
    """How far a question is, and why not as far as was said.

    answered  whether there is an answer, or a reason for none
    version   of the answer now
    returned  when the approver sent the question back, if it still is
    """
    without = TaskState.DRAFT if answered else TaskState.NOT_STARTED
    if marked is None:
        return without, None
    if returned is not None and marked.at <= returned:
        return without, Fallen.RETURNED
    if marked.state == TaskState.DONE and marked.version != version:
        return without, Fallen.CHANGED
    if marked.state == TaskState.READY and not answered and marked.version != version:
        return without, Fallen.CHANGED
    return marked.state, None
