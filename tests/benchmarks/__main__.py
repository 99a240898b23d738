"""Measure the product against what it is built from, and write docs/benchmarks.md.

Every figure is a ratio of things measured in the same run on the same server, in turns, so that the machine's speed
cancels out. Run it as `./dev bench`.
"""

from __future__ import annotations

import asyncio
import platform
import shutil
import statistics
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import track
from temporalio.testing import WorkflowEnvironment

import tests.benchmarks.steps  # noqa: F401  registers the step of the measured template
from activities.processes import publish_shipped_templates
from activities.registry import load_steps
from deploy.dev.temporal import PRAGMAS, find_server
from models.clock import business_date, utc_now
from models.db import Database
from models.migrations.run import upgrade
from models.repositories import templates
from models.settings import Settings
from models.temporal import data_converter, register_search_attributes
from tests.benchmarks.clicks import ClickCosts, measure_clicks
from tests.benchmarks.engine_speed import transitions_per_second
from tests.benchmarks.processes import Bench, history_events, throughput
from web.gateway import Gateway
from worker import WorkerApp

HERE = Path(__file__).parent
REPORT = HERE.parents[1] / "docs" / "benchmarks.md"
ROUNDS = 5
PROCESSES = 60
WARM_UP = 12


@dataclass(frozen=True, slots=True)
class Figures:
    """`rates` are processes per second, one for each round; `events` the length of one history."""

    rates: dict[str, list[float]]
    events: dict[str, int]
    clicks: ClickCosts
    engine: float

    def ratio(self, of: str, to: str) -> float:
        """Divide round by round, then take the median: neighbours in time saw the same machine."""
        return statistics.median(a / b for a, b in zip(self.rates[of], self.rates[to], strict=True))


@asynccontextmanager
async def stack(home: Path) -> AsyncIterator[Bench]:
    settings = Settings(home=home, database_url=f"sqlite+aiosqlite:///{home / 'bench.db'}")
    await asyncio.to_thread(upgrade, settings.effective_database_url)
    pragmas = [part for pragma in PRAGMAS for part in ("--sqlite-pragma", pragma)]
    server = await WorkflowEnvironment.start_local(
        data_converter=data_converter(),
        dev_server_existing_path=str(find_server()),
        dev_server_database_filename=str(home / "temporal.db"),
        dev_server_extra_args=[*pragmas, "--log-level", "never"],
    )
    database = Database(settings.effective_database_url)
    async with server:
        await register_search_attributes(server.client)
        steps = load_steps()
        await publish_shipped_templates(database, HERE, steps)
        async with database.reading() as session:
            template = await templates.find_published(session, "interpreted")
        assert template is not None, "published a moment ago"
        gateway = Gateway(settings, database, server.client, steps)
        bench = Bench(server.client, database, gateway, template.hash)
        async with WorkerApp(settings, database, server.client, steps).running(), bench.by_hand_worker():
            yield bench
    await database.close()


async def measure(bench: Bench) -> Figures:
    ways = {
        "interpreted": bench.drive_interpreted,
        "batched": bench.drive_batched,
        "textbook": bench.drive_textbook,
    }
    rates: dict[str, list[float]] = {name: [] for name in ways}
    events: dict[str, int] = {}
    for name, drive in ways.items():
        await throughput(drive, f"warm-up-{name}", WARM_UP)
        events[name] = await history_events(await drive(f"counted-{name}"))
    events["early message"] = await history_events(await bench.drive_interpreted_early("counted-early"))
    for number in track(range(ROUNDS), "throughput"):
        for name, drive in ways.items():
            rates[name].append(await throughput(drive, f"{name}-{number}", PROCESSES))
    return Figures(rates, events, await measure_clicks(bench), transitions_per_second())


def report(figures: Figures) -> str:
    clicks = figures.clicks
    rows = [
        (
            "throughput of an interpreted process (4 steps, 3 tasks, 1 message) against the textbook way",
            "≥ 2.0 x",
            f"{figures.ratio('interpreted', 'textbook'):.2f} x",
        ),
        (
            "the same against a hand-written workflow that batches like ours",
            "≥ 0.9 x",
            f"{figures.ratio('interpreted', 'batched'):.2f} x",
        ),
        (
            "history events of that process: message early / message waited for",
            "≤ 28",
            f"{figures.events['early message']} / {figures.events['interpreted']}",
        ),
        (
            "approve until the answer with the next state (gateway), against a bare update",
            "≤ 2 x",
            f"{clicks.approve_ms / clicks.bare_ms:.2f} x",
        ),
        ("pure engine, element transitions a second on one core", "≥ 50,000", f"{figures.engine:,.0f}"),
    ]
    table = "\n".join(f"| {what} | {reach} | {got} |" for what, reach, got in rows)
    rates = "\n".join(_rate_row(name, values, figures.events[name]) for name, values in figures.rates.items())
    return TEMPLATE.format(
        on=business_date(utc_now()).isoformat(),
        python=platform.python_version(),
        rounds=ROUNDS,
        count=PROCESSES,
        table=table,
        rates=rates,
        clicks=clicks,
    )


def _rate_row(name: str, values: list[float], events: int) -> str:
    return f"| {name} | {statistics.median(values):.1f} | {min(values):.1f} to {max(values):.1f} | {events} |"


TEMPLATE = """# Benchmarks

Measured on {on} with Python {python} by `./dev bench`: {rounds} rounds of {count} processes each way, in turns, on one
embedded Temporal server and one SQLite database; ratios are medians over the rounds. Absolute figures are of a machine
with two shared cores, where server, worker and driver compete; the ratios are what to look at.

| what | reach | measured |
|---|---|---|
{table}

## Throughput

| process | processes a second, median | range | history events |
|---|---|---|---|
{rates}

*Textbook*: each step and each write of the projection is an activity (`tests/benchmarks/textbook.py`). *Batched*: one
local activity for each wake-up, written by hand for this one process (`tests/benchmarks/batched.py`). *Interpreted*:
`tests/benchmarks/interpreted.bpmn` on the product's own driver, with its journal, correlation table and inbox.

A message that somebody already waits for costs a signal and a workflow task of its own (five events); one that comes
before the process waits for it is taken from the buffer by the wake-up that starts to wait, and costs none.

## A click

| what | median, ms |
|---|---|
| bare Temporal update | {clicks.bare_ms:.1f} |
| approve through the gateway: judge, update, journal, answer | {clicks.approve_ms:.1f} |
"""


async def main() -> None:
    console = Console()
    home = Path(tempfile.mkdtemp(prefix="dealerflow-bench-"))
    try:
        async with stack(home) as bench:
            figures = await measure(bench)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    text = report(figures)
    REPORT.write_text(text, encoding="utf-8")
    console.print(text, markup=False)


if __name__ == "__main__":
    asyncio.run(main())
