"""Tasks without work for the engine: abstract and manual tasks. BPMN 2.0.2, 10.3.3 and 13.3.3."""

from __future__ import annotations

from workflows.bpmn.activity import arrive
from workflows.bpmn.nodes.step_task import begin
from workflows.bpmn.run import Behaviour
from workflows.bpmn.tokens import split_implicitly

BEHAVIOUR = Behaviour(arrive, begin, split_implicitly)
