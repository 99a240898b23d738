"""Dealers: kept, suspended, found; every change in the audit."""

import dataclasses

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from models.payloads.dealers import DealerData, DealerName
from models.repositories import access, dealers
from tests.fixtures.company import DEALER_A, DEALER_B, STORE_OF_A


async def test_a_suspended_dealer_keeps_the_reason_until_it_is_reactivated(company: AsyncSession) -> None:
    suspended = await dealers.suspend_dealer(company, DEALER_A, "overdue since May", "credit")
    assert (suspended.is_suspended, suspended.suspended_reason) == (True, "overdue since May")
    active = await dealers.reactivate_dealer(company, DEALER_A, "paid", "credit")
    assert (active.is_suspended, active.suspended_reason) == (False, "")
    audit = (await access.list_audit(company, subject=f"dealer:{DEALER_A}")).items
    assert [(entry.action, entry.actor, entry.reason) for entry in audit[:2]] == [
        ("dealer.reactivate", "credit", "paid"),
        ("dealer.suspend", "credit", "overdue since May"),
    ]


async def test_an_update_leaves_before_and_after_in_the_audit(company: AsyncSession) -> None:
    before = await dealers.find_dealer(company, DEALER_A)
    assert before is not None
    data = DealerData(DEALER_A, before.name_zh, before.name_en, "north", sales_manager="sales", city="北京")
    after = await dealers.update_dealer(company, data, "ops")
    assert after == dataclasses.replace(before, region="north", city="北京")
    entry = (await access.list_audit(company, subject=f"dealer:{DEALER_A}")).items[0]
    assert entry.detail == {"before": {"region": "east", "city": ""}, "after": {"region": "north", "city": "北京"}}


async def test_a_code_is_taken_once(company: AsyncSession) -> None:
    with pytest.raises(dealers.DealerExists):
        await dealers.create_dealer(company, DealerData(DEALER_A, "甲", "A", "east"), "ops")


async def test_an_unknown_dealer_is_not_found(company: AsyncSession) -> None:
    assert await dealers.find_dealer(company, "D999") is None
    with pytest.raises(dealers.DealerNotFound):
        await dealers.suspend_dealer(company, "D999", "", "ops")


@pytest.mark.parametrize(
    ("text", "region", "codes"),
    [
        ("", None, [DEALER_A, DEALER_B]),
        ("经销商b", None, [DEALER_B]),
        ("DEALER", None, [DEALER_A, DEALER_B]),
        ("", "south", [DEALER_B]),
        ("%", None, []),
    ],
)
async def test_dealers_are_found_by_text_and_region(
    company: AsyncSession, text: str, region: str | None, codes: list[str]
) -> None:
    assert [dealer.code for dealer in (await dealers.list_dealers(company, text, region)).items] == codes


async def test_dealers_are_listed_page_by_page(company: AsyncSession) -> None:
    first = await dealers.list_dealers(company, limit=1)
    second = await dealers.list_dealers(company, after=first.next_cursor, limit=1)
    assert [dealer.code for dealer in (*first.items, *second.items)] == [DEALER_A, DEALER_B]


async def test_a_store_knows_its_dealer(company: AsyncSession) -> None:
    store = await dealers.find_store(company, STORE_OF_A)
    assert store is not None
    assert store.dealer == DealerName(DEALER_A, "经销商A", "Dealer A")
    assert await dealers.find_store(company, "nix") is None
