"""Working through the inbox, and waiting for what others do meanwhile."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from deploy.replay.people import ApiRefused, Person

FIRST_PAUSE_S = 0.08
LONGEST_PAUSE_S = 1.0
PATIENCE_S = 180.0
"""How long a document may stand still before it counts as stuck."""


class Stuck(Exception):
    """A document did not get on; the message names it and its state."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What to do with a task of a form; an empty action means the first one offered."""

    action: str
    data: Mapping[str, Any] = field(default_factory=dict)


class Patience:
    """Wait a little, longer each time while nothing changes, and give up in the end."""

    def __init__(self) -> None:
        self._state = ""
        self._since = 0.0
        self._pause_s = FIRST_PAUSE_S

    async def wait(self, document: str, state: str) -> None:
        """Raises Stuck when the state has been the same for too long."""
        if state != self._state:
            self._state, self._since, self._pause_s = (state, time.monotonic(), FIRST_PAUSE_S)
        elif time.monotonic() - self._since > PATIENCE_S:
            raise Stuck(f"{document} stays {state}")
        await asyncio.sleep(self._pause_s)
        self._pause_s = min(1.5 * self._pause_s, LONGEST_PAUSE_S)


async def do_open_tasks(person: Person, business_key: str, replies: Mapping[str, Reply]) -> bool:
    """Do the person's open tasks about this document of which the form is expected; tell whether there were any."""
    open_tasks = await person.get("/tasks", status="open", business_key=business_key)
    expected = [task for task in open_tasks["items"] if task["form"] in replies]
    for task in expected:
        await _do(person, task, replies[task["form"]])
    return bool(expected)


async def _do(person: Person, task: Mapping[str, Any], reply: Reply) -> None:
    action = reply.action or next(action for action in task["actions"] if action not in ("claim", "release"))
    body = {"action": action, "comment": "", "data": dict(reply.data)}
    try:
        await person.post(f"/tasks/{task['id']}/actions", body, f"task-{task['id']}-{action}")
    except ApiRefused as refusal:
        # An earlier request of ours got through although its answer did not.
        if refusal.code != "task_closed":
            raise
