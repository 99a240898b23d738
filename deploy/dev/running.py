"""The life of one `./dev up`: start, welcome, watch, stop."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Protocol

from rich.console import Console
from rich.table import Table

from deploy.dev.home import Home, remember_ports
from deploy.dev.ports import LOCAL
from deploy.dev.stack import Addresses, Stack
from models.db import Database
from models.migrations.run import upgrade
from models.repositories.access import authenticate
from models.seed.run import SeedReport, seed
from models.settings import Settings


@dataclass(frozen=True)
class Prepared:
    """What stands in the database. `knows_password`: the one that was wished for opens the demo accounts."""

    seeded: SeedReport
    knows_password: bool = False


class Wishes(Protocol):
    """What of the command line matters here."""

    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def with_demo(self) -> bool: ...
    @property
    def demo_password(self) -> str: ...


def run(home: Home, wishes: Wishes) -> int:
    """Run until somebody asks to stop; returns the exit code. Raises Failure."""
    return asyncio.run(_run(home, wishes, Console(highlight=False, soft_wrap=True)))


async def _run(home: Home, wishes: Wishes, console: Console) -> int:
    ports = remember_ports(home, LOCAL)
    stack = Stack(home, Addresses(wishes.host, wishes.port, ports["temporal"], ports["temporal_ui"]))
    stop = _stop_on_signals(stack)
    try:
        if await _unless_stopped(_start(stack, wishes, console), stop):
            stack.supervise(lambda text: console.print(f"[yellow]{text}[/]"))
            await stop.wait()
    finally:
        with console.status("Stopping web, worker and Temporal"):
            await stack.stop()
    console.print("Stopped. The next ./dev up goes on where this one was.")
    return 0


def _stop_on_signals(stack: Stack) -> asyncio.Event:
    """Stop in order at the first Ctrl-C or SIGTERM, at once at the second."""
    stop = asyncio.Event()

    def on_signal() -> None:
        if stop.is_set():
            stack.kill()
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, on_signal)
    return stop


async def _unless_stopped(work: Coroutine[object, object, None], stop: asyncio.Event) -> bool:
    """Do the work unless stopping is asked for meanwhile; tells whether it was done."""
    doing, stopping = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
    await asyncio.wait({doing, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if doing.done():
        await doing
        return True
    doing.cancel()
    await asyncio.gather(doing, return_exceptions=True)
    return False


async def _start(stack: Stack, wishes: Wishes, console: Console) -> None:
    with console.status("Starting Temporal"):
        await stack.start_temporal()
    console.print("Temporal runs")
    with console.status("Preparing the database"):
        prepared = await _prepare_database(stack.home, wishes)
    seeded = prepared.seeded
    console.print("Database is ready" + (f", demo company with {seeded.orders} orders is in" if seeded.is_new else ""))
    with console.status("Starting worker and web"):
        await stack.start_rest()
    console.print("Worker and web run\n")
    _welcome(stack, prepared, wishes, console)


async def _prepare_database(home: Home, wishes: Wishes) -> Prepared:
    url = Settings(home=home.path).effective_database_url
    await asyncio.to_thread(upgrade, url)
    if not wishes.with_demo:
        return Prepared(SeedReport(is_new=False, accounts=()))
    database = Database(url)
    try:
        seeded = await seed(database, wishes.demo_password)
        return Prepared(seeded, await _still_opens(database, seeded, wishes.demo_password))
    finally:
        await database.close()


async def _still_opens(database: Database, seeded: SeedReport, password: str) -> bool:
    """Tell whether the password is the one that the demo company was seeded with."""
    if not seeded.accounts:
        return False
    async with database.reading() as session:
        return await authenticate(session, seeded.accounts[0].login, password) is not None


def _welcome(stack: Stack, prepared: Prepared, wishes: Wishes, console: Console) -> None:
    console.print(f"  dealerflow   [bold]{stack.addresses.web}[/]")
    console.print(f"  Temporal     {stack.addresses.temporal_ui}")
    console.print(f"  home         {stack.home.path}\n")
    if prepared.seeded.accounts:
        table = Table("account", "roles", "name", box=None, padding=(0, 2))
        for account in prepared.seeded.accounts:
            table.add_row(account.login, ", ".join(account.roles), f"{account.name_en} {account.name_zh}")
        console.print(table)
        password = wishes.demo_password if prepared.knows_password else "the one this home was first started with"
        console.print(f"\n  password     {password}\n")
    console.print("Ctrl-C stops everything.")
