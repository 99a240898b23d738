"""An instance from its start to its end."""

from __future__ import annotations

from tests.workflows.cast import OPS, SALES
from tests.workflows.stage import Stage


async def test_a_process_runs_from_start_to_end(stage: Stage) -> None:
    ref = await stage.gateway.start_instance("story", "SO-1", {"total_fen": 100}, SALES)
    assert ref.is_new
    await stage.act("SO-1", "approve", SALES, "approve")
    await stage.act("SO-1", "check", OPS)
    receipt = await stage.gateway.send_message("probe.ready", "SO-1", {"answer": "now"})
    assert receipt.status == "correlated"
    await stage.act("SO-1", "confirm", OPS)
    assert await stage.result("SO-1") == "completed"
    view = await stage.view("SO-1")
    assert view.instance.status == "completed"
    assert view.instance.variables["answer"] == "now"
    assert view.completed == (
        "start", "note1", "approve", "note2", "check", "note3", "wait", "confirm", "note4", "end",
    )  # fmt: skip
    assert await stage.marks() == [f"SO-1/note{number}#1" for number in (1, 2, 3, 4)]
    assert await stage.history_length("SO-1") == 29
