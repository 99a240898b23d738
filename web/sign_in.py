"""Checking passwords, slower and slower for those who guess."""

from __future__ import annotations

from fastapi import Request
from limits import RateLimitItemPerHour, RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from models.clock import utc_now
from models.db import Database
from models.payloads.access import UserView
from models.repositories import access

PER_LOGIN_AND_ADDRESS = RateLimitItemPerMinute(5, 15, namespace="sign-in")
PER_ADDRESS = RateLimitItemPerMinute(60, 15, namespace="sign-in-address")
PER_LOGIN = RateLimitItemPerHour(100, 1, namespace="sign-in-login")


class TooManyAttempts(Exception):
    """Too many wrong passwords were tried from here or for this login; `seconds` until the next may be."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Throttle:
    """Count failed attempts in this process. Only failures count: signing in often is no attack."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    async def check_credentials(
        self, database: Database, request: Request, login: str, password: str
    ) -> UserView | None:
        """Find the account of login and password; None when they do not fit. Raises TooManyAttempts."""
        address = request.client.host if request.client else ""
        limits = ((PER_LOGIN_AND_ADDRESS, (login, address)), (PER_ADDRESS, (address,)), (PER_LOGIN, (login,)))
        for limit, key in limits:
            if not await self._limiter.test(limit, *key):
                window = await self._limiter.get_window_stats(limit, *key)
                raise TooManyAttempts(max(1, int(window.reset_time - utc_now().timestamp())))
        async with database.reading() as session:
            user = await access.authenticate(session, login, password)
        if user is None:
            for limit, key in limits:
                await self._limiter.hit(limit, *key)
        return user
