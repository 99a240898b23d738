"""`./dev up`: start everything on this machine, say where it is, and keep it running until Ctrl-C."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from deploy.dev.failure import Failure
from deploy.dev.home import Home, occupied, remember_ports
from deploy.dev.leftovers import end_leftovers
from deploy.dev.ports import LOCAL, is_taken
from deploy.dev.stack import ROOT, Addresses, Stack
from models.db import Database
from models.migrations.run import upgrade
from models.seed.run import SeedReport, seed
from models.settings import Settings

DEFAULT_PORT = 8000


@dataclass(frozen=True)
class Options:
    home: Path
    host: str
    port: int
    with_demo: bool
    demo_password: str


def main(arguments: Sequence[str]) -> int:
    console = Console(highlight=False, soft_wrap=True)
    try:
        options = read_options(arguments)
        with occupied(options.home) as home:
            end_leftovers(home)
            return asyncio.run(_run(home, options, console))
    except Failure as failure:
        print(failure, file=sys.stderr)
        return 1


def read_options(arguments: Sequence[str]) -> Options:
    """Read the command line; what it does not say comes from the environment. Raises Failure."""
    parser = argparse.ArgumentParser(prog="./dev up", description="Start everything on this machine.")
    parser.add_argument("--home", metavar="DIR", help="folder of all state (DEALERFLOW_HOME; default var/)")
    parser.add_argument("--port", metavar="N", help=f"port of the web application (DEALERFLOW_PORT; {DEFAULT_PORT})")
    parser.add_argument("--host", metavar="ADDRESS", help=f"where it listens (DEALERFLOW_HOST; default {LOCAL})")
    parser.add_argument("--no-demo", action="store_true", help="start with an empty system")
    given = parser.parse_args(arguments)
    env = os.environ
    return Options(
        home=_home(given.home or env.get("DEALERFLOW_HOME") or str(ROOT / "var")),
        host=given.host or env.get("DEALERFLOW_HOST") or LOCAL,
        port=_port(given.port or env.get("DEALERFLOW_PORT") or str(DEFAULT_PORT)),
        with_demo=not given.no_demo,
        demo_password=env.get("DEALERFLOW_DEMO_PASSWORD") or "demo",
    )


def _home(text: str) -> Path:
    """Take a relative folder from where `./dev` was called."""
    return (Path(os.environ.get("DEALERFLOW_CALLED_FROM", ".")) / Path(text).expanduser()).resolve()


def _port(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise Failure(f"{text!r} is not a port; a number from 1 to 65535 is.")
    return int(text)


async def _run(home: Home, options: Options, console: Console) -> int:
    if is_taken(options.port, options.host):
        raise Failure(f"Port {options.port} of {options.host} is taken; choose another with --port N.")
    ports = remember_ports(home, LOCAL)
    stack = Stack(home, Addresses(options.host, options.port, ports["temporal"], ports["temporal_ui"]))
    stop = _stop_on_signals(stack)
    try:
        if await _unless_stopped(_start(stack, options, console), stop):
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


async def _start(stack: Stack, options: Options, console: Console) -> None:
    with console.status("Starting Temporal"):
        await stack.start_temporal()
    console.print("Temporal runs")
    with console.status("Preparing the database"):
        seeded = await _prepare_database(stack.home, options)
    console.print("Database is ready" + (f", demo company with {seeded.orders} orders is in" if seeded.is_new else ""))
    with console.status("Starting worker and web"):
        await stack.start_rest()
    console.print("Worker and web run\n")
    _welcome(stack.addresses, seeded, options, console)


async def _prepare_database(home: Home, options: Options) -> SeedReport:
    url = Settings(home=home.path).effective_database_url
    await asyncio.to_thread(upgrade, url)
    if not options.with_demo:
        return SeedReport(is_new=False, accounts=())
    database = Database(url)
    try:
        return await seed(database, options.demo_password)
    finally:
        await database.close()


def _welcome(addresses: Addresses, seeded: SeedReport, options: Options, console: Console) -> None:
    console.print(f"  dealerflow   [bold]{addresses.web}[/]")
    console.print(f"  Temporal     {addresses.temporal_ui}")
    console.print(f"  home         {options.home}\n")
    if seeded.accounts:
        table = Table("account", "roles", "name", box=None, padding=(0, 2))
        for account in seeded.accounts:
            table.add_row(account.login, ", ".join(account.roles), f"{account.name_en} {account.name_zh}")
        console.print(table)
        console.print(f"\n  password     {options.demo_password}\n")
    console.print("Ctrl-C stops everything.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
