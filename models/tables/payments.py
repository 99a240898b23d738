"""The ledger and the payments booked in it. Append-only; every entry sums to zero."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.tables.columns import big_key, big_reference, fen, instant


class LedgerEntry(SQLModel, table=True):
    __tablename__ = "ledger_entry"

    id: int | None = big_key()
    at: datetime = instant(index=True)
    kind: str = Field(max_length=24)
    """delivery, credit, payment or reversal"""
    document: str = Field(max_length=60, index=True)
    actor: str = Field(max_length=80)
    key: str = Field(max_length=200, unique=True)


class LedgerPosting(SQLModel, table=True):
    """One side of an entry: positive debits, negative credits."""

    __tablename__ = "ledger_posting"
    __table_args__ = (
        Index("ix_ledger_posting_account", "account", "dealer_id", "id"),
        UniqueConstraint("entry_id", "line_no"),
    )

    id: int | None = big_key()
    entry_id: int = big_reference("ledger_entry.id", index=True)
    line_no: int
    account: str = Field(max_length=24)
    """receivable, revenue or bank"""
    dealer_id: int | None = Field(default=None, foreign_key="dealer.id")
    amount_fen: int = fen()


class Payment(SQLModel, table=True):
    __tablename__ = "payment"

    id: int | None = big_key()
    number: str = Field(max_length=40, unique=True)
    dealer_id: int = Field(foreign_key="dealer.id", index=True)
    statement_id: int | None = big_reference("statement.id", nullable=True, index=True)
    amount_fen: int = fen()
    reference: str = Field(default="", max_length=120)
    recorded_by: str = Field(max_length=80)
    recorded_at: datetime = instant()
    key: str = Field(max_length=200, unique=True)
