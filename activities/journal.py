"""Collect the journal lines of one wake-up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from models.tables.processes import JournalKind
from workflows.bpmn.commands import Fact


class JournalWriter:
    """Number lines in the order in which things happened; all of a wake-up share its instant."""

    def __init__(self, instance_id: str, sequence: int, at: datetime) -> None:
        self._common = {"instance_id": instance_id, "sequence": sequence, "at": at}
        self._lines: list[dict[str, Any]] = []

    @property
    def lines(self) -> Sequence[dict[str, Any]]:
        return self._lines

    def facts(self, facts: Sequence[Fact], actor: str) -> None:
        for fact in facts:
            self.note(fact.kind, fact.element_id, fact.activation, actor, fact.detail)

    def note(self, kind: str, element_id: str, activation: str | None, actor: str, detail: Mapping[str, Any]) -> None:
        self._lines.append(
            {
                **self._common,
                "line_no": len(self._lines) + 1,
                "actor": actor,
                "kind": JournalKind(kind),
                "element_id": element_id,
                "activation": activation,
                "detail": dict(detail),
            }
        )
