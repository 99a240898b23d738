"""The order steps: each moves the order once, whatever is repeated."""

import inspect

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from activities import orders as steps
from activities.registry import StepFunction, load_steps
from models.payloads.orders import LineRequest, OrderFacts, OrderRef, OrderStatus, Submission
from models.payloads.processes import StepError, StepKey
from models.repositories import dealers, orders
from tests.fixtures.company import COOKER, DEALER_A

TOTAL = 32_900

WAY = (
    steps.register_submission,
    steps.mark_returned,
    steps.mark_resubmitted,
    steps.mark_approved,
    steps.mark_dispatching,
    steps.mark_shipped,
    steps.mark_delivered,
    steps.mark_completed,
)


@pytest.fixture
async def number(company: AsyncSession) -> str:
    order = await orders.create_order(company, DEALER_A, [LineRequest(COOKER, 1)], "dealer-a-buyer")
    return order.number


def _key(number: str, step: StepFunction, visit: int = 1) -> StepKey:
    return StepKey(number, f"{step.__name__}#{visit}", "2026-03-01T02:00:00+00:00", "dealer-a-buyer")


async def _status(session: AsyncSession, number: str) -> OrderStatus:
    return (await orders.order_facts(session, number))[1]


async def _walk(session: AsyncSession, number: str, *way: StepFunction) -> None:
    for step in way:
        await step(session, OrderRef(number), _key(number, step))


async def test_a_submission_tells_the_process_what_it_needs(company: AsyncSession, number: str) -> None:
    result = await steps.register_submission(company, OrderRef(number), _key(number, steps.register_submission))
    assert result == Submission(number, DEALER_A, TOTAL, "dealer-a-buyer")


async def test_an_order_goes_its_whole_way(company: AsyncSession, number: str) -> None:
    await _walk(company, number, *WAY)
    assert await _status(company, number) is OrderStatus.COMPLETED


async def test_every_step_done_twice_is_done_once(company: AsyncSession, number: str) -> None:
    for step in WAY:
        first = await step(company, OrderRef(number, "why"), _key(number, step))
        assert await step(company, OrderRef(number, "why"), _key(number, step)) == first
    order = await orders.find_order(company, number)
    assert order is not None
    assert len(await orders.timeline(company, order.id)) == len(WAY) + 1


@pytest.mark.parametrize(
    ("step", "status"),
    [
        (steps.mark_rejected, OrderStatus.REJECTED),
        (steps.mark_withdrawn, OrderStatus.WITHDRAWN),
        (steps.cancel_order, OrderStatus.CANCELLED),
    ],
)
async def test_an_order_that_ended_stays_as_it_ended(
    company: AsyncSession, number: str, step: StepFunction, status: OrderStatus
) -> None:
    await _walk(company, number, steps.register_submission, step)
    assert await _status(company, number) is status
    facts = await steps.cancel_order(company, OrderRef(number), _key(number, steps.cancel_order, 2))
    assert facts == OrderFacts(number, DEALER_A, TOTAL)
    assert await _status(company, number) is status
    with pytest.raises(StepError) as failed:
        await steps.mark_approved(company, OrderRef(number), _key(number, steps.mark_approved))
    assert failed.value.code == steps.ORDER_STATE_CONFLICT
    assert number in failed.value.message


@pytest.mark.parametrize("reached", range(len(WAY) - 1))
async def test_a_process_undone_at_any_point_cancels_the_order(
    company: AsyncSession, number: str, reached: int
) -> None:
    await _walk(company, number, *WAY[: reached + 1])
    await steps.cancel_order(company, OrderRef(number), _key(number, steps.cancel_order))
    assert await _status(company, number) is OrderStatus.CANCELLED


async def test_a_completed_order_cannot_be_cancelled(company: AsyncSession, number: str) -> None:
    await _walk(company, number, *WAY)
    with pytest.raises(StepError) as failed:
        await steps.cancel_order(company, OrderRef(number), _key(number, steps.cancel_order))
    assert failed.value.code == steps.ORDER_STATE_CONFLICT


async def test_a_dealer_suspended_meanwhile_is_stopped_at_the_submission(company: AsyncSession, number: str) -> None:
    await dealers.suspend_dealer(company, DEALER_A, "licence expired", "credit")
    with pytest.raises(StepError) as failed:
        await steps.register_submission(company, OrderRef(number), _key(number, steps.register_submission))
    assert failed.value.code == steps.DEALER_SUSPENDED
    assert "licence expired" in failed.value.message
    assert await _status(company, number) is OrderStatus.DRAFT


async def test_a_resubmission_tells_the_new_total(company: AsyncSession, number: str) -> None:
    await _walk(company, number, steps.register_submission, steps.mark_returned)
    await orders.replace_lines(company, number, [LineRequest(COOKER, 3)], "dealer-a-buyer")
    facts = await steps.mark_resubmitted(company, OrderRef(number), _key(number, steps.mark_resubmitted))
    assert facts.total_fen == 3 * TOTAL
    assert await steps.load_order(company, OrderRef(number), _key(number, steps.load_order)) == facts


@pytest.mark.parametrize("step", [*WAY, steps.cancel_order, steps.load_order], ids=lambda step: step.__name__)
async def test_an_unknown_order_fails_for_good(company: AsyncSession, step: StepFunction) -> None:
    with pytest.raises(StepError) as failed:
        await step(company, OrderRef("SO-1999-000001"), _key("SO-1999-000001", step))
    assert failed.value.code == steps.ORDER_NOT_FOUND


def test_every_order_step_is_registered_as_local() -> None:
    registered = {name: step for name, step in load_steps().items() if name.startswith("orders.")}
    functions = {name for name, _ in inspect.getmembers(steps, inspect.iscoroutinefunction) if not name.startswith("_")}
    assert {name.removeprefix("orders.") for name in registered} == functions
    assert all(step.is_local for step in registered.values())
    assert registered["orders.register_submission"].compensated_by == "orders.cancel_order"


@pytest.mark.parametrize(("step", "text"), [(steps.mark_returned, "数量有误"), (steps.mark_approved, "")])
async def test_the_dealer_reads_why_an_order_came_back_but_not_what_approvers_remark(
    company: AsyncSession, number: str, step: StepFunction, text: str
) -> None:
    await _walk(company, number, steps.register_submission)
    key = StepKey(number, "decision#1", "2026-03-01T02:00:00+00:00", "sales", comment="数量有误")
    await step(company, OrderRef(number), key)
    order = await orders.find_order(company, number)
    assert order is not None
    assert (await orders.timeline(company, order.id))[-1].text == text
