"""Histories recorded earlier replay with the interpreter as it is now: no running instance is broken by a change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner
from temporalio.workflow import NondeterminismError

from activities.registry import facts_for_parser
from models.repositories.templates import hash_of
from models.temporal import data_converter
from tests.workflows.steps import STEPS
from workflows import definitions
from workflows.bpmn.definition import Definition
from workflows.bpmn.parser import parse
from workflows.definitions import Definitions
from workflows.process_instance import ProcessInstance

HISTORIES = Path(__file__).parents[1] / "histories"
RECORDED = sorted(HISTORIES.glob("*.json"))


def load(version_hash: str) -> Definition:
    for path in sorted(HISTORIES.glob("templates/*.bpmn")):
        if hash_of(path.read_text()) == version_hash:
            definition = parse(path.read_bytes(), facts_for_parser(STEPS)).definition
            assert definition is not None
            return definition
    raise LookupError(version_hash)


@pytest.fixture
def replayer() -> Iterator[Replayer]:
    definitions.use(Definitions(load))
    yield Replayer(
        workflows=[ProcessInstance], workflow_runner=UnsandboxedWorkflowRunner(), data_converter=data_converter()
    )
    definitions.forget()


def history_of(path: Path) -> WorkflowHistory:
    return WorkflowHistory.from_json(path.stem.partition(".")[0], path.read_text())


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
async def test_a_recorded_history_replays(replayer: Replayer, path: Path) -> None:
    await replayer.replay_workflow(history_of(path))


async def test_a_changed_interpretation_is_noticed(replayer: Replayer) -> None:
    definitions.use(Definitions(lambda _: load(hash_of((HISTORIES / "templates" / "story.bpmn").read_text()))))
    with pytest.raises(NondeterminismError):
        await replayer.replay_workflow(history_of(HISTORIES / "timers_cancelled.1.json"))


def test_something_is_recorded_of_every_kind() -> None:
    assert {path.stem.partition(".")[0] for path in RECORDED} >= {
        "whole_story",
        "continued_as_new",
        "cancelled_with_compensation",
        "incident_retried",
        "remote_steps",
        "timers_cancelled",
    }
