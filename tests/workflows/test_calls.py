"""A process calls another: same file or another template, well or in vain, cancelled or not."""

from __future__ import annotations

from models.repositories import processes
from tests.workflows.cast import OPS, SALES
from tests.workflows.stage import Stage, eventually


async def ended(stage: Stage, instance_id: str) -> bool:
    async with stage.database.reading() as session:
        row = await processes.find_row(session, instance_id)
    return row is not None and row.status != "running"


async def test_a_called_process_is_an_instance_of_its_own(stage: Stage) -> None:
    await stage.gateway.start_instance("parent", stage.number, {"answer": "42"}, SALES, dealer_code="A")
    child_id = f"{stage.number}.call.1"
    await stage.act(child_id, "child_task", OPS)
    await stage.act(stage.number, "after", OPS)
    assert await stage.result(stage.number) == "completed"
    view = await stage.view(stage.number)
    (child,) = view.children
    assert (child.id, child.parent_id, child.root_id) == (child_id, stage.number, stage.number)
    assert (child.business_key, child.dealer_code, child.status) == (stage.number, "A", "completed")
    assert view.instance.variables["last_note"] == "child_note#1"
    assert await stage.history_length(stage.number) == 17


async def test_a_process_of_the_same_file_runs_in_the_same_version(stage: Stage) -> None:
    await stage.gateway.start_instance("together", stage.number, {}, OPS)
    assert await stage.result(stage.number) == "completed"
    view = await stage.view(stage.number)
    (child,) = view.children
    assert (child.process_id, child.template_hash) == ("inner", view.instance.template_hash)


async def test_a_template_that_is_missing_is_an_incident_until_it_is_published(stage: Stage) -> None:
    await stage.gateway.start_instance("caller", stage.number, {}, OPS)
    (incident,) = (await stage.view(stage.number)).incidents
    assert incident.message == "no published template is called 'not_yet_published'"
    xml = b"""<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="t">
      <bpmn:process id="not_yet_published" isExecutable="true"><bpmn:startEvent id="s" /><bpmn:endEvent id="e" />
      <bpmn:sequenceFlow id="f" sourceRef="s" targetRef="e" /></bpmn:process></bpmn:definitions>"""
    saved = await stage.gateway.save_template(xml, OPS)
    assert await stage.gateway.publish_template(saved.key, OPS) == 1
    await stage.gateway.retry_incident(incident.id or 0, "published", OPS)
    assert await stage.result(stage.number) == "completed"


async def test_cancelling_undoes_what_a_finished_child_did_before_what_came_earlier(stage: Stage) -> None:
    await stage.gateway.start_instance("parent", stage.number, {}, OPS)
    await stage.act(f"{stage.number}.call.1", "child_task", OPS)
    await stage.task(stage.number, "after")
    await stage.gateway.cancel_instance(stage.number, "changed our mind", OPS)
    assert await stage.result(stage.number) == "cancelled"
    undone = [line for line in await stage.journal(stage.number) if "compensates" in line.detail]
    assert [line.detail["compensates"] for line in undone if line.kind == "completed"] == [
        "call#1/child_note#1",
        "before#1",
    ]
    assert not [mark for mark in await stage.marks() if mark.startswith(f"{stage.number}/")]


async def test_cancelling_reaches_a_running_child_first(stage: Stage) -> None:
    await stage.gateway.start_instance("parent", stage.number, {}, OPS)
    child_id = f"{stage.number}.call.1"
    await stage.task(child_id, "child_task")
    await stage.gateway.cancel_instance(stage.number, "changed our mind", OPS)
    assert await stage.result(stage.number) == "cancelled"
    assert await eventually(lambda: ended(stage, child_id))
    assert (await stage.view(child_id)).instance.status == "cancelled"
    assert [mark for mark in await stage.marks() if mark.startswith("undone")] == [
        "undone before#1",
        "undone child_note#1",
    ]
    assert not (await stage.view(child_id)).open_tasks


async def test_a_child_cancelled_by_itself_is_an_incident_of_its_parent_and_the_retry_another_child(
    stage: Stage,
) -> None:
    await stage.gateway.start_instance("parent", stage.number, {}, OPS)
    first, second = f"{stage.number}.call.1", f"{stage.number}.call.1.r1"
    await stage.task(first, "child_task")
    await stage.gateway.cancel_instance(first, "wrong branch", OPS)

    async def find_incident() -> int | None:
        incidents = (await stage.view(stage.number)).incidents
        return incidents[0].id if incidents else None

    await stage.gateway.retry_incident(await eventually(find_incident), "again", OPS)
    await stage.act(second, "child_task", OPS)
    await stage.act(stage.number, "after", OPS)
    assert await stage.result(stage.number) == "completed"
