"""`POST /tokens`: login and password for a bearer token."""

from __future__ import annotations

from fastapi import Request

from models.repositories import access
from web.api.payloads.access import Credentials, IssuedToken
from web.api.problems import Problem
from web.api.routing import api_router
from web.deps import DatabaseDep
from web.sign_in import Throttle, TooManyAttempts

router = api_router("/tokens", tags=["access"])


@router.post("", status_code=201)
async def issue_token(body: Credentials, request: Request, database: DatabaseDep) -> IssuedToken:
    """Give a token for login and password. It is shown this once; wrong passwords slow further attempts down."""
    throttle: Throttle = request.app.state.throttle
    try:
        user = await throttle.check_credentials(database, request, body.login, body.password)
    except TooManyAttempts as error:
        wait = str(error.seconds)
        raise Problem(429, "too_many_attempts", {"seconds": wait}, headers={"Retry-After": wait}) from error
    if user is None:
        raise Problem(401, "login_failed")
    async with database.writing() as session:
        token = await access.create_token(session, user.id)
        await access.record(session, user.login, "token.create", f"user:{user.login}")
    return IssuedToken(token=token)
