"""The one step that the measured template calls."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from activities.registry import step
from models.payloads.processes import StepKey
from tests.benchmarks import projection


@dataclass(frozen=True, slots=True)
class Nothing:
    """The step needs no input."""


@step("bench.record_effect", zh="记录效果", en="Record an effect", local=True)
async def record_effect(session: AsyncSession, payload: Nothing, key: StepKey) -> None:
    """Write the one row that every measured step writes.

    Safe to retry: the row and the journal that says so are one transaction.
    """
    await projection.record_effect(session, key.instance_id, int(key.activation[len("step")]))
