"""Document numbers: `SO-2026-000001`, one series for each kind and year, without gaps."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_NEXT = text(
    "INSERT INTO number_series (series, last) VALUES (:series, 1) "
    "ON CONFLICT (series) DO UPDATE SET last = number_series.last + 1 RETURNING last"
)


async def next_number(session: AsyncSession, prefix: str, year: int) -> str:
    """Give out the next number. The series stays locked until the transaction ends: none is lost or given twice."""
    series = f"{prefix}-{year}"
    last = (await session.execute(_NEXT, {"series": series})).scalar_one()
    return f"{series}-{last:06d}"
