"""The whole order, through the templates that it calls."""

from __future__ import annotations

from models.payloads.processes import StepError
from tests.templates.company import LARGE, ORDER, SMALL, order_steps
from tests.templates.walk import StandIn, Walk
from workflows.bpmn.commands import Outcome

CARRIER = {"carrier": "SUDA", "waybill": "SD1"}


def order(total_fen: int = SMALL) -> Walk:
    return Walk("order_to_cash", order_steps(total_fen), {**ORDER, "total_fen": total_fen})


def shipped() -> Walk:
    walk = order()
    walk.act("sales_approval", "approve")
    walk.act("pick_and_hand_over", "hand_over", **CARRIER)
    return walk


def test_a_small_order_runs_from_submission_to_completion() -> None:
    walk = shipped()
    assert walk.message("shipment.delivered", "DN-1")
    walk.act("confirm_receipt", "confirm")
    assert walk.outcome is Outcome.COMPLETED
    assert walk.steps == [
        "orders.register_submission",
        "orders.load_order",
        "orders.mark_approved",
        "inventory.reserve_stock",
        "shipping.create_dispatch_note",
        "shipping.record_hand_over",
        "inventory.issue_stock",
        "shipping.record_delivery",
        "shipping.record_receipt",
        "payments.post_delivery",
        "orders.mark_completed",
    ]


def test_a_large_order_waits_for_everybody_before_anything_is_reserved() -> None:
    walk = order(LARGE)
    walk.act("sales_approval", "approve")
    walk.act("credit_approval", "approve")
    assert "inventory.reserve_stock" not in walk.steps
    walk.act("finance_approval", "approve")
    assert walk.open == ["pick_and_hand_over"]


def test_a_rejected_order_ends_without_a_dispatch_note() -> None:
    walk = order()
    walk.act("sales_approval", "reject")
    assert walk.outcome is Outcome.COMPLETED
    assert walk.steps == ["orders.register_submission", "orders.mark_rejected"]


def test_the_dealer_may_withdraw_while_the_order_is_being_approved() -> None:
    walk = order(LARGE)
    walk.act("sales_approval", "approve")
    assert walk.message("order.withdraw", "SO-1")
    assert walk.open == []
    assert walk.outcome is Outcome.COMPLETED
    assert walk.steps[-1] == "orders.mark_withdrawn"
    assert "orders.cancel_order" not in walk.steps


def test_an_approved_order_can_no_longer_be_withdrawn() -> None:
    assert not shipped().message("order.withdraw", "SO-1")


def test_giving_up_a_short_order_cancels_it() -> None:
    def short(_: object) -> dict[str, object]:
        raise StepError("OUT_OF_STOCK", "KA-1001: 0 of 5")

    steps: dict[str, StandIn] = {**order_steps(), "inventory.reserve_stock": short}
    walk = Walk("order_to_cash", steps, {**ORDER, "total_fen": SMALL})
    walk.act("sales_approval", "approve")
    walk.act("resolve_shortage", "cancel")
    assert walk.outcome is Outcome.COMPLETED
    assert walk.steps[-1] == "orders.cancel_order"


def test_cancelling_while_the_goods_are_being_picked_releases_everything_in_reverse() -> None:
    walk = order()
    walk.act("sales_approval", "approve")
    walk.cancel()
    assert walk.outcome is Outcome.CANCELLED
    assert walk.steps[-3:] == ["shipping.cancel_dispatch_note", "inventory.release_stock", "orders.cancel_order"]


def test_cancelling_on_the_way_takes_the_goods_back_as_well() -> None:
    walk = shipped()
    walk.cancel()
    assert walk.outcome is Outcome.CANCELLED
    assert walk.open == []
    assert walk.steps[-4:] == [
        "inventory.take_back_stock",
        "shipping.cancel_dispatch_note",
        "inventory.release_stock",
        "orders.cancel_order",
    ]


def test_an_order_with_a_claim_is_completed_only_when_the_claim_is_decided() -> None:
    walk = shipped()
    walk.act("confirm_receipt", "confirm", lines=[{"line_no": 1, "received": 8}])
    assert walk.open == ["claim_decision"]
    assert "orders.mark_completed" not in walk.steps
    walk.act("claim_decision", "credit")
    assert walk.steps[-2:] == ["payments.post_credit", "orders.mark_completed"]
