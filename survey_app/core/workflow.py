"""The life of a submission: who may do what in which state. One table, used by every room."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class State(StrEnum):
    """Where a submission is. Approved is final: a correction is a new submission."""

    DRAFT = "draft"
    AWAITING_APPROVAL = "awaiting_approval"
    APPROVED = "approved"
    HANDED_IN = "handed_in"
    ARCHIVED = "archived"


class ContributionState(StrEnum):
    """Where what a unit was asked for is, in the life of its own: a contribution, whose submission
    stays a draft for good, or the answer in a round, whose submission does until it is closed."""

    ASKED = "asked"
    HANDED_OVER = "handed_over"
    RECALLED = "recalled"


class Role(StrEnum):
    """What a person is to one unit."""

    STRATEGIST = "strategist"
    APPROVER = "approver"
    ARCHIVIST = "archivist"
    ADMINISTRATOR = "administrator"


class Action(StrEnum):
    """What a person does to a submission."""

    READ = "read"
    WRITE = "write"
    COMMENT = "comment"
    SEND = "send"
    WITHDRAW = "withdraw"
    RETURN = "return"
    ENDORSE = "endorse"
    APPROVE = "approve"
    HAND_IN = "hand_in"
    ARCHIVE = "archive"
    CORRECT = "correct"
    EXTEND = "extend"
    COMPLETE = "complete"
    GIVE_OUT = "give_out"
    REGISTER = "register"
    WEED = "weed"
    ASK = "ask"
    HAND_OVER = "hand_over"
    SEND_BACK = "send_back"
    RECALL = "recall"


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may, from which states, and what the submission becomes (None: as it was).

    delegated  needs a delegation that is valid on the day, too
    """

    roles: frozenset[Role]
    states: frozenset[State]
    becomes: State | None = None
    delegated: bool = False


def _rule(
    roles: set[Role], states: set[State], becomes: State | None = None, *, delegated: bool = False
) -> Rule:
    return Rule(frozenset(roles), frozenset(states), becomes, delegated)


_READERS = {Role.STRATEGIST, Role.APPROVER, Role.ARCHIVIST}
_BEFORE_HANDING_IN = {State.DRAFT, State.AWAITING_APPROVAL, State.APPROVED}
_FINAL = {State.APPROVED, State.HANDED_IN, State.ARCHIVED}

RULES: dict[Action, Rule] = {
    Action.READ: _rule(_READERS, set(State)),
    Action.WRITE: _rule({Role.STRATEGIST}, {State.DRAFT}),
    Action.COMMENT: _rule({Role.STRATEGIST, Role.APPROVER}, _BEFORE_HANDING_IN),
    Action.SEND: _rule({Role.STRATEGIST}, {State.DRAFT}, State.AWAITING_APPROVAL),
    Action.WITHDRAW: _rule({Role.STRATEGIST}, {State.AWAITING_APPROVAL}, State.DRAFT),
    Action.RETURN: _rule({Role.APPROVER}, {State.AWAITING_APPROVAL}, State.DRAFT, delegated=True),
    Action.ENDORSE: _rule(
        {Role.APPROVER}, {State.AWAITING_APPROVAL}, State.AWAITING_APPROVAL, delegated=True
    ),
    Action.APPROVE: _rule(
        {Role.APPROVER}, {State.AWAITING_APPROVAL}, State.APPROVED, delegated=True
    ),
    Action.HAND_IN: _rule({Role.STRATEGIST}, {State.APPROVED}, State.HANDED_IN),
    Action.ARCHIVE: _rule({Role.ARCHIVIST}, {State.HANDED_IN}, State.ARCHIVED),
    Action.CORRECT: _rule({Role.STRATEGIST}, _FINAL),
    Action.EXTEND: _rule({Role.STRATEGIST, Role.ARCHIVIST}, _BEFORE_HANDING_IN),
    Action.COMPLETE: _rule({Role.STRATEGIST}, {State.HANDED_IN, State.ARCHIVED}),
    Action.GIVE_OUT: _rule({Role.ARCHIVIST}, _FINAL),
    Action.REGISTER: _rule({Role.STRATEGIST, Role.ARCHIVIST}, set(State)),
    Action.WEED: _rule({Role.ARCHIVIST}, {State.HANDED_IN, State.ARCHIVED}),
    Action.ASK: _rule({Role.STRATEGIST}, {State.DRAFT}),
}


@dataclass(frozen=True, slots=True)
class ContributionRule:
    """Who may do what to a contribution or an answer in a round, and what it becomes (None: as it
    was).

    asked    states in which those of the unit that was asked may who have one of ``own`` there
    asking   states in which those of the unit that asked may who have one of ``roles`` there
    settled  also once the main submission is approved, or the round closed; else only while
             it can still change
    """

    asked: frozenset[ContributionState] = frozenset()
    asking: frozenset[ContributionState] = frozenset()
    roles: frozenset[Role] = frozenset({Role.STRATEGIST})
    becomes: ContributionState | None = None
    settled: bool = False
    own: frozenset[Role] = frozenset({Role.STRATEGIST})


_ASKED = frozenset({ContributionState.ASKED})
_HANDED_OVER = frozenset({ContributionState.HANDED_OVER})

CONTRIBUTION_RULES: dict[Action, ContributionRule] = {
    # A draft is nobody's business but the unit's own; what was handed over stands still.
    Action.READ: ContributionRule(
        frozenset(ContributionState), _HANDED_OVER, frozenset(_READERS), settled=True
    ),
    Action.WRITE: ContributionRule(asked=_ASKED),
    Action.HAND_OVER: ContributionRule(asked=_ASKED, becomes=ContributionState.HANDED_OVER),
    Action.SEND_BACK: ContributionRule(asking=_HANDED_OVER, becomes=ContributionState.ASKED),
    Action.RECALL: ContributionRule(asking=_ASKED, becomes=ContributionState.RECALLED),
}
"""What can be done to a contribution; whatever is not named here cannot."""

ROUND_RULES: dict[Action, ContributionRule] = {
    Action.READ: ContributionRule(
        frozenset(ContributionState), _HANDED_OVER, frozenset(_READERS),
        settled=True, own=frozenset(_READERS),
    ),
    Action.WRITE: ContributionRule(asked=_ASKED),
    Action.COMMENT: ContributionRule(asked=_ASKED),
    Action.ASK: ContributionRule(asked=_ASKED),
    Action.HAND_OVER: CONTRIBUTION_RULES[Action.HAND_OVER],
    Action.SEND_BACK: CONTRIBUTION_RULES[Action.SEND_BACK],
    Action.RECALL: CONTRIBUTION_RULES[Action.RECALL],
}  # fmt: skip
"""The same for what a unit answers in a round; once it is a record, ``RULES`` say what those of
the unit that asked may do with it."""

_WITH_RECORDS = (Action.ARCHIVE, Action.GIVE_OUT, Action.WEED)

Refusal = Literal["not_your_role", "wrong_state"]


def refusal(action: Action, roles: Collection[Role], state: State) -> Refusal | None:
    """Why somebody with these roles in the unit may not, or None. Delegations come on top."""
    rule = RULES.get(action)
    if rule is None or not rule.roles.intersection(roles):
        return "not_your_role"
    if state not in rule.states:
        return "wrong_state"
    return None


def contribution_refusal(
    action: Action,
    asked: Collection[Role],
    asking: Collection[Role],
    state: ContributionState,
    main: State,
) -> Refusal | None:
    """Why somebody may not do it to a contribution, or None.

    asked, asking  the roles in the unit that was asked, and in the one that asked
    main           the state of the submission that it contributes to
    """
    return _refusal_of(CONTRIBUTION_RULES.get(action), asked, asking, state, main)


def round_refusal(
    action: Action,
    asked: Collection[Role],
    asking: Collection[Role],
    state: ContributionState,
    main: State,
    submission: State,
) -> Refusal | None:
    """The same for what a unit answers in a round.

    main        approved once the round is closed, a draft before
    submission  the state of the submission in which the unit answers
    """
    if action in _WITH_RECORDS:
        return refusal(action, asking, submission)
    return _refusal_of(ROUND_RULES.get(action), asked, asking, state, main)


def _refusal_of(
    rule: ContributionRule | None,
    asked: Collection[Role],
    asking: Collection[Role],
    state: ContributionState,
    main: State,
) -> Refusal | None:
    if rule is None:
        return "not_your_role"
    states: set[ContributionState] = set()
    if rule.own.intersection(asked):
        states |= rule.asked
    if rule.roles.intersection(asking):
        states |= rule.asking
    if not states:
        return "not_your_role"
    if state not in states or (main in _FINAL and not rule.settled):
        return "wrong_state"
    return None
