"""The API against its own description: whatever is sent, nothing breaks and every answer is as it is described."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
)

from deploy.dev.ports import LOCAL, find_free_port
from models.db import Database
from models.repositories import access
from models.settings import Settings
from models.temporal import connect
from tests.web.api.api_client import Api, told
from web.app import create_app
from web.gateway import Gateway

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 6


@dataclass
class Served:
    """The API on a port of this machine, in a thread of its own; without Temporal, which it answers by 503."""

    file: Path
    port: int
    tokens: dict[str, str]
    server: uvicorn.Server | None = None

    async def serve(self, ready: threading.Event) -> None:
        database = Database(f"sqlite+aiosqlite:///{self.file}")
        settings = Settings(home=self.file.parent)
        async with database.writing() as session:
            for login in ("ops", "dealer-a-buyer", "finance"):
                user = await access.find_user(session, login)
                assert user is not None
                self.tokens[login] = await access.create_token(session, user.id)
        app = create_app(settings, database, Gateway(settings, database, await connect(settings, lazy=True)))
        self.server = uvicorn.Server(uvicorn.Config(app, host=LOCAL, port=self.port, log_level="error"))
        self.server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
        asyncio.get_running_loop().call_later(0.5, ready.set)
        await self.server.serve()
        await database.close()


@pytest.fixture(scope="module")
def served(demo_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    file = Path(shutil.copyfile(demo_file, tmp_path_factory.mktemp("contract") / "demo.db"))
    served, ready = Served(file, find_free_port(LOCAL), {}), threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(served.serve(ready)))
    thread.start()
    assert ready.wait(20)
    yield served
    assert served.server is not None
    served.server.should_exit = True
    thread.join()


@pytest.fixture(scope="module")
def api_schema(served: Served) -> Any:
    return schemathesis.openapi.from_url(f"http://{LOCAL}:{served.port}/api/v1/openapi.json")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("login", "mode"),
    [
        ("ops", GenerationMode.POSITIVE),
        ("ops", GenerationMode.NEGATIVE),
        ("dealer-a-buyer", GenerationMode.POSITIVE),
        ("finance", GenerationMode.POSITIVE),
    ],
    ids=["ops sends what is sound", "ops sends what is not", "a dealer sends what is sound", "finance too"],
)
def test_every_answer_is_as_described(api_schema: Any, served: Served, login: str, mode: GenerationMode) -> None:
    headers = {"Authorization": f"Bearer {served.tokens[login]}"}
    for operation in operations_of(api_schema):

        @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck), database=None)
        @given(case=operation.as_strategy(generation_mode=mode))
        def answers_as_described(case: schemathesis.Case[Any]) -> None:
            case.call_and_validate(headers=headers, checks=CHECKS)

        with contextlib.suppress(Unsatisfiable):
            # An operation without parameters has nothing that could be unsound.
            answers_as_described()


async def test_the_description_is_open_to_everybody_and_tells_of_keys_and_problems(api: Api) -> None:
    described = told(await api.get("/openapi.json", None), 200)
    assert all(path.startswith("/api/v1/") for path in described["paths"])
    posts = [path["post"] for path in described["paths"].values() if "post" in path]
    assert all("Idempotency-Key" in {each["name"] for each in post["parameters"]} for post in posts)
    refusal = described["paths"]["/api/v1/orders"]["post"]["responses"]["422"]["content"]
    assert list(refusal) == ["application/problem+json"]


def operations_of(api_schema: Any) -> Iterator[Any]:
    for found in api_schema.get_all_operations():
        yield found.ok()
