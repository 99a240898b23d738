"""Periods, totals, answers and how payments fall on lines."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.payloads.settlement import LineStatus
from models.rules.settlement import (
    STANDING,
    Answer,
    DeliveredOrder,
    RefusalCode,
    Standing,
    StatementRefused,
    allocate,
    check_period,
    decide_answer,
    open_of,
    settled_of,
    total_of,
)

_L = LineStatus
LINES = (
    Standing("SO-1", _L.OPEN, 100),
    Standing("SO-2", _L.OPEN, 200),
    Standing("SO-3", _L.SETTLED, 400, 400),
    Standing("SO-4", _L.WAIVED, 800),
    Standing("SO-5", _L.SIGNED_OFF, 1_600, 600),
    Standing("SO-6", _L.RELEASED, 3_200),
)


def test_what_is_credited_is_not_charged() -> None:
    assert DeliveredOrder(1, "SO-1", date(2026, 3, 1), 1_000, 250).amount_fen == 750


def test_sums_count_the_lines_that_stand() -> None:
    assert total_of(LINES) == 100 + 200 + 400 + 1_600
    assert settled_of(LINES) == 400
    assert open_of(LINES) == 1_000


@pytest.mark.parametrize(
    ("from_on", "to_on"),
    [(date(2026, 3, 2), date(2026, 3, 1)), (date(1, 1, 1), date(2026, 1, 1)), (date(2026, 1, 1), date(9999, 12, 31))],
)
def test_a_period_that_makes_no_sense_is_refused(from_on: date, to_on: date) -> None:
    with pytest.raises(StatementRefused) as refused:
        check_period(from_on, to_on)
    assert refused.value.code is RefusalCode.PERIOD_INVALID


def test_a_period_may_be_a_single_day() -> None:
    check_period(date(2026, 3, 1), date(2026, 3, 1))


@pytest.mark.parametrize(
    ("is_dispute", "named", "expected"),
    [
        (False, (), Answer(("SO-1", "SO-2"), ())),
        (False, ("SO-1",), Answer(("SO-1", "SO-2"), ())),
        (True, ("SO-2",), Answer(("SO-1",), ("SO-2",))),
        (True, ("SO-2", "SO-1"), Answer((), ("SO-1", "SO-2"))),
        (True, (), Answer((), ("SO-1", "SO-2"))),
    ],
)
def test_an_answer_splits_the_open_lines(is_dispute: bool, named: tuple[str, ...], expected: Answer) -> None:
    assert decide_answer(LINES, is_dispute, named) == expected


@pytest.mark.parametrize("named", ["SO-3", "SO-4", "SO-9"])
def test_a_line_that_is_not_open_cannot_be_disputed(named: str) -> None:
    with pytest.raises(StatementRefused) as refused:
        decide_answer(LINES, True, (named,))
    assert refused.value.params == {"order_number": named}


def test_the_same_answer_again_says_the_same() -> None:
    answered = (Standing("SO-1", _L.CONFIRMED, 100), Standing("SO-2", _L.DISPUTED, 200))
    assert decide_answer(answered, True, ("SO-2",)) == Answer(("SO-1",), ("SO-2",))
    assert decide_answer(answered, False, ()) == Answer(("SO-1",), ("SO-2",))


@pytest.mark.parametrize(
    ("amount", "expected"),
    [(50, {"A": 50, "B": 0}), (100, {"A": 100, "B": 0}), (150, {"A": 100, "B": 50}), (300, {"A": 100, "B": 200})],
)
def test_money_falls_on_the_lines_in_their_order(amount: int, expected: dict[str, int]) -> None:
    lines = (
        Standing("A", _L.SIGNED_OFF, 100),
        Standing("X", _L.DISPUTED, 70),
        Standing("B", _L.SIGNED_OFF, 250, 50),
    )
    assert allocate(amount, lines) == expected


STANDINGS = st.lists(
    st.builds(
        lambda number, status, amount, paid: Standing(f"SO-{number}", status, amount, min(amount, paid)),
        st.integers(),
        st.sampled_from(LineStatus),
        st.integers(0, 10**12),
        st.integers(0, 10**12),
    ),
    unique_by=lambda line: line.order_number,
)


@given(lines=STANDINGS, share=st.floats(0, 1))
def test_a_payment_is_allocated_to_the_last_fen(lines: list[Standing], share: float) -> None:
    amount = round(open_of(lines) * share)
    shares = allocate(amount, lines)
    assert sum(shares.values()) == amount
    assert all(
        0 <= shares[line.order_number] <= line.amount_fen - line.paid_fen
        for line in lines
        if line.order_number in shares
    )


@given(STANDINGS)
def test_the_total_is_the_sum_of_its_lines(lines: list[Standing]) -> None:
    assert total_of(lines) == sum(line.amount_fen for line in lines if line.status in STANDING)
