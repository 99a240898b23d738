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


def rows_of(**checks: Check) -> Check:
    """Accept a list of objects in which every named field that is present passes its check."""

    def check(value: Any) -> bool:
        return isinstance(value, list) and all(
            isinstance(row, Mapping) and all(name not in row or test(row[name]) for name, test in checks.items())
            for row in value
        )

    return check


FORMS: Mapping[str, Sequence[FormField]] = {
    "pick_and_hand_over": (FormField("carrier", is_text), FormField("waybill", is_text)),
    "confirm_receipt": (
        FormField("lines", rows_of(line_no=is_positive, received=is_count, damaged=is_count), is_required=False),
    ),
    "claim_decision": (FormField("resolution", is_text, is_required=False),),
    "statement_confirm": (FormField("lines", rows_of(order_number=is_text, reason=is_text), actions=("dispute",)),),
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
