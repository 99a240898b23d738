"""Kinds of fields that requests and answers share, with their bounds."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Path, Query
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictInt, StrictStr
from pydantic_core import PydanticCustomError

LARGEST_ID = 2**63 - 1
LARGEST_AMOUNT_FEN = 10**15
MOST_LINES = 500


class RequestPayload(BaseModel):
    """A body that is sent to us. What it does not know it refuses, so that a misspelt field is not passed over."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class AnswerPayload(BaseModel):
    """A body that we send, read off a view of the same field names. Fields are only ever added."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


def _written_day(value: Any) -> Any:
    """Take a day as people write it; pydantic alone would also take seconds since 1970 and midnights."""
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
        with suppress(ValueError):
            return date.fromisoformat(value)
    raise PydanticCustomError("day_text", "a day is written YYYY-MM-DD")


Day = Annotated[date, BeforeValidator(_written_day, json_schema_input_type=date)]
Code = Annotated[str, BeforeValidator(lambda value: getattr(value, "code", value))]
"""A dealer, carrier or category, told by its code alone."""

Fen = Annotated[StrictInt, Field(ge=0, le=LARGEST_AMOUNT_FEN, description="Amount in fen, 1/100 of the currency unit")]
Whole = Annotated[StrictInt, Field(ge=-LARGEST_ID, le=LARGEST_ID)]
Word = Annotated[StrictStr, Field(min_length=1, max_length=160)]
Text = Annotated[StrictStr, Field(max_length=2000)]
Reason = Annotated[StrictStr, Field(min_length=1, max_length=2000, pattern=r"\S")]
JsonObject = dict[str, Any]

NO_CONTROL = r"^[^\x00-\x1f\x7f]+$"
RowId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Number = Annotated[str, Path(max_length=240, pattern=NO_CONTROL, description="Number of a document, id of an instance")]
Limit = Annotated[int, Query(ge=1, le=200, description="How many items at most")]
After = Annotated[
    str | None, Query(max_length=400, pattern=NO_CONTROL, description="`next` of the list's part before this one")
]
Filter = Annotated[str | None, Query(max_length=240, pattern=NO_CONTROL)]

ItemT = TypeVar("ItemT")


class Listing(AnswerPayload, Generic[ItemT]):
    """One part of a list. `next` continues behind it; null is the end."""

    items: list[ItemT]
    next: str | None
