"""What the person at the terminal sees of a replay."""

from __future__ import annotations

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from deploy.replay.northwind import Northwind
from deploy.replay.run import Outcome


class Bar:
    """A progress bar for each part; off a terminal a line for each tenth."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bar = Progress(
            TextColumn("{task.description:<12}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
        )
        self._task: TaskID | None = None
        self._title, self._total, self._done = "", 0, 0

    def __enter__(self) -> Bar:
        if self._console.is_terminal:
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def begin(self, title: str, total: int) -> None:
        self._title, self._total, self._done = title, total, 0
        self._task = self._bar.add_task(title, total=total or None)

    def advance(self) -> None:
        self._done += 1
        if self._console.is_terminal and self._task is not None:
            self._bar.advance(self._task)
        elif self._done * 10 // self._total > (self._done - 1) * 10 // self._total:
            self._console.print(f"{self._title}: {self._done} of {self._total}")


def print_broken(console: Console, northwind: Northwind) -> None:
    """Name every row that cannot be used, and the orders of which nothing is kept for it."""
    for row in northwind.broken:
        console.print(str(row), style="red", highlight=False, markup=False)
    if northwind.left_out:
        orders = "order is" if len(northwind.left_out) == 1 else "orders are"
        console.print(f"{len(northwind.left_out)} {orders} left out: {', '.join(northwind.left_out)}", markup=False)


def print_outcome(console: Console, outcome: Outcome, northwind: Northwind) -> None:
    """Print the figures; the last line says whether all are right."""
    for failure in outcome.failures:
        console.print(failure, style="red", highlight=False, markup=False)
    table = Table("figure", "expected", "found", "")
    for check in outcome.checks:
        table.add_row(check.name, check.expected, check.actual, "ok" if check.is_right else "[red]OFF[/red]")
    console.print(table)
    if outcome.played:
        rate = outcome.played / outcome.seconds if outcome.seconds else 0.0
        console.print(f"{outcome.played:,} orders in {outcome.seconds:.1f} s: {rate:.2f} orders per second")
    else:
        console.print(f"All {len(northwind.orders):,} orders were there already; nothing was added.")
    console.print(f"Wall time {outcome.wall_seconds:.1f} s")
    _print_history(console, outcome)
    console.print(_verdict(outcome, northwind), style="bold")


def _verdict(outcome: Outcome, northwind: Northwind) -> str:
    if not outcome.is_right:
        return "Some figures are off."
    if northwind.broken:
        return f"The figures are right without what {len(northwind.broken)} broken rows left out."
    return "All figures are right."


def _print_history(console: Console, outcome: Outcome) -> None:
    history = outcome.history
    if history.orders:
        console.print(f"History events per order: median {history.median}, max {history.largest}")
    else:
        console.print("History events per order: Temporal keeps none of these orders any more")
