"""The approval template, path by path."""

from __future__ import annotations

import pytest

from tests.templates.company import LARGE, ORDER, SMALL, order_steps
from tests.templates.walk import Walk
from workflows.bpmn.commands import Outcome


def approval(total_fen: int = SMALL) -> Walk:
    return Walk("order_approval", order_steps(total_fen), {**ORDER, "total_fen": total_fen})


def test_a_small_order_needs_the_sales_manager_only() -> None:
    walk = approval(LARGE - 1)
    assert walk.open == ["sales_approval"]
    walk.act("sales_approval", "approve")
    assert walk.outcome is Outcome.COMPLETED
    assert walk.variables["approval"] == "approved"
    assert walk.steps == ["orders.load_order", "orders.mark_approved"]


@pytest.mark.parametrize("first", ["credit_approval", "finance_approval"])
def test_an_order_at_the_limit_also_needs_credit_and_finance_in_any_order(first: str) -> None:
    walk = approval(LARGE)
    walk.act("sales_approval", "approve")
    assert walk.open == ["credit_approval", "finance_approval"]
    walk.act(first, "approve")
    assert walk.outcome is None
    walk.act(walk.open[0], "approve")
    assert walk.variables["approval"] == "approved"


def test_the_limit_counts_what_the_order_costs_after_the_sales_manager_agreed_on_prices() -> None:
    walk = Walk("order_approval", order_steps(LARGE - 1), {**ORDER, "total_fen": LARGE})
    walk.act("sales_approval", "approve")
    assert walk.variables["approval"] == "approved"
    assert walk.variables["total_fen"] == LARGE - 1


def test_the_limit_can_be_set_by_whoever_starts_the_approval() -> None:
    walk = Walk("order_approval", order_steps(), {**ORDER, "total_fen": SMALL, "approval_limit_fen": SMALL})
    walk.act("sales_approval", "approve")
    assert walk.open == ["credit_approval", "finance_approval"]


def test_the_sales_manager_may_reject() -> None:
    walk = approval()
    walk.act("sales_approval", "reject")
    assert walk.outcome is Outcome.COMPLETED
    assert walk.variables["approval"] == "rejected"
    assert walk.steps == ["orders.mark_rejected"]


@pytest.mark.parametrize(
    ("who", "other"), [("credit_approval", "finance_approval"), ("finance_approval", "credit_approval")]
)
def test_one_rejection_in_the_joint_review_spares_the_other_the_work(who: str, other: str) -> None:
    walk = approval(LARGE)
    walk.act("sales_approval", "approve")
    walk.act(who, "reject")
    assert other not in walk.open
    assert walk.variables["approval"] == "rejected"
    assert walk.steps == ["orders.load_order", "orders.mark_rejected"]


def test_a_rejection_after_the_other_agreed_still_rejects() -> None:
    walk = approval(LARGE)
    walk.act("sales_approval", "approve")
    walk.act("credit_approval", "approve")
    walk.act("finance_approval", "reject")
    assert walk.variables["approval"] == "rejected"


@pytest.mark.parametrize("who", ["sales_approval", "credit_approval", "finance_approval"])
def test_a_returned_order_is_revised_and_goes_through_everybody_again(who: str) -> None:
    walk = approval(LARGE)
    if who != "sales_approval":
        walk.act("sales_approval", "approve")
    walk.act(who, "return")
    assert walk.open == ["revise_order"]
    assert "orders.mark_returned" in walk.steps
    walk.act("revise_order", "resubmit")
    assert walk.open == ["sales_approval"]
    walk.act("sales_approval", "approve")
    walk.act("credit_approval", "approve")
    walk.act("finance_approval", "approve")
    assert walk.variables["approval"] == "approved"


def test_an_order_that_was_returned_once_may_be_rejected_later() -> None:
    walk = approval(LARGE)
    walk.act("sales_approval", "approve")
    walk.act("credit_approval", "return")
    walk.act("revise_order", "resubmit")
    walk.act("sales_approval", "approve")
    walk.act("credit_approval", "reject")
    assert walk.variables["approval"] == "rejected"


def test_the_dealer_may_withdraw_a_returned_order() -> None:
    walk = approval()
    walk.act("sales_approval", "return")
    walk.act("revise_order", "withdraw")
    assert walk.outcome is Outcome.COMPLETED
    assert walk.variables["approval"] == "withdrawn"
    assert walk.steps == ["orders.mark_returned", "orders.mark_withdrawn"]
