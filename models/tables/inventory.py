"""Stock by product and warehouse: movements are the truth, the item row is their locked sum."""

from datetime import datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.tables.columns import big_key, big_reference, instant


class Warehouse(SQLModel, table=True):
    __tablename__ = "warehouse"

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(max_length=40, unique=True)
    name_zh: str = Field(max_length=80)
    name_en: str = Field(max_length=80)


class StockItem(SQLModel, table=True):
    __tablename__ = "stock_item"
    __table_args__ = (
        UniqueConstraint("product_id", "warehouse_id"),
        CheckConstraint("on_hand >= 0", name="on_hand_not_negative"),
        CheckConstraint("reserved >= 0 AND reserved <= on_hand", name="reserved_within_on_hand"),
    )

    id: int | None = Field(default=None, primary_key=True)
    product_id: int = Field(foreign_key="product.id")
    warehouse_id: int = Field(foreign_key="warehouse.id", index=True)
    on_hand: int = 0
    reserved: int = 0


class StockMovement(SQLModel, table=True):
    """Append-only. `quantity` is signed: receipts add, issues take away."""

    __tablename__ = "stock_movement"
    __table_args__ = (UniqueConstraint("key", "stock_item_id"),)

    id: int | None = big_key()
    stock_item_id: int = Field(foreign_key="stock_item.id", index=True)
    at: datetime = instant()
    kind: str = Field(max_length=20)
    quantity: int
    document: str = Field(max_length=60, index=True)
    key: str = Field(max_length=200)


class Reservation(SQLModel, table=True):
    """What an order holds until it is issued or released. `key` is the step's idempotency key."""

    __tablename__ = "reservation"
    __table_args__ = (UniqueConstraint("key", "stock_item_id"),)

    id: int | None = big_key()
    order_id: int = big_reference("sales_order.id", index=True)
    stock_item_id: int = Field(foreign_key="stock_item.id")
    quantity: int
    status: str = Field(max_length=20)
    """held, issued, released or returned"""
    key: str = Field(max_length=200)
