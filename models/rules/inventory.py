"""Which stock an order gets: from one warehouse, all of it or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """What lies in one warehouse of one product."""

    item_id: int
    product_id: int
    warehouse_id: int
    on_hand: int
    reserved: int

    @property
    def available(self) -> int:
        return self.on_hand - self.reserved


@dataclass(frozen=True, slots=True)
class Allocation:
    item_id: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Shortage:
    """A product of which too little is available."""

    product_id: int
    wanted: int
    available: int

    @property
    def missing(self) -> int:
        return self.wanted - self.available


@dataclass(frozen=True, slots=True)
class ReservationPlan:
    """Either allocations that cover everything, or what is short in the warehouse that lacks least."""

    warehouse_id: int | None
    allocations: tuple[Allocation, ...] = ()
    shortages: tuple[Shortage, ...] = ()

    @property
    def is_complete(self) -> bool:
        return not self.shortages


def plan_reservation(
    demand: Mapping[int, int], items: Sequence[ItemFacts], warehouse_ids: Sequence[int]
) -> ReservationPlan:
    """Take everything from the first warehouse that has it all, since one order leaves as one shipment.

    `demand` is quantity by product; warehouses are tried in the order given.
    """
    plans = [_plan_in(warehouse_id, demand, items) for warehouse_id in warehouse_ids]
    complete = next((plan for plan in plans if plan.is_complete), None)
    if complete is not None:
        return complete
    if not plans:
        return ReservationPlan(None, shortages=tuple(Shortage(p, q, 0) for p, q in sorted(demand.items())))
    return min(plans, key=lambda plan: sum(shortage.missing for shortage in plan.shortages))


def _plan_in(warehouse_id: int, demand: Mapping[int, int], items: Sequence[ItemFacts]) -> ReservationPlan:
    here = {item.product_id: item for item in items if item.warehouse_id == warehouse_id}
    allocations: list[Allocation] = []
    shortages: list[Shortage] = []
    for product_id, wanted in sorted(demand.items()):
        item = here.get(product_id)
        available = item.available if item else 0
        if item is None or available < wanted:
            shortages.append(Shortage(product_id, wanted, available))
        else:
            allocations.append(Allocation(item.item_id, wanted))
    if shortages:
        return ReservationPlan(warehouse_id, shortages=tuple(shortages))
    return ReservationPlan(warehouse_id, tuple(allocations))
