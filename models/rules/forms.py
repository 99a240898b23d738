"""What the data of a task's form must look like before the process hears of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Check = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of a form; `actions` are those it matters for, all when empty."""

    name: str
    check: Check
    is_required: bool = True
    actions: tuple[str, ...] = ()


def is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and len(value) <= 2000


def is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def is_positive(value: Any) -> bool:
    return is_count(value) and value > 0


def rows_of(*required: str, **checks: Check) -> Check:
    """Accept a list of objects with the required fields, in which every field that is there passes its check."""

    def fits(row: Any) -> bool:
        if not isinstance(row, Mapping) or not all(name in row for name in required):
            return False
        return all(name not in row or test(row[name]) for name, test in checks.items())

    def check(value: Any) -> bool:
        return isinstance(value, list) and all(fits(row) for row in value)

    return check


FORMS: Mapping[str, Sequence[FormField]] = {
    "pick_and_hand_over": (FormField("carrier", is_text), FormField("waybill", is_text)),
    "stock_shortage": (
        FormField("receipts", rows_of("sku", "quantity", sku=is_text, quantity=is_positive), is_required=False),
    ),
    "confirm_receipt": (
        FormField(
            "lines", rows_of("line_no", line_no=is_positive, received=is_count, damaged=is_count), is_required=False
        ),
    ),
    "claim_decision": (FormField("resolution", is_text, is_required=False),),
    "statement_confirm": (
        FormField("lines", rows_of("order_number", order_number=is_text, reason=is_text), actions=("dispute",)),
    ),
    "record_payment": (FormField("amount_fen", is_positive), FormField("reference", is_text, is_required=False)),
}
"""Forms that are not listed take any data."""


def find_bad_field(form: str | None, action: str, data: Mapping[str, Any]) -> str | None:
    """Name the first field that is missing or off, None when the data may pass."""
    for field in FORMS.get(form or "", ()):
        if field.actions and action not in field.actions:
            continue
        if data.get(field.name) is None:
            if field.is_required:
                return field.name
        elif not field.check(data[field.name]):
            return field.name
    return None
