"""What a filled-in form means to the process."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.datastructures import FormData

from models.rules.forms import FORMS as CHECKED
from web.inbox.forms import FORMS, GENERIC, form_of, read_data
from web.render import FOLDER

Fields = list[tuple[str, str]]

CASES: list[tuple[str, Fields, str, dict[str, Any]]] = [
    ("order_approval", [("action", "approve")], "", {}),
    ("pick_and_hand_over", [("carrier", "SUDA"), ("waybill", " W1 ")], "", {"carrier": "SUDA", "waybill": "W1"}),
    (
        "confirm_receipt",
        [("line_no", "1"), ("received", "5"), ("damaged", "0"), ("line_no", "2"), ("received", ""), ("damaged", "x")],
        "",
        {"lines": [{"line_no": 1, "received": 5, "damaged": 0}, {"line_no": 2, "received": "", "damaged": "x"}]},
    ),
    ("claim_decision", [("action", "credit")], "Our fault.", {"resolution": "Our fault."}),
    (
        "statement_confirm",
        [
            ("action", "dispute"),
            ("disputed", "SO-2"),
            ("order_number", "SO-1"),
            ("reason", ""),
            ("order_number", "SO-2"),
            ("reason", " too much "),
        ],
        "",
        {"lines": [{"order_number": "SO-2", "reason": "too much"}]},
    ),
    ("statement_confirm", [("action", "confirm"), ("disputed", "SO-2")], "", {}),
    ("record_payment", [("amount", "¥1,234.50"), ("reference", "B1")], "", {"amount_fen": 123_450, "reference": "B1"}),
    ("record_payment", [("amount", "a lot")], "", {"amount_fen": "a lot", "reference": None}),
    ("record_payment", [("amount", "NaN")], "", {"amount_fen": "NaN", "reference": None}),
    (
        "nobody_drew_this",
        [("key", "count"), ("value", "3"), ("key", "who"), ("value", "me"), ("key", ""), ("value", "left out")],
        "",
        {"count": 3, "who": "me"},
    ),
]


@pytest.mark.parametrize(("key", "fields", "comment", "data"), CASES)
def test_a_form_is_read(key: str, fields: Fields, comment: str, data: dict[str, Any]) -> None:
    assert read_data(key, FormData([*fields]), comment) == data


def test_every_form_that_rules_check_is_drawn() -> None:
    assert set(CHECKED) <= set(FORMS)


@pytest.mark.parametrize("part", [form.part for form in FORMS.values()])
def test_every_form_has_its_part(part: str) -> None:
    assert (FOLDER / part).is_file()


def test_an_unknown_form_is_shown_as_names_and_values() -> None:
    assert form_of("nobody_drew_this").part == form_of(None).part == GENERIC
