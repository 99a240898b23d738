"""Run a step inside the transaction of its wake-up; tell what ended well, failed for good, or may be tried again."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from pydantic_core import to_jsonable_python
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from activities.registry import Step, StepInputInvalid, build_payload
from models.payloads.processes import StepError, StepKey
from workflows.bpmn.commands import RunStep
from workflows.bpmn.triggers import StepCompleted, StepFailed

MESSAGE_LIMIT = 400

_log = logging.getLogger(__name__)


async def run_local_step(
    session: AsyncSession, steps: Mapping[str, Step], command: RunStep, key: StepKey
) -> StepCompleted | StepFailed:
    """Run in a savepoint, so that a step that fails leaves nothing behind.

    What the database may do better next time (a lock, a lost connection) is raised: the whole wake-up is repeated.
    """
    step = steps.get(command.step)
    if step is None:
        return StepFailed(command.activation, f"no step is called {command.step!r}")
    try:
        async with session.begin_nested():
            result = await step.function(session, build_payload(step.payload, command.input), key)
    except StepError as error:
        return StepFailed(command.activation, error.message, error.code)
    except StepInputInvalid as error:
        return StepFailed(command.activation, f"{step.name}: {error}")
    except Exception as error:
        if is_transient(error):
            raise
        _log.exception("step %s failed for %s", step.name, key)
        return StepFailed(command.activation, describe_failure(error))
    return StepCompleted(command.activation, to_jsonable_python(result) if result is not None else {})


def is_transient(error: BaseException) -> bool:
    """Tell whether the same statement may succeed when it is tried again: locks, deadlocks, lost connections."""
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated:
        return True
    if not isinstance(error, OperationalError):
        return False
    # SQLite calls a missing column an operational error, too.
    is_sqlite = type(error.orig).__module__.startswith(("sqlite3", "aiosqlite"))
    return not is_sqlite or "locked" in str(error.orig) or "busy" in str(error.orig)


def describe_failure(error: BaseException) -> str:
    """Say in one line what went wrong; statements with their values and stacks stay in the worker's log."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    lines = str(cause).strip().splitlines()
    return f"{type(cause).__name__}: {lines[0] if lines else 'no message'}"[:MESSAGE_LIMIT]
