"""Steps that talk to the outside: retried while there is hope, reported when there is none."""

from __future__ import annotations

from tests.workflows.cast import OPS
from tests.workflows.stage import Stage
from tests.workflows.steps import CALLS


async def test_a_remote_step_answers(stage: Stage) -> None:
    await stage.gateway.start_instance("remote", stage.number, {"answer": "fine"}, OPS)
    await stage.act(stage.number, "finish", OPS)
    assert await stage.result(stage.number) == "completed"
    assert (await stage.view(stage.number)).instance.variables["last_note"] == "fine"
    assert list(CALLS) == [f"{stage.number}/ask#1"]


async def test_a_transient_failure_is_tried_again_under_the_same_key(stage: Stage) -> None:
    await stage.gateway.start_instance("remote", stage.number, {"answer": "flaky"}, OPS)
    await stage.act(stage.number, "finish", OPS)
    assert list(CALLS) == [f"{stage.number}/ask#1"] * 3


async def test_a_permanent_failure_is_caught_by_its_code(stage: Stage) -> None:
    await stage.gateway.start_instance("remote", stage.number, {"answer": "no"}, OPS)
    await stage.act(stage.number, "finish", OPS)
    assert "handled" in (await stage.view(stage.number)).completed
    assert len(CALLS) == 1


async def test_cancelling_does_not_wait_for_a_step_that_is_only_being_retried(stage: Stage) -> None:
    await stage.gateway.start_instance("remote", stage.number, {"answer": "flaky"}, OPS)
    await stage.gateway.cancel_instance(stage.number, "no more", OPS)
    assert await stage.result(stage.number) == "cancelled"
