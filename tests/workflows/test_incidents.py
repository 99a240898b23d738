"""What fails waits for ops, and never takes the workflow with it."""

from __future__ import annotations

import pytest

from models.repositories import processes
from models.tables.processes import Incident
from tests.workflows.cast import OPS
from tests.workflows.stage import Stage
from web.gateway import OperationRefused


async def open_incidents(stage: Stage) -> list[Incident]:
    async with stage.database.reading() as session:
        return list(await processes.incidents_of(session, stage.number))


async def test_a_programming_error_becomes_an_incident_and_leaves_nothing_half_done(stage: Stage) -> None:
    await stage.gateway.start_instance("fragile", stage.number, {}, OPS)
    (incident,) = await open_incidents(stage)
    assert (incident.element_id, incident.message) == ("crash", "ZeroDivisionError: division of a dealer by zero")
    assert await stage.marks() == [f"{stage.number}/before#1"]
    view = await stage.view(stage.number)
    assert view.instance.status == "running"
    assert view.active == {"crash": 1}
    history = (await stage.handle(stage.number).fetch_history()).to_json()
    assert "Traceback" not in history


async def test_ops_correct_a_variable_and_retry(stage: Stage) -> None:
    await stage.gateway.start_instance("fragile", stage.number, {}, OPS)
    (incident,) = await open_incidents(stage)
    await stage.gateway.set_variables(stage.number, {"fixed": True}, "the flag was missing", OPS)
    await stage.gateway.retry_incident(incident.id or 0, "corrected", OPS)
    assert await stage.result(stage.number) == "completed"
    assert not await open_incidents(stage)
    operations = [line for line in await stage.journal(stage.number) if line.kind == "operation"]
    assert [(line.actor, line.detail["reason"]) for line in operations] == [
        ("ops", "the flag was missing"),
        ("ops", "corrected"),
    ]


async def test_a_retry_in_vain_is_another_incident(stage: Stage) -> None:
    await stage.gateway.start_instance("fragile", stage.number, {}, OPS)
    (first,) = await open_incidents(stage)
    await stage.gateway.retry_incident(first.id or 0, "perhaps now", OPS)
    (second,) = await open_incidents(stage)
    assert second.id != first.id
    with pytest.raises(OperationRefused) as caught:
        await stage.gateway.retry_incident(first.id or 0, "again", OPS)
    assert caught.value.code == "incident_not_open"


async def test_ops_skip_with_an_output_of_their_own(stage: Stage) -> None:
    await stage.gateway.start_instance("fragile", stage.number, {}, OPS)
    (incident,) = await open_incidents(stage)
    await stage.gateway.skip_incident(incident.id or 0, {"last_note": "by hand"}, "done on paper", OPS)
    assert await stage.result(stage.number) == "completed"
    lines = await stage.journal(stage.number)
    assert {"last_note": "by hand"} in [line.detail for line in lines if line.kind == "variables"]


async def test_a_cancelled_instance_undoes_its_steps_the_latest_first(stage: Stage) -> None:
    await stage.gateway.start_instance("story", stage.number, {}, OPS)
    await stage.gateway.cancel_instance(stage.number, "ordered twice", OPS)
    assert await stage.result(stage.number) == "cancelled"
    view = await stage.view(stage.number)
    assert (view.instance.status, view.instance.end_message) == ("cancelled", "ordered twice")
    assert await stage.marks() == ["undone note1#1"]
    assert not view.open_tasks


async def test_an_ended_instance_cannot_be_operated(stage: Stage) -> None:
    await stage.gateway.start_instance("story", stage.number, {}, OPS)
    await stage.gateway.cancel_instance(stage.number, "ordered twice", OPS)
    await stage.result(stage.number)
    with pytest.raises(OperationRefused) as caught:
        await stage.gateway.set_variables(stage.number, {"x": 1}, "too late", OPS)
    assert caught.value.code == "instance_ended"
    with pytest.raises(OperationRefused) as unknown:
        await stage.gateway.cancel_instance("never-was", "", OPS)
    assert unknown.value.code == "instance_not_found"


async def test_a_permanent_failure_goes_the_way_the_diagram_says(stage: Stage) -> None:
    await stage.gateway.start_instance("guarded", stage.number, {}, OPS)
    assert await stage.result(stage.number) == "completed"
    assert "handled" in (await stage.view(stage.number)).completed


async def test_cancelling_from_temporal_undoes_as_well(stage: Stage) -> None:
    await stage.gateway.start_instance("story", stage.number, {}, OPS)
    await stage.handle(stage.number).cancel()
    assert await stage.result(stage.number) == "cancelled"
    assert await stage.marks() == ["undone note1#1"]
