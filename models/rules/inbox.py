"""May this person do this to this task? Judged the same way in the workflow, in the gateway and in tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from models.payloads.access import DEALER_ROLES, MANUFACTURER_ROLES, Actor, Role
from models.rules.forms import find_bad_field

CLAIM = "claim"
RELEASE = "release"
REJECT = "reject"
RETURN = "return"

NEEDS_COMMENT = frozenset({REJECT, RETURN})


class RefusalCode(StrEnum):
    TASK_NOT_FOUND = "task_not_found"
    TASK_CLOSED = "task_closed"
    CLAIMED_BY_OTHER = "claimed_by_other"
    NOT_A_CANDIDATE = "not_a_candidate"
    ACTION_NOT_OFFERED = "action_not_offered"
    COMMENT_REQUIRED = "comment_required"
    DATA_INVALID = "data_invalid"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why not. `params` fill the sentence on the screen: by, action, field."""

    code: RefusalCode
    params: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """What is known of a task when somebody asks to act on it."""

    actions: Sequence[str]
    candidates: Sequence[str]
    form: str | None = None
    claimed_by: str | None = None
    dealer: str | None = None
    closed_by: str | None = None
    closed_with: str | None = None


def principals(actor: Actor) -> tuple[str, ...]:
    """Name everything that may stand as a candidate for this person: the login, and each role in its dealer."""
    roles = (principal_of_role(role, actor.dealer) for role in actor.roles)
    return (f"user:{actor.login}", *(principal for principal in roles if principal is not None))


def principal_of_role(role: str, dealer: str | None) -> str | None:
    """Name a role as a candidate: a manufacturer's role as it is, a dealer's only together with the dealer."""
    if role in MANUFACTURER_ROLES:
        return f"role:{role}"
    if role in DEALER_ROLES or role == Role.STORE:
        return f"role:{role}@{dealer}" if dealer else None
    return None


def may_see(facts: TaskFacts, actor: Actor) -> bool:
    """Show a task to its candidates, its claimer, who did it, and ops; a dealer's people never see another dealer's."""
    if actor.dealer is not None and facts.dealer is not None and actor.dealer != facts.dealer:
        return False
    return (
        actor.login in (facts.claimed_by, facts.closed_by)
        or Role.OPS in actor.roles
        or is_candidate(facts.candidates, actor)
    )


def is_candidate(candidates: Sequence[str], actor: Actor) -> bool:
    return any(principal in candidates for principal in principals(actor))


def judge_action(facts: TaskFacts, actor: Actor, action: str, comment: str, data: Mapping[str, Any]) -> Refusal | None:
    """Accept (None) or say why not. Another dealer's task does not exist, open or closed."""
    is_theirs = is_candidate(facts.candidates, actor)
    if not is_theirs and actor.dealer is not None and actor.dealer != facts.dealer:
        return Refusal(RefusalCode.TASK_NOT_FOUND)
    if facts.closed_with is not None:
        return Refusal(RefusalCode.TASK_CLOSED, {"by": facts.closed_by or "", "action": facts.closed_with})
    if not is_theirs:
        return Refusal(RefusalCode.NOT_A_CANDIDATE)
    if facts.claimed_by not in (None, actor.login):
        return Refusal(RefusalCode.CLAIMED_BY_OTHER, {"by": str(facts.claimed_by)})
    if action in (CLAIM, RELEASE):
        return None
    return _judge_content(facts, action, comment, data)


def _judge_content(facts: TaskFacts, action: str, comment: str, data: Mapping[str, Any]) -> Refusal | None:
    if action not in facts.actions:
        return Refusal(RefusalCode.ACTION_NOT_OFFERED, {"action": action})
    if action in NEEDS_COMMENT and not comment.strip():
        return Refusal(RefusalCode.COMMENT_REQUIRED, {"action": action})
    bad_field = find_bad_field(facts.form, action, data)
    return None if bad_field is None else Refusal(RefusalCode.DATA_INVALID, {"field": bad_field})
