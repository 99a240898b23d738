"""Steps for the driver's tests: they leave a row behind, fail on demand, or talk to the outside."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from activities.registry import Step
from models.payloads.processes import StepError, StepKey
from models.tables.processes import MessageStart

CALLS: list[str] = []
"""Keys of the remote calls that were made, for tests that count them."""
HICCUPS: list[str] = []
"""What the database says to the next notes, in place of keeping them."""


@dataclass(frozen=True, slots=True)
class Anything:
    fixed: bool = False
    answer: str = "yes"


@dataclass(frozen=True, slots=True)
class Noted:
    last_note: str


async def note(session: AsyncSession, payload: Anything, key: StepKey) -> Noted:
    """Leave a mark that names the activation.

    Safe to retry: it is one transaction with the journal.
    """
    datetime.fromisoformat(key.at)
    if HICCUPS:
        raise OperationalError("INSERT", {}, sqlite3.OperationalError(HICCUPS.pop()))
    session.add(MessageStart(message=str(key), template_key=key.instance_id, process_id=key.actor, element_id="note"))
    await session.flush()
    return Noted(key.activation)


async def unnote(session: AsyncSession, payload: Anything, key: StepKey) -> None:
    """Remove the mark of the activation that is undone, and leave one that tells the order of undoing.

    Safe to retry: it is one transaction with the journal.
    """
    undone = f"{key.instance_id}/{key.compensates}"
    await session.execute(delete(MessageStart).where(col(MessageStart.message) == undone))
    order = (await session.execute(select(func.count()).select_from(MessageStart))).scalar_one()
    session.add(
        MessageStart(
            message=f"undone {key.compensates}",
            template_key=key.instance_id,
            process_id=str(order),
            element_id="undone",
        )
    )


async def crash(session: AsyncSession, payload: Anything, key: StepKey) -> Noted:
    """Break like a programming error does, after it has written something, until `fixed` is set.

    Safe to retry: it is one transaction with the journal.
    """
    session.add(MessageStart(message=f"half {key}", template_key=key.instance_id, process_id="", element_id="half"))
    await session.flush()
    if not payload.fixed:
        raise ZeroDivisionError("division of a dealer by zero")
    return Noted(key.activation)


async def refuse(session: AsyncSession, payload: Anything, key: StepKey) -> None:
    """Fail for good, with a code.

    Safe to retry: it does nothing.
    """
    raise StepError("OUT_OF_STOCK", "DF-1001 is out of stock")


async def ask(payload: Anything, key: StepKey) -> Noted:
    """Ask somebody outside.

    Safe to retry: the other side knows the key.
    """
    CALLS.append(str(key))
    if payload.answer == "flaky" and CALLS.count(str(key)) < 3:
        raise ConnectionError("the carrier hung up")
    if payload.answer == "no":
        raise StepError("OUT_OF_STOCK", "the carrier refuses")
    return Noted(payload.answer)


def _step(name: str, function: Any, result: type | None, *, local: bool = True, undo: str | None = None) -> Step:
    return Step(name, function, Anything, result, local, undo, {"zh": "测试", "en": "Test"}, "Safe to retry.")


STEPS: Mapping[str, Step] = {
    step.name: step
    for step in (
        _step("probe.note", note, Noted, undo="probe.unnote"),
        _step("probe.unnote", unnote, None),
        _step("probe.crash", crash, Noted),
        _step("probe.refuse", refuse, None),
        _step("outside.ask", ask, Noted, local=False),
    )
}
