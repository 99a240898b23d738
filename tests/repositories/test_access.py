"""Sign-in, tokens, accounts and the audit."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.clock import utc_now
from models.db import Database
from models.payloads.access import Role, UserData
from models.repositories import access
from models.tables.access import ApiToken, User
from tests.fixtures.company import BUYER_A, CAST, PASSWORD, STORE_A, found_company


@pytest.fixture(scope="module")
def password_hash() -> str:
    return access.hash_password(PASSWORD)


@pytest.fixture
async def people(sqlite_database: Database, password_hash: str) -> AsyncIterator[AsyncSession]:
    """The company with a password, on SQLite: its subject is not SQL."""
    async with sqlite_database.writing() as session:
        await found_company(session, password_hash)
        yield session
        await session.rollback()


async def test_the_right_password_opens_the_account(people: AsyncSession) -> None:
    user = await access.authenticate(people, BUYER_A.login, PASSWORD)
    assert user is not None
    assert access.actor_of(user) == BUYER_A


@pytest.mark.parametrize(
    ("login", "password"), [("sales", "wrong"), ("nobody", PASSWORD), ("", ""), ("SALES", PASSWORD)]
)
async def test_anything_else_does_not(people: AsyncSession, login: str, password: str) -> None:
    assert await access.authenticate(people, login, password) is None


async def test_a_closed_account_opens_for_nobody(people: AsyncSession) -> None:
    token = await access.create_token(people, (await _user(people, "sales")).id or 0)
    await people.execute(update(User).where(col(User.login) == "sales").values(is_active=False))
    assert await access.authenticate(people, "sales", PASSWORD) is None
    assert await access.find_user(people, "sales") is None
    assert await access.find_user_by_token(people, token) is None


async def test_an_unknown_login_is_hashed_like_a_known_one(
    people: AsyncSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified: list[str] = []
    hasher = access._hasher()

    class Spy:
        def hash(self, password: str) -> str:
            return hasher.hash(password)

        def verify(self, password: str, stored: str) -> bool:
            verified.append(stored)
            return hasher.verify(password, stored)

    monkeypatch.setattr(access, "_hasher", Spy)
    assert await access.authenticate(people, "nobody", PASSWORD) is None
    assert await access.authenticate(people, "sales", "wrong") is None
    unknown, known = ([*stored.split("$")][1:4] for stored in verified)
    assert unknown == known, "the same algorithm at the same cost"


async def test_an_account_carries_its_dealer_and_store(company: AsyncSession) -> None:
    user = await access.find_user(company, STORE_A.login)
    assert user is not None
    assert access.actor_of(user) == STORE_A
    assert {each.login for each in await access.list_users(company)} == {actor.login for actor in CAST}


async def test_an_account_of_an_unknown_dealer_is_refused(company: AsyncSession) -> None:
    with pytest.raises(access.UnknownOwner):
        await access.create_user(company, UserData("x", "x", "x", (Role.DEALER_BUYER,), "D999"), "!")


async def test_a_token_speaks_for_its_owner_until_it_expires(company: AsyncSession) -> None:
    user = await access.find_user(company, BUYER_A.login)
    assert user is not None
    token = await access.create_token(company, user.id)
    assert await access.find_user_by_token(company, token) == user
    assert await access.find_user_by_token(company, token + "x") is None
    later = utc_now() + access.TOKEN_LIFETIME + timedelta(seconds=1)
    assert await access.find_user_by_token(company, token, at=later) is None


async def test_a_token_is_kept_only_as_its_hash(company: AsyncSession) -> None:
    token = await access.create_token(company, (await _user(company, "sales")).id or 0)
    stored = (await company.scalars(select(ApiToken))).one()
    assert token not in repr(stored)
    assert len(stored.token_hash) == 64


async def test_the_audit_is_listed_newest_first(company: AsyncSession) -> None:
    for number in range(3):
        await access.record(company, "ops", "test.act", "thing:1", f"reason {number}", {"number": number})
    page = await access.list_audit(company, subject="thing:1", limit=2)
    rest = await access.list_audit(company, subject="thing:1", after=page.next_cursor, limit=2)
    assert [entry.detail["number"] for entry in (*page.items, *rest.items)] == [2, 1, 0]


async def _user(session: AsyncSession, login: str) -> User:
    return (await session.scalars(select(User).where(col(User.login) == login))).one()
