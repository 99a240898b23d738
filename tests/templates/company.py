"""Stand-ins for the steps: what each would answer for one order of 1,200.00 (or another total) and one statement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models.payloads.processes import StepError
from tests.templates.walk import StandIn

SMALL = 120_000
LARGE = 5_000_000
ORDER = {"order_number": "SO-1", "dealer": "A"}


def order_steps(total_fen: int = SMALL) -> dict[str, StandIn]:
    """The orders' steps, for an order of this total."""

    def facts(_: Mapping[str, Any]) -> dict[str, Any]:
        return {**ORDER, "total_fen": total_fen}

    return {
        "orders.register_submission": lambda _: {**facts(_), "submitted_by": "dealer-a-buyer"},
        "orders.load_order": facts,
        "orders.mark_resubmitted": facts,
        "inventory.reserve_stock": lambda _: {"order_number": "SO-1", "warehouse": "WH1"},
        "shipping.create_dispatch_note": lambda _: {"shipment_number": "DN-1", "promised_on": "2026-12-01"},
        "shipping.record_hand_over": hand_over,
        "shipping.record_receipt": receive,
        "payments.post_delivery": lambda _: {"posted_fen": total_fen},
    }


def hand_over(values: Mapping[str, Any]) -> dict[str, Any]:
    if not values["waybill"]:
        raise StepError("HAND_OVER_INVALID", "waybill: must not be empty")
    return {"carrier": values["carrier"], "waybill": values["waybill"]}


def receive(values: Mapping[str, Any]) -> dict[str, Any]:
    """One line of ten pieces was shipped."""
    lines = values.get("lines") or [{"received": 10}]
    if lines[0]["received"] > 10:
        raise StepError("RECEIPT_INVALID", "line 1: received 11 of 10 shipped")
    is_short = lines[0]["received"] < 10
    return {"has_difference": is_short, "claim_number": "CL-1" if is_short else "", "claim_fen": 12_000 * is_short}


class Books:
    """The lines of one statement as its steps would move them."""

    def __init__(self, **amounts: int) -> None:
        self.amounts = {number.replace("_", "-"): amount for number, amount in amounts.items()}
        self.status = dict.fromkeys(self.amounts, "open")
        self.paid = 0

    def steps(self) -> dict[str, StandIn]:
        return {
            "settlement.register_statement": lambda _: {"dealer": "A", "total_fen": sum(self.amounts.values())},
            "settlement.record_answer": self.answer,
            "settlement.sign_off": self.sign_off,
            "settlement.uphold_line": lambda values: self._move(values["order_number"], "open"),
            "settlement.waive_line": lambda values: self._move(values["order_number"], "waived"),
            "settlement.close_round": lambda _: {"open_lines": self._in("open")},
            "payments.record_payment": self.pay,
        }

    @property
    def open_fen(self) -> int:
        return sum(self.amounts[number] for number in self._in("signed_off")) - self.paid

    def answer(self, values: Mapping[str, Any]) -> dict[str, Any]:
        disputed = [line["order_number"] for line in values["lines"]] if values["outcome"] == "dispute" else []
        for number in disputed:
            if self.status.get(number) != "open":
                raise StepError("ANSWER_INVALID", f"lines: {number}")
        confirmed = [number for number in self._in("open") if number not in disputed]
        self.status.update(dict.fromkeys(confirmed, "confirmed") | dict.fromkeys(disputed, "disputed"))
        return {"confirmed": confirmed, "disputed": disputed}

    def sign_off(self, _: Mapping[str, Any]) -> dict[str, Any]:
        self.status.update(dict.fromkeys(self._in("confirmed"), "signed_off"))
        return {"open_fen": self.open_fen}

    def pay(self, values: Mapping[str, Any]) -> dict[str, Any]:
        if values["amount_fen"] > self.open_fen:
            raise StepError("PAYMENT_REFUSED", "amount_fen: too much")
        self.paid += values["amount_fen"]
        if not self.open_fen:
            self.status.update(dict.fromkeys(self._in("signed_off"), "settled"))
            self.paid = 0
        return {"payment_number": "PY-1", "open_fen": self.open_fen}

    def _in(self, status: str) -> list[str]:
        return [number for number, each in self.status.items() if each == status]

    def _move(self, number: str, to: str) -> dict[str, Any]:
        self.status[number] = to
        return {}
