"""Record histories for the replay tests: `python -m tests.histories.record`.

Record anew only when old instances need not be supported any more; otherwise the old histories are the very thing that
has to replay.
"""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from temporalio.testing import WorkflowEnvironment

from deploy.dev.temporal import find_server
from models.db import Database
from models.migrations.run import upgrade
from models.temporal import SEARCH_ATTRIBUTES, data_converter
from tests.workflows.cast import OPS, SALES
from tests.workflows.conftest import TEMPLATES, prepare
from tests.workflows.stage import Stage

HERE = Path(__file__).parent
SHORT = {"history_limit": 6}


async def whole_story(stage: Stage) -> None:
    await stage.gateway.start_instance("story", stage.number, {"total_fen": 100}, SALES, "A")
    await stage.act(stage.number, "approve", SALES, "claim")
    await stage.act(stage.number, "approve", SALES, "approve")
    await stage.act(stage.number, "check", OPS)
    await stage.gateway.send_message("probe.ready", stage.number, {"answer": "now"})
    await stage.act(stage.number, "confirm", OPS)
    await stage.result(stage.number)


async def continued_as_new(stage: Stage) -> None:
    await stage.gateway.start_instance("waiting", stage.number, {}, OPS)
    await stage.act(stage.number, "review", OPS)
    await stage.act(f"{stage.number}.call.1", "child_task", OPS)
    await stage.gateway.send_message("probe.ready", stage.number, {})
    for _ in range(2):
        await stage.act(stage.number, "again", OPS, "repeat")
    await stage.act(stage.number, "again", OPS)
    await stage.result(stage.number)


async def cancelled_with_compensation(stage: Stage) -> None:
    await stage.gateway.start_instance("parent", stage.number, {}, OPS)
    await stage.act(f"{stage.number}.call.1", "child_task", OPS)
    await stage.task(stage.number, "after")
    await stage.gateway.cancel_instance(stage.number, "recorded", OPS)
    await stage.result(stage.number)


async def incident_retried(stage: Stage) -> None:
    await stage.gateway.start_instance("fragile", stage.number, {}, OPS)
    (incident,) = (await stage.view(stage.number)).incidents
    await stage.gateway.set_variables(stage.number, {"fixed": True}, "recorded", OPS)
    await stage.gateway.retry_incident(incident.id or 0, "recorded", OPS)
    await stage.result(stage.number)


async def remote_steps(stage: Stage) -> None:
    await stage.gateway.start_instance("remote", stage.number, {"answer": "no"}, OPS)
    await stage.act(stage.number, "finish", OPS)
    await stage.result(stage.number)


async def timers_cancelled(stage: Stage) -> None:
    await stage.gateway.start_instance("reminders", stage.number, {}, OPS)
    await stage.act(stage.number, "approve", OPS)
    await stage.result(stage.number)


STORIES: tuple[tuple[Callable[[Stage], Awaitable[None]], dict[str, int]], ...] = (
    (whole_story, {}),
    (continued_as_new, SHORT),
    (cancelled_with_compensation, {}),
    (incident_retried, {}),
    (remote_steps, {}),
    (timers_cancelled, {}),
)


async def record(environment: WorkflowEnvironment, database: Database) -> None:
    for story, settings in STORIES:
        async with Stage.open(environment.client, database, story.__name__, **settings) as stage:
            await story(stage)
            await _save(stage, story.__name__)


async def _save(stage: Stage, name: str) -> None:
    """Write every run of the story's instance, the first one first."""
    query = f'WorkflowId = "{stage.number}"'
    runs = sorted([each async for each in stage.client.list_workflows(query)], key=lambda run: run.start_time)
    for number, run in enumerate(runs, start=1):
        history = await stage.client.get_workflow_handle(stage.number, run_id=run.run_id).fetch_history()
        text = json.dumps(_without_machine(history.to_json_dict()), indent=1, ensure_ascii=False)
        (HERE / f"{name}.{number}.json").write_text(text + "\n")


def _without_machine(value: Any) -> Any:
    """Blank out where and by which process it was recorded."""
    if isinstance(value, dict):
        return {key: "" if key == "stackTrace" else _without_machine(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_without_machine(each) for each in value]
    is_process = isinstance(value, str) and re.match(r"\d+@", value)
    return "recorder" if is_process else value


async def main() -> None:
    for old in (*HERE.glob("*.json"), *HERE.glob("templates/*.bpmn")):
        old.unlink()
    for template in TEMPLATES.glob("*.bpmn"):
        shutil.copy(template, HERE / "templates")
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite+aiosqlite:///{folder}/record.db")
        upgrade(database.url.render_as_string(hide_password=False))
        await prepare(database)
        async with await WorkflowEnvironment.start_local(
            data_converter=data_converter(),
            dev_server_existing_path=str(find_server()),
            dev_server_log_level="error",
            search_attributes=SEARCH_ATTRIBUTES,
        ) as environment:
            await record(environment, database)
        await database.close()


if __name__ == "__main__":
    asyncio.run(main())
