"""What lists are asked for in their address. A field that was left blank asks for nothing."""

from __future__ import annotations

from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, StringConstraints

from models.payloads.orders import OrderStatus
from models.payloads.settlement import StatementStatus
from models.payloads.shipping import ShipmentStatus

Choice = TypeVar("Choice")
Chosen = Annotated[Choice | None, BeforeValidator(lambda value: value or None)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=120)]


class ListQuery(BaseModel):
    """`after` is where the part before ended."""

    q: Text = ""
    after: Chosen[str] = None


class ProductQuery(ListQuery):
    category: Text = ""


class OrderQuery(ListQuery):
    status: Chosen[OrderStatus] = None
    dealer: Chosen[str] = None

    @property
    def statuses(self) -> tuple[OrderStatus, ...]:
        return (self.status,) if self.status else ()


class ShipmentQuery(ListQuery):
    status: Chosen[ShipmentStatus] = None
    late: bool = False

    @property
    def statuses(self) -> tuple[ShipmentStatus, ...]:
        return (self.status,) if self.status else ()


class StatementQuery(ListQuery):
    status: Chosen[StatementStatus] = None
    dealer: Chosen[str] = None

    @property
    def statuses(self) -> tuple[StatementStatus, ...]:
        return (self.status,) if self.status else ()


class DealerQuery(ListQuery):
    region: Chosen[str] = None
