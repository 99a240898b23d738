"""Statements for a dealer and a period."""

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.tables.columns import big_key, big_reference, fen, instant


class Statement(SQLModel, table=True):
    __tablename__ = "statement"
    __table_args__ = (Index("ix_statement_dealer", "dealer_id", "id"),)

    id: int | None = big_key()
    number: str = Field(max_length=40, unique=True)
    dealer_id: int = Field(foreign_key="dealer.id")
    from_on: date
    to_on: date
    """Last day of the period, included."""
    status: str = Field(max_length=24)
    total_fen: int = fen()
    settled_fen: int = fen(0)
    created_by: str = Field(max_length=80)
    created_at: datetime = instant()
    closed_at: datetime | None = instant(nullable=True)
    key: str = Field(max_length=200, unique=True)
    """Dealer and period: asking twice gives one statement."""


class StatementLine(SQLModel, table=True):
    """One confirmed order, at its value. A disputed line stops only itself, and an order stands on one statement."""

    __tablename__ = "statement_line"
    __table_args__ = (
        UniqueConstraint("statement_id", "order_id"),
        Index(
            "uq_statement_line_standing",
            "order_id",
            unique=True,
            sqlite_where=text("status <> 'released'"),
            postgresql_where=text("status <> 'released'"),
        ),
    )

    id: int | None = big_key()
    statement_id: int = big_reference("statement.id", index=True)
    order_id: int = big_reference("sales_order.id", index=True)
    order_number: str = Field(max_length=40)
    delivered_on: date
    amount_fen: int = fen()
    paid_fen: int = fen(0)
    status: str = Field(default="open", max_length=20)
    """See `LineStatus`."""
    dispute_reason: str = ""
