"""Who may do what to a task, as a table."""

from __future__ import annotations

from typing import Any

import pytest

from models.payloads.access import Actor, Role
from models.rules.forms import find_bad_field
from models.rules.inbox import Refusal, TaskFacts, judge_action, may_see, principal_of_role, principals

SALES = Actor("sales", (Role.SALES_MANAGER,))
OPS = Actor("ops", (Role.OPS,))
BUYER_A = Actor("dealer-a-buyer", (Role.DEALER_BUYER, Role.DEALER_OWNER), "A")
BUYER_B = Actor("dealer-b-buyer", (Role.DEALER_BUYER,), "B")
STORE_A = Actor("dealer-a-store", (Role.STORE,), "A", "A-1")

APPROVAL = TaskFacts(("approve", "reject", "return"), ("role:sales_manager",), "order_approval", dealer="A")
CONFIRM = TaskFacts(("complete",), ("role:dealer_buyer@A", "user:ops"), "confirm_receipt", dealer="A")


def test_a_person_stands_for_the_login_and_for_each_role_where_it_counts() -> None:
    assert principals(SALES) == ("user:sales", "role:sales_manager")
    assert principals(BUYER_A) == ("user:dealer-a-buyer", "role:dealer_buyer@A", "role:dealer_owner@A")
    assert principals(STORE_A) == ("user:dealer-a-store", "role:store@A")
    assert principal_of_role("dealer_buyer", None) is None
    assert principal_of_role("managing_director", "A") is None


@pytest.mark.parametrize(
    ("facts", "actor", "action", "comment", "data", "code"),
    [
        (APPROVAL, SALES, "approve", "", {}, None),
        (APPROVAL, SALES, "reject", "too dear", {}, None),
        (APPROVAL, SALES, "reject", "  ", {}, "comment_required"),
        (APPROVAL, SALES, "return", "", {}, "comment_required"),
        (APPROVAL, SALES, "sign", "", {}, "action_not_offered"),
        (APPROVAL, SALES, "claim", "", {}, None),
        (APPROVAL, SALES, "release", "", {}, None),
        (APPROVAL, OPS, "approve", "", {}, "not_a_candidate"),
        (APPROVAL, BUYER_A, "approve", "", {}, "not_a_candidate"),
        (APPROVAL, BUYER_B, "approve", "", {}, "task_not_found"),
        (CONFIRM, BUYER_A, "complete", "", {}, None),
        (CONFIRM, BUYER_B, "complete", "", {}, "task_not_found"),
        (CONFIRM, STORE_A, "complete", "", {}, "not_a_candidate"),
        (CONFIRM, OPS, "complete", "", {}, None),
        (CONFIRM, BUYER_A, "complete", "", {"lines": [{"line_no": 0}]}, "data_invalid"),
    ],
)
def test_an_action_is_judged(
    facts: TaskFacts, actor: Actor, action: str, comment: str, data: dict[str, Any], code: str | None
) -> None:
    refusal = judge_action(facts, actor, action, comment, data)
    assert (refusal.code if refusal else None) == code


def test_a_closed_task_tells_who_closed_it_but_not_to_another_dealer() -> None:
    closed = TaskFacts(("approve",), ("role:sales_manager",), dealer="A", closed_by="sales", closed_with="approve")
    assert judge_action(closed, OPS, "approve", "", {}) == Refusal("task_closed", {"by": "sales", "action": "approve"})  # type: ignore[arg-type]
    stranger = judge_action(closed, BUYER_B, "approve", "", {})
    assert stranger is not None
    assert stranger.code == "task_not_found"


def test_a_claim_shuts_out_the_others() -> None:
    claimed = TaskFacts(("complete",), ("role:ops", "role:sales_manager"), claimed_by="ops")
    refusal = judge_action(claimed, SALES, "claim", "", {})
    assert refusal is not None
    assert (refusal.code, refusal.params) == ("claimed_by_other", {"by": "ops"})
    assert judge_action(claimed, OPS, "complete", "", {}) is None


@pytest.mark.parametrize(
    ("facts", "actor", "is_seen"),
    [
        (APPROVAL, SALES, True),
        (APPROVAL, OPS, True),
        (APPROVAL, BUYER_A, False),
        (CONFIRM, BUYER_A, True),
        (CONFIRM, BUYER_B, False),
        (CONFIRM, SALES, False),
        (TaskFacts((), (), claimed_by="sales"), SALES, True),
        (TaskFacts((), (), closed_by="sales", closed_with="approve"), SALES, True),
        (TaskFacts((), ("user:dealer-b-buyer",), dealer="A"), BUYER_B, False),
    ],
)
def test_a_task_shows_to_whom_it_concerns(facts: TaskFacts, actor: Actor, is_seen: bool) -> None:
    assert may_see(facts, actor) is is_seen


@pytest.mark.parametrize(
    ("form", "action", "data", "bad"),
    [
        (None, "complete", {"anything": object()}, None),
        ("unheard_of", "complete", {}, None),
        ("pick_and_hand_over", "complete", {"carrier": "sf"}, "waybill"),
        ("pick_and_hand_over", "complete", {"carrier": "sf", "waybill": " "}, "waybill"),
        ("pick_and_hand_over", "complete", {"carrier": "sf", "waybill": "SF1"}, None),
        ("confirm_receipt", "complete", {}, None),
        ("confirm_receipt", "complete", {"lines": [{"line_no": 1, "received": 3, "damaged": 0}]}, None),
        ("confirm_receipt", "complete", {"lines": [{"line_no": 1, "received": -1}]}, "lines"),
        ("confirm_receipt", "complete", {"lines": [{"line_no": 1, "received": True}]}, "lines"),
        ("confirm_receipt", "complete", {"lines": "all"}, "lines"),
        ("statement_confirm", "confirm", {}, None),
        ("statement_confirm", "dispute", {}, "lines"),
        ("record_payment", "complete", {"amount_fen": 0}, "amount_fen"),
        ("record_payment", "complete", {"amount_fen": 100}, None),
    ],
)
def test_a_forms_data_is_checked_before_the_process_hears_of_it(
    form: str | None, action: str, data: dict[str, Any], bad: str | None
) -> None:
    assert find_bad_field(form, action, data) == bad
