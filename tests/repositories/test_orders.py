"""Orders: created, changed before approval, moved on, with a history of everything."""

import dataclasses
from collections.abc import Awaitable, Sequence
from datetime import UTC, datetime

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from models.payloads.orders import EventKind, LineRequest, LineTerms, OrderStatus, OrderView
from models.payloads.processes import StepKey
from models.repositories import catalog, dealers, orders
from models.rules.orders import LineProblemCode, OrderRefused, RefusalCode
from tests.fixtures.company import COOKER, DEALER_A, DEALER_B, KETTLE, OLD_FAN, PRODUCTS, WOK

BUYER = "dealer-a-buyer"
AT = datetime(2026, 3, 1, 2, tzinfo=UTC)

BOTH = (LineRequest(COOKER, 2), LineRequest(KETTLE, 6))


async def _draft(
    session: AsyncSession, lines: Sequence[LineRequest] = BOTH, source_key: str | None = None
) -> OrderView:
    return await orders.create_order(session, DEALER_A, lines, BUYER, source_key=source_key, at=AT)


def _key(number: str, activation: str = "step#1") -> StepKey:
    return StepKey(number, activation, AT.isoformat(), BUYER)


async def _move(session: AsyncSession, order: OrderView, *states: OrderStatus) -> None:
    for position, status in enumerate(states):
        await orders.change_status(session, order.number, status, _key(order.number, f"step#{position}"))


async def _refusal(call: Awaitable[object]) -> OrderRefused:
    with pytest.raises(OrderRefused) as refused:
        await call
    return refused.value


async def test_a_draft_has_a_number_list_prices_and_the_sum_of_its_lines(company: AsyncSession) -> None:
    order = await _draft(company)
    assert order.number == "SO-2026-000001"
    assert order.status is OrderStatus.DRAFT
    assert [(line.line_no, line.sku, line.amount_fen, line.unit_en) for line in order.lines] == [
        (1, COOKER, 65_800, "unit"),
        (2, KETTLE, 59_400, "unit"),
    ]
    assert order.total_fen == 125_200
    assert (await _draft(company)).number == "SO-2026-000002"


async def test_the_year_of_a_number_is_the_business_years(company: AsyncSession) -> None:
    new_year = datetime(2025, 12, 31, 16, 30, tzinfo=UTC)
    order = await orders.create_order(company, DEALER_A, BOTH, BUYER, at=new_year)
    assert order.number == "SO-2026-000001"


async def test_the_same_source_makes_one_order(company: AsyncSession) -> None:
    first = await _draft(company, source_key="import/1")
    again = await _draft(company, [LineRequest(WOK, 2)], source_key="import/1")
    other = await orders.create_order(company, DEALER_B, BOTH, "dealer-b-buyer", source_key="import/1")
    assert again == first
    assert other.number != first.number


async def test_every_bad_line_is_named_and_nothing_is_kept(company: AsyncSession) -> None:
    lines = [LineRequest("NIX", 1), LineRequest(COOKER, 1), LineRequest(KETTLE, 7), LineRequest(OLD_FAN, 1)]
    refused = await _refusal(_draft(company, lines))
    assert refused.code is RefusalCode.LINES_INVALID
    assert [(problem.line_no, problem.code) for problem in refused.problems] == [
        (1, LineProblemCode.UNKNOWN_SKU),
        (3, LineProblemCode.NOT_A_PACK_MULTIPLE),
        (4, LineProblemCode.INACTIVE_PRODUCT),
    ]
    assert not (await orders.list_orders(company)).items


async def test_a_suspended_dealer_may_draft_but_not_submit_and_is_told_why(company: AsyncSession) -> None:
    order = await _draft(company)
    await dealers.suspend_dealer(company, DEALER_A, "licence expired", "credit")
    refused = await _refusal(orders.check_submission(company, order.number, DEALER_A))
    assert (refused.code, refused.params["reason"]) == (RefusalCode.DEALER_SUSPENDED, "licence expired")
    submitting = orders.create_order(company, DEALER_A, BOTH, BUYER, submit=True)
    assert (await _refusal(submitting)).code is RefusalCode.DEALER_SUSPENDED
    await dealers.reactivate_dealer(company, DEALER_A, "renewed", "credit")
    assert (await orders.check_submission(company, order.number, DEALER_A)).number == order.number


async def test_a_product_retired_since_the_draft_stops_the_submission(company: AsyncSession) -> None:
    order = await _draft(company)
    await catalog.save_product(company, dataclasses.replace(PRODUCTS[0], is_active=False))
    refused = await _refusal(orders.check_submission(company, order.number))
    assert [problem.code for problem in refused.problems] == [LineProblemCode.INACTIVE_PRODUCT]


async def test_another_dealers_number_gives_nothing(company: AsyncSession) -> None:
    order = await _draft(company)
    assert await orders.find_order(company, order.number, DEALER_B) is None
    assert await orders.find_order(company, "SO-1999-000001") is None
    assert await orders.find_order(company, order.number, DEALER_A) == order
    for change in (
        orders.replace_lines(company, order.number, BOTH, "dealer-b-buyer", DEALER_B),
        orders.cancel_draft(company, order.number, "dealer-b-buyer", DEALER_B),
        orders.check_submission(company, order.number, DEALER_B),
        orders.set_note(company, order.number, "note", "ref", DEALER_B),
    ):
        assert (await _refusal(change)).code is RefusalCode.ORDER_NOT_FOUND


async def test_new_lines_bump_the_revision_and_are_told_in_the_history(company: AsyncSession) -> None:
    order = await _draft(company)
    changed = await orders.replace_lines(company, order.number, [LineRequest(WOK, 3)], BUYER, DEALER_A)
    assert (changed.revision, changed.total_fen) == (1, 47_700)
    entry = (await orders.timeline(company, order.id))[-1]
    assert (entry.kind, entry.actor) == (EventKind.LINES, BUYER)
    assert entry.detail == {
        "before": {COOKER: 2, KETTLE: 6},
        "after": {WOK: 3},
        "old_total_fen": 125_200,
        "total_fen": 47_700,
    }


async def test_the_same_lines_again_change_nothing(company: AsyncSession) -> None:
    order = await _draft(company)
    assert await orders.replace_lines(company, order.number, BOTH, BUYER) == order


async def test_a_change_on_top_of_somebody_elses_is_refused(company: AsyncSession) -> None:
    order = await _draft(company)
    await orders.replace_lines(company, order.number, [LineRequest(WOK, 2)], BUYER, expected_revision=0)
    late = orders.replace_lines(company, order.number, BOTH, BUYER, expected_revision=0)
    assert (await _refusal(late)).code is RefusalCode.CHANGED_MEANWHILE


async def test_agreed_terms_are_priced_recorded_and_survive_an_edit(company: AsyncSession) -> None:
    order = await _draft(company)
    terms = [LineTerms(1, unit_price_fen=29_999, discount_bp=1_250), LineTerms(2)]
    agreed = await orders.set_terms(company, order.number, terms, "sales", "spring offer")
    assert (agreed.lines[0].amount_fen, agreed.total_fen) == (52_498, 111_898)
    entry = (await orders.timeline(company, order.id))[-1]
    assert (entry.kind, entry.actor, entry.text) == (EventKind.TERMS, "sales", "spring offer")
    assert entry.detail["lines"] == [
        {
            "line_no": 1,
            "old_unit_price_fen": 32_900,
            "old_discount_bp": 0,
            "unit_price_fen": 29_999,
            "discount_bp": 1_250,
        }
    ]
    edited = await orders.replace_lines(company, order.number, [LineRequest(WOK, 2), LineRequest(COOKER, 1)], BUYER)
    assert [(line.sku, line.unit_price_fen, line.discount_bp) for line in edited.lines] == [
        (WOK, 15_900, 0),
        (COOKER, 29_999, 1_250),
    ]


async def test_terms_for_a_line_that_is_not_there_are_refused(company: AsyncSession) -> None:
    order = await _draft(company)
    refused = await _refusal(orders.set_terms(company, order.number, [LineTerms(3, 1)], "sales"))
    assert (refused.code, refused.params) == (RefusalCode.UNKNOWN_LINE, {"line_no": 3})


@pytest.mark.parametrize(
    ("states", "may_edit", "may_reprice"),
    [
        ((), True, True),
        ((OrderStatus.SUBMITTED,), False, True),
        ((OrderStatus.SUBMITTED, OrderStatus.RETURNED), True, True),
        ((OrderStatus.SUBMITTED, OrderStatus.APPROVED), False, False),
        ((OrderStatus.SUBMITTED, OrderStatus.REJECTED), False, False),
        ((OrderStatus.CANCELLED,), False, False),
    ],
)
async def test_an_order_is_changed_only_before_approval(
    company: AsyncSession, states: tuple[OrderStatus, ...], may_edit: bool, may_reprice: bool
) -> None:
    order = await _draft(company)
    await _move(company, order, *states)
    edit = orders.replace_lines(company, order.number, [LineRequest(WOK, 2)], BUYER)
    if may_edit:
        await edit
    else:
        assert (await _refusal(edit)).code is RefusalCode.NOT_EDITABLE
    reprice = orders.set_terms(company, order.number, [LineTerms(1, 1)], "sales")
    if may_reprice:
        await reprice
    else:
        assert (await _refusal(reprice)).code is RefusalCode.NOT_EDITABLE


async def test_note_and_own_number_can_be_changed_on_a_draft(company: AsyncSession) -> None:
    order = await _draft(company)
    changed = await orders.set_note(company, order.number, "上午送货", "PO-77", DEALER_A)
    assert (changed.note, changed.reference) == ("上午送货", "PO-77")


async def test_a_step_moves_an_order_once_for_its_key(company: AsyncSession) -> None:
    order = await _draft(company)
    key = _key(order.number)
    first = await orders.change_status(company, order.number, OrderStatus.SUBMITTED, key, text="please")
    assert await orders.change_status(company, order.number, OrderStatus.SUBMITTED, key, text="please") == first
    submitted = await orders.find_order(company, order.number)
    assert submitted is not None
    assert (submitted.status, submitted.submitted_at) == (OrderStatus.SUBMITTED, AT)
    told = [(each.from_status, each.to_status, each.text) for each in await orders.timeline(company, order.id)]
    assert told == [("", "draft", ""), ("draft", "submitted", "please")]


async def test_a_late_repetition_does_not_move_an_order_that_came_by_again(company: AsyncSession) -> None:
    order = await _draft(company)
    submitted, returned = OrderStatus.SUBMITTED, OrderStatus.RETURNED
    await _move(company, order, submitted, returned, submitted)
    await orders.change_status(company, order.number, returned, _key(order.number, "step#1"))
    assert (await orders.order_facts(company, order.number))[1] is submitted


async def test_an_illegal_transition_is_refused(company: AsyncSession) -> None:
    order = await _draft(company)
    refused = await _refusal(orders.change_status(company, order.number, OrderStatus.SHIPPED, _key(order.number)))
    assert refused.code is RefusalCode.ILLEGAL_TRANSITION
    assert refused.params == {"order_number": order.number, "status": "draft", "to": "shipped"}


async def test_an_order_that_ended_knows_when(company: AsyncSession) -> None:
    order = await _draft(company)
    cancelled = await orders.cancel_draft(company, order.number, BUYER, DEALER_A, "ordered twice")
    assert cancelled.status is OrderStatus.CANCELLED
    assert cancelled.closed_at is not None
    again = orders.cancel_draft(company, order.number, BUYER, DEALER_A)
    assert (await _refusal(again)).code is RefusalCode.NOT_EDITABLE


async def test_internal_remarks_never_leak(company: AsyncSession) -> None:
    order = await _draft(company)
    await orders.add_comment(company, order.number, BUYER, "请尽快")
    await orders.add_comment(company, order.number, "sales", "给他们优惠", is_internal=True)
    outside = await orders.timeline(company, order.id)
    inside = await orders.timeline(company, order.id, include_internal=True)
    assert [entry.text for entry in outside] == ["", "请尽快"]
    assert [entry.text for entry in inside] == ["", "请尽快", "给他们优惠"]
    assert (inside[-1].actor_zh, inside[-1].actor_en) == ("sales 中", "sales en")


async def test_a_repeated_request_comments_once(company: AsyncSession) -> None:
    order = await _draft(company)
    for _ in range(2):
        await orders.add_comment(company, order.number, BUYER, "hello", request_id="r1")
        await orders.add_comment(company, order.number, BUYER, "again")
    comments = [entry.text for entry in await orders.timeline(company, order.id) if entry.kind is EventKind.COMMENT]
    assert comments == ["hello", "again", "again"]


async def test_received_quantities_stand_on_the_lines(company: AsyncSession) -> None:
    order = await _draft(company)
    await orders.set_received(company, order.id, {1: 2, 2: 5})
    received = await orders.find_order(company, order.number)
    assert received is not None
    assert [line.received_quantity for line in received.lines] == [2, 5]
