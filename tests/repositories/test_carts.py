"""The cart."""

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from models.repositories import access, carts
from tests.fixtures.company import BUYER_A, COOKER, KETTLE, OLD_FAN, OWNER_A


@pytest.fixture
async def buyer(company: AsyncSession) -> int:
    user = await access.find_user(company, BUYER_A.login)
    assert user is not None
    return user.id


async def test_a_cart_holds_each_product_once_at_the_list_price(company: AsyncSession, buyer: int) -> None:
    await carts.put_cart_line(company, buyer, KETTLE, 6)
    await carts.put_cart_line(company, buyer, COOKER, 1)
    await carts.put_cart_line(company, buyer, KETTLE, 12)
    cart = await carts.cart_lines(company, buyer)
    assert [(line.sku, line.quantity, line.amount_fen) for line in cart.lines] == [
        (KETTLE, 12, 118_800),
        (COOKER, 1, 32_900),
    ]
    assert cart.total_fen == 151_700


async def test_each_person_has_a_cart(company: AsyncSession, buyer: int) -> None:
    owner = await access.find_user(company, OWNER_A.login)
    assert owner is not None
    await carts.put_cart_line(company, buyer, COOKER, 1)
    assert (await carts.cart_lines(company, owner.id)).lines == ()


async def test_no_quantity_takes_a_product_out_and_clearing_takes_all(company: AsyncSession, buyer: int) -> None:
    for sku in (COOKER, KETTLE, OLD_FAN):
        await carts.put_cart_line(company, buyer, sku, 6)
    await carts.put_cart_line(company, buyer, KETTLE, 0)
    lines = (await carts.cart_lines(company, buyer)).lines
    assert [(line.sku, line.is_active) for line in lines] == [(COOKER, True), (OLD_FAN, False)]
    await carts.clear_cart(company, buyer)
    assert (await carts.cart_lines(company, buyer)).total_fen == 0


async def test_an_unknown_product_does_not_go_in(company: AsyncSession, buyer: int) -> None:
    with pytest.raises(carts.UnknownProduct):
        await carts.put_cart_line(company, buyer, "NIX", 1)
