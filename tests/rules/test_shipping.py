"""States of a shipment, lateness, hand-over and receipt."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.money import line_amount_fen
from models.payloads.shipping import ClaimLine, ReceivedLine, ShipmentStatus
from models.rules.shipping import (
    HandOverInvalid,
    ReceiptInvalid,
    ShippedLine,
    check_hand_over,
    decide_receipt,
    is_late,
    moves_forward,
    promise_day,
)

_S = ShipmentStatus
TODAY = date(2026, 3, 10)


def _line(line_no: int = 1, quantity: int = 10, price: int = 1_000, discount_bp: int = 0) -> ShippedLine:
    return ShippedLine(
        line_no, f"SKU-{line_no}", quantity, price, discount_bp, line_amount_fen(price, quantity, discount_bp)
    )


def test_states_follow_each_other_in_one_direction() -> None:
    for earlier, later in pairwise(ShipmentStatus):
        assert moves_forward(earlier, later)
        assert not moves_forward(later, earlier)


@pytest.mark.parametrize("status", list(ShipmentStatus))
def test_the_same_news_again_is_no_news(status: ShipmentStatus) -> None:
    assert not moves_forward(status, status)


def test_a_state_may_be_skipped_when_news_is_lost() -> None:
    assert moves_forward(_S.IN_TRANSIT, _S.CONFIRMED)


def test_nothing_follows_a_cancellation() -> None:
    assert not any(moves_forward(_S.CANCELLED, status) for status in ShipmentStatus)


@pytest.mark.parametrize(
    ("status", "promised_on", "expected"),
    [
        (_S.CREATED, date(2026, 3, 9), True),
        (_S.IN_TRANSIT, date(2026, 3, 9), True),
        (_S.IN_TRANSIT, TODAY, False),
        (_S.DELIVERED, date(2026, 3, 1), False),
        (_S.CONFIRMED, date(2026, 3, 1), False),
        (_S.CANCELLED, date(2026, 3, 1), False),
        (_S.IN_TRANSIT, None, False),
    ],
)
def test_a_shipment_is_late_from_the_day_after_the_promised_one_until_it_arrives(
    status: ShipmentStatus, promised_on: date | None, expected: bool
) -> None:
    assert is_late(status, promised_on, TODAY) is expected


def test_delivery_is_promised_for_the_third_day() -> None:
    assert promise_day(date(2026, 2, 27)) == date(2026, 3, 2)


def test_a_hand_over_keeps_carrier_and_waybill_without_blanks() -> None:
    assert check_hand_over(" SUDA ", " SD 1 ") == ("SUDA", "SD 1")


@pytest.mark.parametrize(
    ("carrier", "waybill", "field"),
    [("", "SD1", "carrier"), ("SUDA", "  ", "waybill"), ("x" * 41, "SD1", "carrier"), ("SUDA", "9" * 81, "waybill")],
)
def test_a_hand_over_that_lacks_something_names_the_field(carrier: str, waybill: str, field: str) -> None:
    with pytest.raises(HandOverInvalid, match=f"^{field}: "):
        check_hand_over(carrier, waybill)


def test_what_is_not_reported_arrived_whole() -> None:
    decision = decide_receipt([_line(1), _line(2, 5)], [])
    assert decision.received == {1: 10, 2: 5}
    assert decision.damaged == {1: 0, 2: 0}
    assert decision.claimed == ()
    assert decision.claim_fen == 0


@pytest.mark.parametrize(
    ("received", "damaged", "expected"),
    [
        (10, 0, None),
        (9, 0, ClaimLine(1, "SKU-1", 1, 0, 1_000)),
        (10, 2, ClaimLine(1, "SKU-1", 0, 2, 2_000)),
        (7, 3, ClaimLine(1, "SKU-1", 3, 3, 6_000)),
        (0, 0, ClaimLine(1, "SKU-1", 10, 0, 10_000)),
        (10, 10, ClaimLine(1, "SKU-1", 0, 10, 10_000)),
    ],
)
def test_what_is_missing_or_damaged_is_claimed(received: int, damaged: int, expected: ClaimLine | None) -> None:
    decision = decide_receipt([_line()], [ReceivedLine(1, received, damaged)])
    assert decision.claimed == (() if expected is None else (expected,))


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ([ReceivedLine(1, 11)], "line 1: received 11 of 10"),
        ([ReceivedLine(1, -1)], "line 1: received -1 of 10"),
        ([ReceivedLine(1, 5, 6)], "line 1: damaged 6 of 5"),
        ([ReceivedLine(1, 5, -1)], "line 1: damaged -1 of 5"),
        ([ReceivedLine(9, 1)], "line 9: not on this shipment"),
        ([ReceivedLine(1, 1), ReceivedLine(1, 2)], "line 1: named twice"),
    ],
)
def test_quantities_that_cannot_be_name_the_line(lines: list[ReceivedLine], reason: str) -> None:
    with pytest.raises(ReceiptInvalid, match=reason):
        decide_receipt([_line()], lines)


@given(
    price=st.integers(0, 10**9),
    quantity=st.integers(1, 10**6),
    discount_bp=st.integers(0, 10_000),
    shares=st.tuples(st.floats(0, 1), st.floats(0, 1)),
)
def test_a_claim_leaves_exactly_the_price_of_what_is_good(
    price: int, quantity: int, discount_bp: int, shares: tuple[float, float]
) -> None:
    line = _line(1, quantity, price, discount_bp)
    received = round(quantity * shares[0])
    damaged = round(received * shares[1])
    claim_fen = decide_receipt([line], [ReceivedLine(1, received, damaged)]).claim_fen
    assert line.amount_fen - claim_fen == line_amount_fen(price, received - damaged, discount_bp)
    assert 0 <= claim_fen <= line.amount_fen
