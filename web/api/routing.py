"""How every address of the API works: bounded bodies, problem details, one answer for each Idempotency-Key."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute

from web.api.bodies import LONGEST_BODY, parse_json, read_bounded
from web.api.idempotency import answer_once
from web.api.problems import PROBLEMS, problem_response
from web.api.refusals import problem_of

Handler = Callable[[Request], Awaitable[Response]]


class ApiRequest(Request):
    """A request whose body has an end, and whose JSON holds nothing that could not be kept."""

    longest_body = LONGEST_BODY
    _read: bytes | None = None

    async def body(self) -> bytes:
        if self._read is None:
            self._read = await read_bounded(self.stream(), self.longest_body)
        return self._read

    async def json(self) -> Any:
        return parse_json(await self.body())


class ApiRoute(APIRoute):
    """A route whose body is read and judged before anything else is done.

    A POST opens its transactions itself: one that came by dependency would end only after the answer has been kept
    for its Idempotency-Key, and on SQLite would lock that out.
    """

    request_class: type[ApiRequest] = ApiRequest
    is_json = True

    def get_route_handler(self) -> Callable[[Request], Any]:
        inner: Handler = super().get_route_handler()

        async def handle(plain: Request) -> Response:
            request = self.request_class(plain.scope, plain.receive)
            try:
                if await request.body() and self.is_json:
                    await request.json()
                return await answer_once(request, inner)
            except Exception as error:
                problem = problem_of(error)
                if problem is None:
                    raise
                return problem_response(problem)

        return handle


def api_router(prefix: str = "", route_class: type[ApiRoute] = ApiRoute, **options: Any) -> APIRouter:
    return APIRouter(prefix=prefix, route_class=route_class, responses=PROBLEMS, **options)
