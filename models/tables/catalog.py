"""Products as dealers see them."""

from sqlalchemy import BigInteger, Column
from sqlmodel import Field, SQLModel


class Category(SQLModel, table=True):
    __tablename__ = "category"

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(max_length=40, unique=True)
    name_zh: str = Field(max_length=80)
    name_en: str = Field(max_length=80)


class Product(SQLModel, table=True):
    __tablename__ = "product"

    id: int | None = Field(default=None, primary_key=True)
    sku: str = Field(max_length=40, unique=True)
    name_zh: str = Field(max_length=160)
    name_en: str = Field(max_length=160)
    search_text: str = Field(default="", max_length=400)
    """SKU and names in lower case: what a search looks in, on either database."""
    category_id: int = Field(foreign_key="category.id", index=True)
    unit_zh: str = Field(default="件", max_length=20)
    unit_en: str = Field(default="pc", max_length=40)
    list_price_fen: int = Field(sa_column=Column(BigInteger(), nullable=False))
    """Unit price including tax."""
    minimum_quantity: int = 1
    pack_size: int = 1
    is_active: bool = True
