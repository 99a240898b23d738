"""Collecting findings while a file is read."""

from __future__ import annotations

from collections.abc import Mapping

from workflows.bpmn.expressions import ExpressionInvalid, Kind, Program, compile_expression, unwrap
from workflows.bpmn.findings import Finding, Severity
from workflows.bpmn.reading.names import Element, line_of, plain

MAX_FINDINGS = 500


class Notes:
    """The findings so far, in the order they were met; beyond a bound they add nothing for a reader."""

    def __init__(self) -> None:
        self.found: list[Finding] = []

    def error(self, code: str, element_id: str | None = None, line: int | None = None, **params: str) -> None:
        self._add(Finding(Severity.ERROR, code, element_id, line, params))

    def warning(self, code: str, element_id: str | None = None, line: int | None = None, **params: str) -> None:
        self._add(Finding(Severity.WARNING, code, element_id, line, params))

    def error_at(self, element: Element, code: str, **params: str) -> None:
        self.error(code, plain(element, "id"), line_of(element), **params)

    def warning_at(self, element: Element, code: str, **params: str) -> None:
        self.warning(code, plain(element, "id"), line_of(element), **params)

    def has_errors(self) -> bool:
        return any(each.severity is Severity.ERROR for each in self.found)

    def compile(self, element: Element, text: str, kind: Kind, declared: Mapping[str, str] | None) -> Program | None:
        """Compile an expression that stands at an element."""
        try:
            return compile_expression(text, kind, declared)
        except ExpressionInvalid as error:
            self.error_at(element, "expression_invalid", text=unwrap(text)[:200], reason=str(error))
            return None

    def _add(self, finding: Finding) -> None:
        if len(self.found) < MAX_FINDINGS or (finding.severity is Severity.ERROR and not self.has_errors()):
            self.found.append(finding)
