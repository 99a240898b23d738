"""The delivery confirmation template, path by path."""

from __future__ import annotations

from typing import Any

from tests.templates.company import ORDER, order_steps
from tests.templates.walk import Walk
from workflows.bpmn.commands import Outcome

SHIPMENT = {**ORDER, "shipment_number": "DN-1"}
DELIVERED = ("shipment.delivered", "DN-1")
SHORT = [{"line_no": 1, "received": 9, "damaged": 0}]


def delivery(**variables: Any) -> Walk:
    return Walk("delivery_confirmation", order_steps(), {**SHIPMENT, **variables})


def test_the_dealer_confirms_after_the_carrier_delivered() -> None:
    walk = delivery()
    assert walk.open == ["confirm_receipt"]
    assert walk.message(*DELIVERED)
    assert walk.open == ["confirm_receipt"]
    walk.act("confirm_receipt", "confirm")
    assert walk.outcome is Outcome.COMPLETED
    assert walk.steps == ["shipping.record_delivery", "shipping.record_receipt", "payments.post_delivery"]


def test_the_dealer_may_confirm_before_the_carrier_says_anything() -> None:
    walk = delivery()
    walk.act("confirm_receipt", "confirm", lines=[{"line_no": 1, "received": 10}])
    assert walk.outcome is Outcome.COMPLETED
    assert walk.steps == ["shipping.record_receipt", "payments.post_delivery"]
    assert not walk.waits


def test_nothing_runs_out_before_the_carrier_delivered() -> None:
    assert not delivery().timers


def test_a_silent_dealer_is_reminded_and_then_everything_counts_as_received() -> None:
    walk = delivery()
    walk.message(*DELIVERED)
    assert walk.fire("remind_timer") == "P3D"
    assert walk.steps[-1] == "shipping.remind_receipt"
    assert walk.open == ["confirm_receipt"]
    assert walk.fire("confirm_timer") == "P4D"
    assert walk.open == []
    assert walk.outcome is Outcome.COMPLETED
    assert walk.steps[-2:] == ["shipping.record_receipt", "payments.post_delivery"]
    assert walk.variables["has_difference"] is False


def test_the_waiting_times_may_be_set_by_whoever_starts_it() -> None:
    walk = delivery(remind_after="PT1H", confirm_after="PT2H")
    walk.message(*DELIVERED)
    assert walk.fire("remind_timer") == "PT1H"
    assert walk.fire("confirm_timer") == "PT2H"


def test_a_receipt_after_the_reminder_stops_the_clock() -> None:
    walk = delivery()
    walk.message(*DELIVERED)
    walk.fire("remind_timer")
    walk.act("confirm_receipt", "confirm")
    assert not walk.timers
    assert walk.outcome is Outcome.COMPLETED


def test_quantities_that_cannot_be_go_back_to_the_dealer_with_the_reason() -> None:
    walk = delivery()
    walk.act("confirm_receipt", "confirm", lines=[{"line_no": 1, "received": 11}])
    assert walk.open == ["confirm_receipt"]
    assert walk.variables["problem"] == "line 1: received 11 of 10 shipped"
    walk.act("confirm_receipt", "confirm")
    assert walk.outcome is Outcome.COMPLETED


def test_a_difference_opens_a_claim_that_may_be_credited() -> None:
    walk = delivery()
    walk.act("confirm_receipt", "confirm", lines=SHORT)
    assert walk.open == ["claim_decision"]
    assert walk.variables["claim_number"] == "CL-1"
    walk.act("claim_decision", "credit", resolution="少件属实")
    assert walk.outcome is Outcome.COMPLETED
    assert walk.steps[-3:] == ["payments.post_delivery", "shipping.resolve_claim", "payments.post_credit"]


def test_a_claim_may_be_rejected_and_nothing_is_credited() -> None:
    walk = delivery()
    walk.act("confirm_receipt", "confirm", lines=SHORT)
    walk.act("claim_decision", "reject")
    assert walk.outcome is Outcome.COMPLETED
    assert walk.steps[-1] == "shipping.resolve_claim"


def test_cancelling_with_an_open_claim_reverses_what_was_booked() -> None:
    walk = delivery()
    walk.act("confirm_receipt", "confirm", lines=SHORT)
    walk.cancel()
    assert walk.outcome is Outcome.CANCELLED
    assert walk.steps[-1] == "payments.reverse_delivery"
