"""Sales orders, their lines and history; the cart that becomes one."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.tables.columns import big_key, big_reference, document, fen, instant


class SalesOrder(SQLModel, table=True):
    """`status` is derived from the process: only its steps write it once the order is submitted."""

    __tablename__ = "sales_order"
    __table_args__ = (
        Index("ix_sales_order_dealer", "dealer_id", "id"),
        Index("ix_sales_order_status", "status", "id"),
        UniqueConstraint("dealer_id", "source_key"),
    )

    id: int | None = big_key()
    number: str = Field(max_length=40, unique=True)
    dealer_id: int = Field(foreign_key="dealer.id")
    status: str = Field(max_length=24)
    currency: str = Field(default="CNY", max_length=3)
    total_fen: int = fen()
    note: str = Field(default="", max_length=2000)
    reference: str = Field(default="", max_length=80)
    """The dealer's own order number."""
    source_key: str | None = Field(default=None, max_length=120)
    """Names the import or cart that this order came from, so that doing it twice makes one order."""
    created_by: str = Field(max_length=80)
    created_at: datetime = instant(index=True)
    submitted_at: datetime | None = instant(nullable=True)
    closed_at: datetime | None = instant(nullable=True)
    revision: int = 0


class OrderLine(SQLModel, table=True):
    """Price, name and discount as agreed; later changes of the catalogue do not reach them."""

    __tablename__ = "order_line"
    __table_args__ = (UniqueConstraint("order_id", "line_no"),)

    id: int | None = big_key()
    order_id: int = big_reference("sales_order.id", index=True)
    line_no: int
    product_id: int = Field(foreign_key="product.id")
    sku: str = Field(max_length=40)
    name_zh: str = Field(max_length=160)
    name_en: str = Field(max_length=160)
    quantity: int
    unit_price_fen: int = fen()
    discount_bp: int = 0
    amount_fen: int = fen()
    received_quantity: int | None = None


class OrderEvent(SQLModel, table=True):
    """Append-only history of an order. Dealers never see internal ones."""

    __tablename__ = "order_event"
    __table_args__ = (UniqueConstraint("key"),)

    id: int | None = big_key()
    order_id: int = big_reference("sales_order.id", index=True)
    at: datetime = instant()
    actor: str = Field(max_length=80)
    """Login of the person, or `system`."""
    kind: str = Field(max_length=40)
    """See `EventKind`."""
    from_status: str = Field(default="", max_length=24)
    to_status: str = Field(default="", max_length=24)
    text: str = ""
    is_internal: bool = False
    detail: dict[str, object] = document()
    key: str = Field(max_length=200)
    """Idempotency key of the step or request that wrote it."""


class CartLine(SQLModel, table=True):
    __tablename__ = "cart_line"
    __table_args__ = (UniqueConstraint("user_id", "product_id"),)

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="user_account.id", index=True)
    product_id: int = Field(foreign_key="product.id")
    quantity: int


class NumberSeries(SQLModel, table=True):
    """The last number given out in a series such as `SO-2026`."""

    __tablename__ = "number_series"

    series: str = Field(primary_key=True, max_length=40)
    last: int = 0
