"""Dealers and their stores."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel

from models.tables.columns import instant


class DealerStatus(StrEnum):
    ACTIVE = "active"
    SUSPENDED = "suspended"


class Dealer(SQLModel, table=True):
    __tablename__ = "dealer"

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(max_length=40, unique=True)
    name_zh: str = Field(max_length=120)
    name_en: str = Field(max_length=120)
    region: str = Field(max_length=60, index=True)
    tier: str = Field(default="standard", max_length=20)
    city: str = Field(default="", max_length=80)
    address: str = Field(default="", max_length=240)
    status: str = Field(default=DealerStatus.ACTIVE, max_length=20)
    suspended_reason: str = ""
    sales_manager: str = Field(default="", max_length=80)
    """Login of the sales manager who looks after this dealer; empty means anyone with the role."""
    payment_term_days: int = 30
    created_at: datetime = instant()


class Store(SQLModel, table=True):
    __tablename__ = "store"

    id: int | None = Field(default=None, primary_key=True)
    dealer_id: int = Field(foreign_key="dealer.id", index=True)
    code: str = Field(max_length=40, unique=True)
    name_zh: str = Field(max_length=120)
    name_en: str = Field(max_length=120)
    city: str = Field(default="", max_length=80)
