"""The dispatch template, path by path."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models.payloads.processes import StepError
from tests.templates.company import ORDER, order_steps
from tests.templates.walk import StandIn, Walk
from workflows.bpmn.commands import Outcome

CARRIER = {"carrier": "SUDA", "waybill": "SD1"}


def dispatch() -> Walk:
    return Walk("dispatch", order_steps(), ORDER)


def short_until(wanted: int) -> tuple[dict[str, StandIn], list[list[Any]]]:
    """Stand-ins for a warehouse that is short until so many pieces have come in."""
    received: list[list[Any]] = []

    def reserve(_: Mapping[str, Any]) -> dict[str, Any]:
        have = sum(line["quantity"] for lines in received for line in lines)
        if have < wanted:
            raise StepError("OUT_OF_STOCK", f"KA-1001: {have} of {wanted}")
        return {"order_number": "SO-1", "warehouse": "WH1"}

    def replenish(values: Mapping[str, Any]) -> dict[str, Any]:
        if any(line["quantity"] <= 0 for line in values["receipts"]):
            raise StepError("REPLENISHMENT_INVALID", "receipts: KA-1001 0")
        received.append(values["receipts"])
        return {}

    return {"inventory.reserve_stock": reserve, "inventory.replenish_stock": replenish}, received


def test_goods_are_reserved_noted_handed_over_and_issued() -> None:
    walk = dispatch()
    assert walk.open == ["pick_and_hand_over"]
    walk.act("pick_and_hand_over", "hand_over", **CARRIER)
    assert walk.outcome is Outcome.COMPLETED
    assert walk.variables["shipment_number"] == "DN-1"
    assert walk.steps == [
        "inventory.reserve_stock",
        "shipping.create_dispatch_note",
        "shipping.record_hand_over",
        "inventory.issue_stock",
    ]


def test_a_hand_over_that_lacks_something_goes_back_to_the_warehouse_with_the_reason() -> None:
    walk = dispatch()
    walk.act("pick_and_hand_over", "hand_over", carrier="SUDA", waybill="")
    assert walk.open == ["pick_and_hand_over"]
    assert walk.variables["problem"] == "waybill: must not be empty"
    assert "inventory.issue_stock" not in walk.steps
    walk.act("pick_and_hand_over", "hand_over", **CARRIER)
    assert walk.outcome is Outcome.COMPLETED


def test_a_shortage_is_named_replenished_and_tried_again() -> None:
    steps, received = short_until(5)
    walk = Walk("dispatch", {**order_steps(), **steps}, ORDER)
    assert walk.open == ["resolve_shortage"]
    assert walk.variables["shortage"] == "KA-1001: 0 of 5"
    walk.act("resolve_shortage", "retry", receipts=[{"sku": "KA-1001", "quantity": 3}])
    assert walk.variables["shortage"] == "KA-1001: 3 of 5"
    walk.act("resolve_shortage", "retry")
    assert walk.open == ["resolve_shortage"]
    walk.act("resolve_shortage", "retry", receipts=[{"sku": "KA-1001", "quantity": 2}])
    assert walk.open == ["pick_and_hand_over"]
    assert [sum(line["quantity"] for line in lines) for lines in received] == [3, 0, 2]


def test_a_replenishment_that_makes_no_sense_goes_back_with_the_reason() -> None:
    steps, _ = short_until(5)
    walk = Walk("dispatch", {**order_steps(), **steps}, ORDER)
    walk.act("resolve_shortage", "retry", receipts=[{"sku": "KA-1001", "quantity": 0}])
    assert walk.open == ["resolve_shortage"]
    assert walk.variables["problem"] == "receipts: KA-1001 0"


def test_a_shortage_may_end_the_dispatch() -> None:
    steps, _ = short_until(5)
    walk = Walk("dispatch", {**order_steps(), **steps}, ORDER)
    walk.act("resolve_shortage", "cancel")
    assert walk.outcome is Outcome.FAILED
    assert walk.end is not None
    assert walk.end.error_code == "DISPATCH_CANCELLED"
    assert walk.steps == []


def test_cancelling_before_the_hand_over_undoes_note_and_reservation_in_reverse() -> None:
    walk = dispatch()
    walk.cancel()
    assert walk.outcome is Outcome.CANCELLED
    assert walk.open == []
    assert walk.steps[2:] == ["shipping.cancel_dispatch_note", "inventory.release_stock"]


def test_cancelling_after_a_step_had_failed_waits_for_no_report_of_it() -> None:
    steps, _ = short_until(5)
    walk = Walk("dispatch", {**order_steps(), **steps}, ORDER)
    walk.cancel()
    assert walk.outcome is Outcome.CANCELLED
    assert walk.open == []
