"""Each person's cart: kept in the database, so that it survives a sign-out."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.money import line_amount_fen
from models.payloads.orders import Cart, CartLineView
from models.repositories.upserts import insert_or_update
from models.tables.catalog import Product
from models.tables.orders import CartLine


class UnknownProduct(LookupError):
    """No product has this SKU."""


async def cart_lines(session: AsyncSession, user_id: int) -> Cart:
    """Show a person's cart at today's list prices, in the order in which products were put in."""
    query = (
        select(col(CartLine.quantity), Product)
        .join(Product, col(Product.id) == col(CartLine.product_id))
        .where(col(CartLine.user_id) == user_id)
        .order_by(col(CartLine.id))
        .execution_options(populate_existing=True)
    )
    lines = tuple(_view(product, quantity) for quantity, product in (await session.execute(query)).all())
    return Cart(lines, sum(line.amount_fen for line in lines))


async def put_cart_line(session: AsyncSession, user_id: int, sku: str, quantity: int) -> None:
    """Set a product's quantity in the cart; none or less takes it out. Raises UnknownProduct."""
    product_id = await session.scalar(select(col(Product.id)).where(col(Product.sku) == sku))
    if product_id is None:
        raise UnknownProduct(sku)
    if quantity <= 0:
        mine = (col(CartLine.user_id) == user_id, col(CartLine.product_id) == product_id)
        await session.execute(delete(CartLine).where(*mine))
        return
    values = {"user_id": user_id, "product_id": product_id, "quantity": quantity}
    await insert_or_update(session, CartLine, values, ("user_id", "product_id"))


async def clear_cart(session: AsyncSession, user_id: int) -> None:
    await session.execute(delete(CartLine).where(col(CartLine.user_id) == user_id))


def _view(product: Product, quantity: int) -> CartLineView:
    return CartLineView(
        sku=product.sku,
        name_zh=product.name_zh,
        name_en=product.name_en,
        unit_zh=product.unit_zh,
        unit_en=product.unit_en,
        quantity=quantity,
        minimum_quantity=product.minimum_quantity,
        pack_size=product.pack_size,
        is_active=product.is_active,
        unit_price_fen=product.list_price_fen,
        amount_fen=line_amount_fen(product.list_price_fen, quantity),
    )
