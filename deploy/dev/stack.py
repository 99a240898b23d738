"""The parts of the running system: Temporal, worker, web; how each is started and how one sees that it is ready."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx
from temporalio.service import ConnectConfig, ServiceClient

from deploy.dev.children import Child, await_ready, keep_running
from deploy.dev.failure import Failure
from deploy.dev.home import Home
from deploy.dev.ports import LOCAL
from deploy.dev.temporal import server_command

ROOT = Path(__file__).parents[2]
START_LIMIT_S = 120.0


@dataclass(frozen=True)
class Addresses:
    """Where the parts listen. Temporal and its screens are for this machine only."""

    host: str
    web_port: int
    temporal_port: int
    temporal_ui_port: int

    @property
    def web(self) -> str:
        """The address to open on this machine."""
        shown = LOCAL if self.host in ("0.0.0.0", "::", "") else self.host  # noqa: S104 - compared, not bound
        return f"http://{shown}:{self.web_port}"

    @property
    def temporal(self) -> str:
        return f"{LOCAL}:{self.temporal_port}"

    @property
    def temporal_ui(self) -> str:
        return f"http://{LOCAL}:{self.temporal_ui_port}"


class Stack:
    """Temporal, worker and web of one home."""

    def __init__(self, home: Home, addresses: Addresses) -> None:
        self.home, self.addresses = home, addresses
        environment = child_environment(home, addresses)
        store = server_command(home.temporal_store, LOCAL, addresses.temporal_port, addresses.temporal_ui_port)
        self.temporal = self._child("temporal", store, environment, grace_s=10)
        self.worker = self._child("worker", [sys.executable, str(ROOT / "worker.py")], environment, grace_s=30)
        self.web = self._child("web", [sys.executable, "-m", "web"], environment, grace_s=10)
        self._keepers: list[asyncio.Task[None]] = []

    def _child(self, name: str, command: Sequence[str], environment: Mapping[str, str], grace_s: float) -> Child:
        log, pid_file = self.home.logs / f"{name}.log", self.home.pid_file(name)
        return Child(name, command, environment, log, pid_file, grace_s)

    async def start_temporal(self) -> None:
        """Start Temporal and wait until it answers. Raises Failure."""
        await self.temporal.start()
        if not await await_ready([self.temporal], self._temporal_answers, START_LIMIT_S):
            raise Failure(f"Temporal does not answer at {self.addresses.temporal} (see {self.temporal.log}).")

    async def start_rest(self) -> None:
        """Start worker and web and wait until everything is healthy. Raises Failure."""
        await self.worker.start()
        await self.web.start()
        if not await await_ready([self.temporal, self.worker, self.web], self._is_healthy, START_LIMIT_S):
            raise Failure(f"{await self.health()} (logs: {self.home.logs}).")

    def supervise(self, report: Callable[[str], None]) -> None:
        """From now on start again what crashes."""
        for child in (self.temporal, self.worker, self.web):
            self._keepers.append(asyncio.create_task(keep_running(child, report)))

    async def stop(self) -> None:
        """Stop in order: nobody asks any more, nothing works any more, then the server that remembers."""
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)
        for child in (self.web, self.worker, self.temporal):
            await child.stop()

    def kill(self) -> None:
        for child in (self.web, self.worker, self.temporal):
            child.kill()

    async def health(self) -> str:
        """Tell in words what `/healthz` says."""
        try:
            async with httpx.AsyncClient(trust_env=False) as client:
                answer = await client.get(f"{self.addresses.web}/healthz", timeout=5)
        except httpx.HTTPError as error:
            return f"The web application does not answer: {type(error).__name__}"
        return "healthy" if answer.status_code == 200 else f"Not everything is up: {answer.text}"

    async def _is_healthy(self) -> bool:
        return await self.health() == "healthy"

    async def _temporal_answers(self) -> bool:
        try:
            service = await ServiceClient.connect(ConnectConfig(target_host=self.addresses.temporal))
            return await service.check_health()
        except RuntimeError:
            return False


def child_environment(home: Home, addresses: Addresses) -> Mapping[str, str]:
    """Tell the parts where everything is; whatever Temporal the caller's own settings name, ours is meant."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("TEMPORAL_")}
    return {
        **inherited,
        "DEALERFLOW_HOME": str(home.path),
        "DEALERFLOW_HOST": addresses.host,
        "DEALERFLOW_PORT": str(addresses.web_port),
        "DEALERFLOW_TEMPORAL_UI_URL": addresses.temporal_ui,
        "TEMPORAL_ADDRESS": addresses.temporal,
        "TEMPORAL_NAMESPACE": "default",
        "TEMPORAL_CONFIG_FILE": os.devnull,
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
    }
