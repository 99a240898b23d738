"""Which stock an order gets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.inventory import Allocation, ItemFacts, Shortage, plan_reservation

POT, CUP = 1, 2
NORTH, SOUTH = 10, 20


def _item(item_id: int, product_id: int, warehouse_id: int, on_hand: int, reserved: int = 0) -> ItemFacts:
    return ItemFacts(item_id, product_id, warehouse_id, on_hand, reserved)


ITEMS = (
    _item(1, POT, NORTH, 10, 4),
    _item(2, CUP, NORTH, 5),
    _item(3, POT, SOUTH, 20),
    _item(4, CUP, SOUTH, 3),
)


@pytest.mark.parametrize(
    ("demand", "warehouse", "allocations"),
    [
        ({POT: 6}, NORTH, (Allocation(1, 6),)),
        ({POT: 6, CUP: 5}, NORTH, (Allocation(1, 6), Allocation(2, 5))),
        ({POT: 7}, SOUTH, (Allocation(3, 7),)),
        ({POT: 20, CUP: 3}, SOUTH, (Allocation(3, 20), Allocation(4, 3))),
        ({}, NORTH, ()),
    ],
)
def test_the_first_warehouse_that_has_everything_gives_it(
    demand: dict[int, int], warehouse: int, allocations: tuple[Allocation, ...]
) -> None:
    plan = plan_reservation(demand, ITEMS, (NORTH, SOUTH))
    assert plan.is_complete
    assert (plan.warehouse_id, plan.allocations) == (warehouse, allocations)


def test_an_order_is_not_split_over_warehouses_and_the_one_that_lacks_least_is_named() -> None:
    plan = plan_reservation({POT: 7, CUP: 5}, ITEMS, (NORTH, SOUTH))
    assert not plan.is_complete
    assert plan.allocations == ()
    assert (plan.warehouse_id, plan.shortages) == (NORTH, (Shortage(POT, 7, 6),))


def test_every_product_that_is_short_is_named() -> None:
    plan = plan_reservation({POT: 7, CUP: 6}, ITEMS, (NORTH,))
    assert plan.shortages == (Shortage(POT, 7, 6), Shortage(CUP, 6, 5))
    assert [shortage.missing for shortage in plan.shortages] == [1, 1]


def test_what_was_never_stocked_is_short_by_all_of_it() -> None:
    assert plan_reservation({99: 1}, ITEMS, (NORTH,)).shortages == (Shortage(99, 1, 0),)


def test_without_a_warehouse_everything_is_short() -> None:
    assert plan_reservation({POT: 2}, (), ()).shortages == (Shortage(POT, 2, 0),)


@given(
    demand=st.dictionaries(st.integers(1, 4), st.integers(1, 30), max_size=4),
    stock=st.dictionaries(st.tuples(st.integers(1, 4), st.sampled_from((NORTH, SOUTH))), st.integers(0, 30)),
)
def test_a_plan_is_all_or_nothing_and_never_takes_what_is_not_there(
    demand: dict[int, int], stock: dict[tuple[int, int], int]
) -> None:
    items = [_item(number, *place, on_hand) for number, (place, on_hand) in enumerate(stock.items(), start=1)]
    plan = plan_reservation(demand, items, (NORTH, SOUTH))
    by_id = {item.item_id: item for item in items}
    taken = {by_id[each.item_id].product_id: each.quantity for each in plan.allocations}
    assert taken == (demand if plan.is_complete else {})
    assert all(each.quantity <= by_id[each.item_id].available for each in plan.allocations)
    assert len({by_id[each.item_id].warehouse_id for each in plan.allocations}) <= 1
