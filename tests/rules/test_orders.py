"""Lines, prices, states and permissions of orders."""

import pytest

from models.payloads.access import Actor
from models.payloads.catalog import CategoryView, ProductView
from models.payloads.orders import LineRequest, LineTerms, OrderStatus
from models.rules.catalog import MAXIMUM_QUANTITY
from models.rules.orders import (
    FINAL,
    MAXIMUM_LINES,
    TRANSITIONS,
    LineProblemCode,
    OrderAction,
    OrderRefused,
    RefusalCode,
    allowed_order_actions,
    check_lines,
    check_terms,
    is_allowed_transition,
    merge_lines,
    price_lines,
)
from tests.fixtures.company import BUYER_A, BUYER_B, CAST, DEALER_A, FINANCE, OPS, OWNER_A, SALES, STORE_A, WAREHOUSE


def _product(sku: str, minimum: int = 1, pack: int = 1, is_active: bool = True, price: int = 1_000) -> ProductView:
    category = CategoryView("kitchen", "厨房电器", "Kitchen appliances")
    return ProductView(len(sku), sku, "锅", "Pot", category, "件", "pc", price, minimum, pack, is_active)


PRODUCTS = {
    product.sku: product
    for product in (
        _product("POT"),
        _product("CUP", minimum=6, pack=6),
        _product("BAG", minimum=10, pack=4),
        _product("OLD", is_active=False),
    )
}


@pytest.mark.parametrize(
    ("sku", "quantity", "code"),
    [
        ("POT", 1, None),
        ("POT", MAXIMUM_QUANTITY, None),
        ("POT", MAXIMUM_QUANTITY + 1, LineProblemCode.QUANTITY_OUT_OF_RANGE),
        ("POT", 0, LineProblemCode.QUANTITY_OUT_OF_RANGE),
        ("POT", -3, LineProblemCode.QUANTITY_OUT_OF_RANGE),
        ("NIX", 1, LineProblemCode.UNKNOWN_SKU),
        ("OLD", 1, LineProblemCode.INACTIVE_PRODUCT),
        ("CUP", 5, LineProblemCode.BELOW_MINIMUM),
        ("CUP", 6, None),
        ("CUP", 7, LineProblemCode.NOT_A_PACK_MULTIPLE),
        ("BAG", 8, LineProblemCode.BELOW_MINIMUM),
        ("BAG", 12, None),
    ],
)
def test_a_line_is_orderable_or_its_problem_is_named(sku: str, quantity: int, code: LineProblemCode | None) -> None:
    problems = check_lines([LineRequest(sku, quantity)], PRODUCTS)
    assert [problem.code for problem in problems] == ([] if code is None else [code])


def test_every_bad_line_is_named_by_its_number() -> None:
    lines = [LineRequest("NIX", 1), LineRequest("POT", 1), LineRequest("CUP", 7)]
    assert [(problem.line_no, problem.params["sku"]) for problem in check_lines(lines, PRODUCTS)] == [
        (1, "NIX"),
        (3, "CUP"),
    ]


def test_repeated_skus_are_added_up_where_they_came_first() -> None:
    lines = [LineRequest("POT", 1), LineRequest("CUP", 6), LineRequest("POT", 2)]
    assert merge_lines(lines) == (LineRequest("POT", 3), LineRequest("CUP", 6))


@pytest.mark.parametrize(
    ("price", "discount_bp", "quantity", "amount"),
    [(1_000, 0, 3, 3_000), (999, 500, 1, 949), (1, 5_000, 1, 1), (1, 5_001, 1, 0), (1_400, 1_500, 12, 14_280)],
)
def test_an_agreed_price_and_discount_are_rounded_once_at_the_line(
    price: int, discount_bp: int, quantity: int, amount: int
) -> None:
    (line,) = price_lines([LineRequest("POT", quantity)], PRODUCTS, {"POT": (price, discount_bp)})
    assert line.amount_fen == amount


def test_lines_without_agreed_terms_cost_the_list_price() -> None:
    lines = price_lines([LineRequest("POT", 2), LineRequest("CUP", 6)], PRODUCTS, {"CUP": (900, 0)})
    assert [(line.line_no, line.unit_price_fen, line.amount_fen) for line in lines] == [
        (1, 1_000, 2_000),
        (2, 900, 5_400),
    ]


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([], RefusalCode.NO_LINES),
        ([LineRequest("POT", 1)] * (MAXIMUM_LINES + 1), RefusalCode.TOO_MANY_LINES),
        ([LineRequest("NIX", 1)], RefusalCode.LINES_INVALID),
    ],
)
def test_an_order_that_cannot_be_priced_is_refused(lines: list[LineRequest], code: RefusalCode) -> None:
    with pytest.raises(OrderRefused) as refused:
        price_lines(lines, PRODUCTS)
    assert refused.value.code is code


@pytest.mark.parametrize(
    "terms",
    [LineTerms(1, unit_price_fen=-1), LineTerms(1, discount_bp=-1), LineTerms(1, discount_bp=10_001)],
)
def test_absurd_terms_are_refused(terms: LineTerms) -> None:
    with pytest.raises(OrderRefused):
        check_terms([LineTerms(1, 100, 10_000), terms])


def test_every_state_has_its_transitions_and_every_order_can_end() -> None:
    assert set(TRANSITIONS) == set(OrderStatus)
    for status in OrderStatus:
        seen, frontier = {status}, {status}
        while frontier:
            frontier = {after for each in frontier for after in TRANSITIONS[each]} - seen
            seen |= frontier
        assert seen & FINAL


@pytest.mark.parametrize(
    ("status", "to"),
    [
        (OrderStatus.DRAFT, OrderStatus.APPROVED),
        (OrderStatus.REJECTED, OrderStatus.SUBMITTED),
        (OrderStatus.COMPLETED, OrderStatus.CANCELLED),
        (OrderStatus.APPROVED, OrderStatus.WITHDRAWN),
        (OrderStatus.SHIPPED, OrderStatus.DISPATCHING),
    ],
)
def test_an_order_does_not_jump_or_go_back(status: OrderStatus, to: OrderStatus) -> None:
    assert not is_allowed_transition(status, to)


_EDIT, _SUBMIT, _WITHDRAW, _CANCEL = OrderAction.EDIT, OrderAction.SUBMIT, OrderAction.WITHDRAW, OrderAction.CANCEL
_REPRICE, _COMMENT, _REORDER = OrderAction.REPRICE, OrderAction.COMMENT, OrderAction.REORDER
_CONFIRM = OrderAction.CONFIRM_RECEIPT


@pytest.mark.parametrize(
    ("status", "actor", "actions"),
    [
        (OrderStatus.DRAFT, BUYER_A, {_EDIT, _SUBMIT, _CANCEL, _COMMENT}),
        (OrderStatus.DRAFT, SALES, {_REPRICE, _COMMENT}),
        (OrderStatus.SUBMITTED, OWNER_A, {_WITHDRAW, _COMMENT, _REORDER}),
        (OrderStatus.SUBMITTED, SALES, {_REPRICE, _COMMENT, _CANCEL}),
        (OrderStatus.RETURNED, BUYER_A, {_EDIT, _WITHDRAW, _COMMENT, _REORDER}),
        (OrderStatus.APPROVED, BUYER_A, {_COMMENT, _REORDER}),
        (OrderStatus.APPROVED, OPS, {_COMMENT, _CANCEL}),
        (OrderStatus.APPROVED, FINANCE, {_COMMENT}),
        (OrderStatus.SHIPPED, BUYER_A, {_CONFIRM, _COMMENT, _REORDER}),
        (OrderStatus.SHIPPED, SALES, {_COMMENT}),
        (OrderStatus.COMPLETED, BUYER_A, {_COMMENT, _REORDER}),
        (OrderStatus.COMPLETED, WAREHOUSE, {_COMMENT}),
        (OrderStatus.SHIPPED, STORE_A, set()),
    ],
)
def test_each_person_is_offered_what_the_state_allows(
    status: OrderStatus, actor: Actor, actions: set[OrderAction]
) -> None:
    assert allowed_order_actions(status, DEALER_A, actor) == actions


@pytest.mark.parametrize("status", OrderStatus)
def test_another_dealers_people_are_offered_nothing(status: OrderStatus) -> None:
    assert allowed_order_actions(status, DEALER_A, BUYER_B) == set()


@pytest.mark.parametrize("actor", CAST, ids=lambda actor: actor.login)
def test_nobody_changes_an_order_once_it_is_approved(actor: Actor) -> None:
    late = set(OrderStatus) - {OrderStatus.DRAFT, OrderStatus.SUBMITTED, OrderStatus.RETURNED}
    for status in late:
        assert not allowed_order_actions(status, DEALER_A, actor) & {_EDIT, _SUBMIT, _WITHDRAW, _REPRICE}
