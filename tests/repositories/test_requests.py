"""Requests with an `Idempotency-Key`."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.clock import utc_now
from models.db import Database
from models.repositories import access, requests
from models.repositories.requests import ABANDONED_AFTER, ClaimedRequest, RequestState
from models.tables.access import IdempotentRequest
from tests.fixtures.company import BUYER_A, BUYER_B


async def _id_of(session: AsyncSession, login: str) -> int:
    user = await access.find_user(session, login)
    assert user is not None
    return user.id


@pytest.fixture
async def buyer(company: AsyncSession) -> int:
    return await _id_of(company, BUYER_A.login)


async def test_an_answered_request_gets_the_same_answer_again(company: AsyncSession, buyer: int) -> None:
    assert (await requests.claim_request(company, buyer, "k", "hash")).state is RequestState.NEW
    await requests.store_answer(company, buyer, "k", 201, {"number": "SO-1"})
    repeated = await requests.claim_request(company, buyer, "k", "hash")
    assert repeated == ClaimedRequest(RequestState.ANSWERED, 201, {"number": "SO-1"})


async def test_a_key_used_for_something_else_is_misuse(company: AsyncSession, buyer: int) -> None:
    await requests.claim_request(company, buyer, "k", "hash")
    assert (await requests.claim_request(company, buyer, "k", "other")).state is RequestState.MISUSED


async def test_two_people_may_use_the_same_key(company: AsyncSession, buyer: int) -> None:
    await requests.claim_request(company, buyer, "k", "hash")
    other = await _id_of(company, BUYER_B.login)
    assert (await requests.claim_request(company, other, "k", "other")).state is RequestState.NEW


async def test_a_request_under_way_is_told_so_until_it_is_abandoned(company: AsyncSession, buyer: int) -> None:
    await requests.claim_request(company, buyer, "k", "hash")
    assert (await requests.claim_request(company, buyer, "k", "hash")).state is RequestState.IN_PROGRESS
    await company.execute(update(IdempotentRequest).values(created_at=utc_now() - ABANDONED_AFTER))
    assert (await requests.claim_request(company, buyer, "k", "hash")).state is RequestState.NEW
    assert (await requests.claim_request(company, buyer, "k", "hash")).state is RequestState.IN_PROGRESS


async def test_a_released_claim_may_be_tried_again_and_an_answer_stays(company: AsyncSession, buyer: int) -> None:
    await requests.claim_request(company, buyer, "k", "hash")
    await requests.release_request(company, buyer, "k")
    assert (await requests.claim_request(company, buyer, "k", "hash")).state is RequestState.NEW
    await requests.store_answer(company, buyer, "k", 200, {})
    await requests.release_request(company, buyer, "k")
    assert (await requests.claim_request(company, buyer, "k", "hash")).state is RequestState.ANSWERED


async def test_old_requests_are_forgotten(company: AsyncSession, buyer: int) -> None:
    await requests.claim_request(company, buyer, "old", "hash")
    await company.execute(update(IdempotentRequest).values(created_at=utc_now() - timedelta(days=3)))
    await requests.claim_request(company, buyer, "new", "hash")
    await requests.forget_requests(company, timedelta(days=2))
    assert (await company.scalars(select(col(IdempotentRequest.key)))).all() == ["new"]


async def test_of_two_claims_at_the_same_moment_one_wins(company_database: Database) -> None:
    async def claim() -> RequestState:
        async with company_database.writing() as session:
            user = await _id_of(session, BUYER_A.login)
            return (await requests.claim_request(session, user, "k", "hash")).state

    assert sorted(await asyncio.gather(claim(), claim())) == [RequestState.IN_PROGRESS, RequestState.NEW]
