"""Which lines an order may have, what they cost, where its state may go and who may do what to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from models.money import BASIS_POINTS, line_amount_fen
from models.payloads.access import Actor
from models.payloads.catalog import ProductView
from models.payloads.orders import LineRequest, LineTerms, OrderStatus, PricedLine
from models.rules.access import Action, may, may_reach_dealer
from models.rules.catalog import MAXIMUM_QUANTITY

__all__ = [
    "EDITABLE",
    "FINAL",
    "REPRICEABLE",
    "TRANSITIONS",
    "LineProblem",
    "LineProblemCode",
    "OrderAction",
    "OrderRefused",
    "OrderStatus",
    "RefusalCode",
    "allowed_order_actions",
    "check_lines",
    "check_terms",
    "is_allowed_transition",
    "merge_lines",
    "price_lines",
]

MAXIMUM_LINES = 500
MAXIMUM_UNIT_PRICE_FEN = 1_000_000_000_00

_S = OrderStatus
TRANSITIONS: Mapping[OrderStatus, frozenset[OrderStatus]] = {
    _S.DRAFT: frozenset({_S.SUBMITTED, _S.CANCELLED}),
    _S.SUBMITTED: frozenset({_S.RETURNED, _S.REJECTED, _S.WITHDRAWN, _S.APPROVED, _S.CANCELLED}),
    _S.RETURNED: frozenset({_S.SUBMITTED, _S.REJECTED, _S.WITHDRAWN, _S.CANCELLED}),
    _S.APPROVED: frozenset({_S.DISPATCHING, _S.CANCELLED}),
    _S.DISPATCHING: frozenset({_S.SHIPPED, _S.CANCELLED}),
    _S.SHIPPED: frozenset({_S.DELIVERED, _S.CANCELLED}),
    _S.DELIVERED: frozenset({_S.COMPLETED, _S.CANCELLED}),
    _S.REJECTED: frozenset(),
    _S.WITHDRAWN: frozenset(),
    _S.COMPLETED: frozenset(),
    _S.CANCELLED: frozenset(),
}
FINAL = frozenset(status for status, following in TRANSITIONS.items() if not following)
EDITABLE = frozenset({_S.DRAFT, _S.RETURNED})
REPRICEABLE = EDITABLE | {_S.SUBMITTED}


class LineProblemCode(StrEnum):
    UNKNOWN_SKU = "unknown_sku"
    INACTIVE_PRODUCT = "inactive_product"
    QUANTITY_OUT_OF_RANGE = "quantity_out_of_range"
    BELOW_MINIMUM = "below_minimum"
    NOT_A_PACK_MULTIPLE = "not_a_pack_multiple"


@dataclass(frozen=True, slots=True)
class LineProblem:
    """What is wrong with one line. `params` fill the sentence: sku, quantity, minimum, pack_size, maximum."""

    line_no: int
    code: LineProblemCode
    params: Mapping[str, str | int] = field(default_factory=dict)


class RefusalCode(StrEnum):
    NO_LINES = "no_lines"
    TOO_MANY_LINES = "too_many_lines"
    LINES_INVALID = "lines_invalid"
    TERMS_INVALID = "terms_invalid"
    UNKNOWN_LINE = "unknown_line"
    DEALER_UNKNOWN = "dealer_unknown"
    DEALER_SUSPENDED = "dealer_suspended"
    ORDER_NOT_FOUND = "order_not_found"
    NOT_EDITABLE = "not_editable"
    CHANGED_MEANWHILE = "changed_meanwhile"
    ILLEGAL_TRANSITION = "illegal_transition"


class OrderRefused(Exception):
    """An order cannot be made, changed or moved on. `params` fill the sentence; `problems` name every bad line."""

    def __init__(
        self, code: RefusalCode, params: Mapping[str, str | int] | None = None, problems: tuple[LineProblem, ...] = ()
    ) -> None:
        self.code = code
        self.params = dict(params or {})
        self.problems = problems
        super().__init__(f"{code} {self.params} {problems}" if problems else f"{code} {self.params}")


class OrderAction(StrEnum):
    EDIT = "edit"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    CANCEL = "cancel"
    REPRICE = "reprice"
    COMMENT = "comment"
    CONFIRM_RECEIPT = "confirm_receipt"
    REORDER = "reorder"


_ACTIONS: Mapping[OrderAction, tuple[Action, frozenset[OrderStatus]]] = {
    OrderAction.EDIT: (Action.ORDER_EDIT, EDITABLE),
    OrderAction.SUBMIT: (Action.ORDER_SUBMIT, frozenset({_S.DRAFT})),
    OrderAction.WITHDRAW: (Action.ORDER_WITHDRAW, frozenset({_S.SUBMITTED, _S.RETURNED})),
    OrderAction.REPRICE: (Action.ORDER_REPRICE, REPRICEABLE),
    OrderAction.COMMENT: (Action.ORDER_COMMENT, frozenset(OrderStatus)),
    OrderAction.CONFIRM_RECEIPT: (Action.ORDER_CONFIRM_RECEIPT, frozenset({_S.SHIPPED, _S.DELIVERED})),
    OrderAction.REORDER: (Action.ORDER_REORDER, frozenset(OrderStatus) - {_S.DRAFT}),
}

# A dealer discards its own draft; once the process runs, the manufacturer cancels it until the goods have left.
_CANCELLABLE_BY_DEALER = frozenset({_S.DRAFT})
_CANCELLABLE_BY_MANUFACTURER = frozenset({_S.SUBMITTED, _S.RETURNED, _S.APPROVED, _S.DISPATCHING})


def is_allowed_transition(status: OrderStatus, to: OrderStatus) -> bool:
    return to in TRANSITIONS[status]


def allowed_order_actions(status: OrderStatus, dealer_code: str, actor: Actor) -> frozenset[OrderAction]:
    """Offer what this person may do to an order of that dealer in that state: the buttons and the guard behind."""
    if not may_reach_dealer(actor, dealer_code):
        return frozenset()
    offered = {name for name, (action, states) in _ACTIONS.items() if status in states and may(actor, action)}
    cancellable = _CANCELLABLE_BY_DEALER if actor.dealer else _CANCELLABLE_BY_MANUFACTURER
    if status in cancellable and may(actor, Action.ORDER_CANCEL):
        offered.add(OrderAction.CANCEL)
    return frozenset(offered)


def merge_lines(lines: Sequence[LineRequest]) -> tuple[LineRequest, ...]:
    """Add up repeated SKUs at the place where each came first."""
    quantities: dict[str, int] = {}
    for line in lines:
        quantities[line.sku] = quantities.get(line.sku, 0) + line.quantity
    return tuple(LineRequest(sku, quantity) for sku, quantity in quantities.items())


def check_lines(lines: Sequence[LineRequest], products: Mapping[str, ProductView]) -> tuple[LineProblem, ...]:
    """Name every line that cannot be ordered, numbered from 1 in the order given."""
    found = (_problem_of(number, line, products.get(line.sku)) for number, line in enumerate(lines, start=1))
    return tuple(problem for problem in found if problem is not None)


def _problem_of(line_no: int, line: LineRequest, product: ProductView | None) -> LineProblem | None:
    code = LineProblemCode
    if product is None:
        return LineProblem(line_no, code.UNKNOWN_SKU, {"sku": line.sku})
    params: dict[str, str | int] = {"sku": line.sku, "quantity": line.quantity}
    if not product.is_active:
        return LineProblem(line_no, code.INACTIVE_PRODUCT, params)
    if not 1 <= line.quantity <= MAXIMUM_QUANTITY:
        return LineProblem(line_no, code.QUANTITY_OUT_OF_RANGE, params | {"maximum": MAXIMUM_QUANTITY})
    if line.quantity < product.minimum_quantity:
        return LineProblem(line_no, code.BELOW_MINIMUM, params | {"minimum": product.minimum_quantity})
    if line.quantity % product.pack_size:
        return LineProblem(line_no, code.NOT_A_PACK_MULTIPLE, params | {"pack_size": product.pack_size})
    return None


def price_lines(
    lines: Sequence[LineRequest],
    products: Mapping[str, ProductView],
    agreed: Mapping[str, tuple[int, int]] | None = None,
) -> tuple[PricedLine, ...]:
    """Price each line as `agreed` for its SKU (unit price in fen, discount in basis points), else at list price.

    Raises OrderRefused naming every line that cannot be ordered.
    """
    if not lines:
        raise OrderRefused(RefusalCode.NO_LINES)
    if len(lines) > MAXIMUM_LINES:
        raise OrderRefused(RefusalCode.TOO_MANY_LINES, {"maximum": MAXIMUM_LINES})
    problems = check_lines(lines, products)
    if problems:
        raise OrderRefused(RefusalCode.LINES_INVALID, problems=problems)
    terms = agreed or {}
    return tuple(
        _price(number, line.quantity, products[line.sku], terms.get(line.sku))
        for number, line in enumerate(lines, start=1)
    )


def _price(line_no: int, quantity: int, product: ProductView, agreed: tuple[int, int] | None) -> PricedLine:
    unit_price_fen, discount_bp = agreed or (product.list_price_fen, 0)
    return PricedLine(
        line_no=line_no,
        product_id=product.id,
        sku=product.sku,
        name_zh=product.name_zh,
        name_en=product.name_en,
        quantity=quantity,
        unit_price_fen=unit_price_fen,
        discount_bp=discount_bp,
        amount_fen=line_amount_fen(unit_price_fen, quantity, discount_bp),
    )


def check_terms(terms: Sequence[LineTerms]) -> None:
    """Refuse a negative or absurd price and a discount outside of 0 to 100 %. Raises OrderRefused."""
    for line in terms:
        price_is_off = line.unit_price_fen is not None and not 0 <= line.unit_price_fen <= MAXIMUM_UNIT_PRICE_FEN
        discount_is_off = line.discount_bp is not None and not 0 <= line.discount_bp <= BASIS_POINTS
        if price_is_off or discount_is_off:
            raise OrderRefused(RefusalCode.TERMS_INVALID, {"line_no": line.line_no})
