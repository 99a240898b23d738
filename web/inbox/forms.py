"""The forms of tasks: which part shows them, and what the process is told of what was filled in."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import InvalidOperation
from typing import Any

from starlette.datastructures import FormData

from models.money import parse_fen

Data = dict[str, Any]
Reader = Callable[[FormData], Data]

GENERIC = "inbox/forms/_generic.html"


@dataclass(frozen=True, slots=True)
class TaskForm:
    """`reads` turns the fields into the task's data; `comment_as` also tells the comment under that name.

    A form that is `wide` has fields on every line of a table: its buttons stand below it, not beside.
    """

    part: str
    reads: Reader
    comment_as: str = ""
    is_wide: bool = False


def _nothing(_form: FormData) -> Data:
    return {}


def _hand_over(form: FormData) -> Data:
    return {"carrier": _text(form, "carrier"), "waybill": _text(form, "waybill")}


def _receipt(form: FormData) -> Data:
    """Read three columns of equal length: line number, received, damaged."""
    columns = (form.getlist(name) for name in ("line_no", "received", "damaged"))
    rows = zip(*columns, strict=False)
    return {
        "lines": [
            {"line_no": _count(line_no), "received": _count(received), "damaged": _count(damaged)}
            for line_no, received, damaged in rows
        ]
    }


def _answer(form: FormData) -> Data:
    """Read which orders are disputed, and why; all orders come with a reason field, most of them empty."""
    if form.get("action") != "dispute":
        return {}
    reasons = dict(zip(form.getlist("order_number"), form.getlist("reason"), strict=False))
    return {
        "lines": [
            {"order_number": str(number), "reason": str(reasons.get(number, "")).strip()}
            for number in form.getlist("disputed")
        ]
    }


def _payment(form: FormData) -> Data:
    """Read an amount in yuan; what is no amount is told as it is, and refused by the task's rules."""
    typed = _text(form, "amount").replace(",", "").removeprefix("¥")
    try:
        amount: Any = parse_fen(typed)
    except (InvalidOperation, ValueError):
        amount = typed
    return {"amount_fen": amount, "reference": _text(form, "reference") or None}


def _generic(form: FormData) -> Data:
    """Read names and values; a value that is JSON is told as what it means, anything else as text."""
    pairs = zip(form.getlist("key"), form.getlist("value"), strict=False)
    return {str(key).strip(): _meaning(str(value)) for key, value in pairs if str(key).strip()}


FORMS: Mapping[str, TaskForm] = {
    "order_approval": TaskForm("inbox/forms/_order_approval.html", _nothing),
    "order_revision": TaskForm("inbox/forms/_order_revision.html", _nothing),
    "stock_shortage": TaskForm("inbox/forms/_stock_shortage.html", _nothing),
    "pick_and_hand_over": TaskForm("inbox/forms/_pick_and_hand_over.html", _hand_over),
    "confirm_receipt": TaskForm("inbox/forms/_confirm_receipt.html", _receipt, is_wide=True),
    "claim_decision": TaskForm("inbox/forms/_claim_decision.html", _nothing, comment_as="resolution"),
    "statement_check": TaskForm("inbox/forms/_statement.html", _nothing),
    "statement_confirm": TaskForm("inbox/forms/_statement_confirm.html", _answer, is_wide=True),
    "statement_sign_off": TaskForm("inbox/forms/_statement.html", _nothing),
    "dispute_decision": TaskForm("inbox/forms/_dispute_decision.html", _nothing),
    "record_payment": TaskForm("inbox/forms/_record_payment.html", _payment),
}
UNKNOWN = TaskForm(GENERIC, _generic)


def form_of(key: str | None) -> TaskForm:
    """Find a task's form; one that nobody has drawn is shown as names and values."""
    return FORMS.get(key or "", UNKNOWN)


def read_data(key: str | None, form: FormData, comment: str) -> Data:
    """Tell what a filled-in form means to the process."""
    task_form = form_of(key)
    data = task_form.reads(form)
    return data | {task_form.comment_as: comment} if task_form.comment_as else data


def _text(form: FormData, name: str) -> str:
    return str(form.get(name) or "").strip()


def _count(value: Any) -> Any:
    text = str(value).strip()
    return int(text) if text.isdecimal() and len(text) < 10 else text


def _meaning(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return value
