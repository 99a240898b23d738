"""`./dev replay DIR`: drive a wholesaler's order history through the public API and check all figures."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from temporalio.client import Client

from deploy.dev.failure import Failure
from deploy.dev.home import Home, occupied, remember_ports
from deploy.dev.leftovers import end_leftovers
from deploy.dev.ports import LOCAL, find_free_port
from deploy.dev.stack import ROOT, Addresses, Stack
from deploy.replay.csv_files import FileUnusable
from deploy.replay.northwind import Northwind, read_northwind
from deploy.replay.people import People
from deploy.replay.report import Bar, print_broken, print_outcome
from deploy.replay.run import HomeInUse, Outcome, Plan, Replay, import_into
from models.db import Database
from models.migrations.run import upgrade
from models.settings import Settings
from models.temporal import data_converter

CONCURRENCY = 6
"""Orders under way at a time: enough to keep two cores busy, not so many that they wait for each other."""
SPARE_CONNECTIONS = 10


@dataclass(frozen=True)
class Options:
    directory: Path
    home: Path
    port: int | None
    limit: int | None
    concurrency: int
    settles: bool
    password: str


def main(arguments: Sequence[str]) -> int:
    console = Console(highlight=False, soft_wrap=True)
    options = read_options(arguments)
    try:
        northwind = read_northwind(options.directory, options.limit)
        print_broken(console, northwind)
        with occupied(options.home) as home:
            end_leftovers(home)
            outcome = asyncio.run(_run(home, options, northwind, console))
    except (Failure, FileUnusable) as failure:
        print(failure, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped. The same command goes on where this one was.", file=sys.stderr)
        return 130
    print_outcome(console, outcome, northwind)
    return 0 if outcome.is_right and not northwind.broken else 1


def read_options(arguments: Sequence[str]) -> Options:
    parser = argparse.ArgumentParser(
        prog="./dev replay", description="Drive a wholesaler's order history through the public API of a fresh home."
    )
    parser.add_argument("directory", metavar="DIR", help="folder with Northwind's CSV files")
    parser.add_argument("--home", metavar="DIR", help="folder of all state (DEALERFLOW_HOME; default var/replay)")
    parser.add_argument("--port", metavar="N", type=_count, help="port of the web application (default: a free one)")
    parser.add_argument("--limit", metavar="N", type=_count, help="replay only the first N orders")
    parser.add_argument("--concurrency", metavar="N", type=_count, default=CONCURRENCY, help="orders at a time")
    parser.add_argument("--no-settle", action="store_true", help="leave the settlements out")
    given = parser.parse_args(arguments)
    return Options(
        directory=_folder(given.directory),
        home=_folder(given.home or os.environ.get("DEALERFLOW_HOME") or str(ROOT / "var" / "replay")),
        port=given.port,
        limit=given.limit,
        concurrency=given.concurrency,
        settles=not given.no_settle,
        password=os.environ.get("DEALERFLOW_DEMO_PASSWORD") or "demo",
    )


def _count(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 on")
    return int(text)


def _folder(text: str) -> Path:
    """Take a relative folder from where `./dev` was called."""
    return (Path(os.environ.get("DEALERFLOW_CALLED_FROM", ".")) / Path(text).expanduser()).resolve()


async def _run(home: Home, options: Options, northwind: Northwind, console: Console) -> Outcome:
    """Start everything in the home, replay, and stop everything."""
    database = Database(Settings(home=home.path).effective_database_url)
    plan = Plan(options.directory, northwind, options.concurrency, options.settles)
    try:
        async with _running_stack(home, options, database, northwind, console) as stack:
            temporal = await Client.connect(stack.addresses.temporal, data_converter=data_converter())
            people = People(stack.addresses.web, options.password, options.concurrency + SPARE_CONNECTIONS)
            async with people:
                with Bar(console) as bar:
                    return await Replay(plan, people, database, temporal, bar).run()
    finally:
        await database.close()


@asynccontextmanager
async def _running_stack(
    home: Home, options: Options, database: Database, northwind: Northwind, console: Console
) -> AsyncIterator[Stack]:
    ports = remember_ports(home, LOCAL)
    web_port = options.port or find_free_port(LOCAL)
    stack = Stack(home, Addresses(LOCAL, web_port, ports["temporal"], ports["temporal_ui"]))
    try:
        with console.status("Starting Temporal and importing master data"):
            await asyncio.to_thread(upgrade, Settings(home=home.path).effective_database_url)
            await _import(database, options, northwind)
            await stack.start_temporal()
        with console.status("Starting worker and web"):
            await stack.start_rest()
        console.print(f"Running at {stack.addresses.web}, home {home.path}")
        stack.supervise(console.print)
        yield stack
    finally:
        await stack.stop()


async def _import(database: Database, options: Options, northwind: Northwind) -> None:
    try:
        await import_into(database, northwind, options.password)
    except HomeInUse as strangers:
        message = f"{options.home} holds other data (dealers {strangers}); give --home a fresh folder."
        raise Failure(message) from strangers


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
