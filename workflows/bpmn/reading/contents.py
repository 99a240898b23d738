"""The contents of elements: events, work, steps, loops and mappings, read with the variables of their process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from workflows.bpmn.commands import TimerKind
from workflows.bpmn.definition import (
    Assigned,
    Event,
    EventKind,
    HumanWork,
    Message,
    MultiInstance,
    NodeKind,
    StandardLoop,
    Text,
    Timer,
)
from workflows.bpmn.expressions import Kind, Program, is_wrapped
from workflows.bpmn.iso8601 import is_duration, is_timer_text
from workflows.bpmn.reading.names import (
    Element,
    bpmn_child,
    bpmn_children,
    extensions,
    flag,
    local_name,
    ours,
    plain,
    text_of,
    vendors,
)
from workflows.bpmn.reading.notes import Notes

_ALLOWED = {
    NodeKind.START: (EventKind.NONE, EventKind.MESSAGE),
    NodeKind.END: (EventKind.NONE, EventKind.MESSAGE, EventKind.ERROR, EventKind.TERMINATE),
    NodeKind.CATCH: (EventKind.MESSAGE, EventKind.TIMER),
    NodeKind.THROW: (EventKind.NONE, EventKind.MESSAGE),
    NodeKind.BOUNDARY: (EventKind.MESSAGE, EventKind.TIMER, EventKind.ERROR),
}
_DEFINITIONS = {
    "messageEventDefinition": EventKind.MESSAGE,
    "timerEventDefinition": EventKind.TIMER,
    "errorEventDefinition": EventKind.ERROR,
    "terminateEventDefinition": EventKind.TERMINATE,
}
_TIMERS = {"timeDuration": TimerKind.DURATION, "timeDate": TimerKind.DATE, "timeCycle": TimerKind.CYCLE}


@dataclass(slots=True)
class Shared:
    """What all elements of a file may refer to."""

    messages: dict[str, Element] = field(default_factory=dict)
    errors: dict[str, Element] = field(default_factory=dict)
    steps: Mapping[str, str | None] | None = None


@dataclass(slots=True)
class Contents:
    """Reads the contents of one element after the other; `declared` are the variables of the process."""

    shared: Shared
    notes: Notes
    declared: Mapping[str, str] | None

    def compile(self, element: Element, text: str | None, kind: Kind) -> Program | None:
        return None if text is None else self.notes.compile(element, text, kind, self.declared)

    def text(self, element: Element, text: str | None, kind: Kind) -> Text | None:
        """Read what may be a literal or, when wrapped, an expression."""
        if text is None:
            return None
        return Text(program=self.compile(element, text, kind)) if is_wrapped(text) else Text(text)

    # events

    def event(self, element: Element, kind: NodeKind) -> tuple[Event, Message | None]:
        """Read the one event definition that the element may have."""
        found = [each for each in bpmn_children(element) if local_name(each).endswith("EventDefinition")]
        if bpmn_child(element, "eventDefinitionRef") is not None or len(found) > 1:
            self.notes.error_at(element, "not_supported", what=f"{kind.value} (multiple)")
            return Event(), None
        name = local_name(found[0]) if found else ""
        event_kind = _DEFINITIONS.get(name) if found else EventKind.NONE
        if event_kind not in _ALLOWED[kind] or event_kind is None:
            self.notes.error_at(element, "not_supported", what=f"{kind.value} ({name or EventKind.NONE})")
            return Event(), None
        if event_kind is EventKind.MESSAGE:
            return Event(event_kind), self.message(element, found[0])
        if event_kind is EventKind.TIMER:
            return Event(event_kind, timer=self._timer(element, found[0])), None
        if event_kind is EventKind.ERROR:
            return Event(event_kind, error_code=self._error_code(element, found[0])), None
        return Event(event_kind), None

    def message(self, element: Element, holder: Element, is_required: bool = True) -> Message | None:
        """Read the message an element refers to, with the expression that correlates it."""
        ref = plain(holder, "messageRef")
        if ref is None:
            if is_required:
                self.notes.error_at(element, "missing_ref", attribute="messageRef")
            return None
        message = find(self.shared.messages, ref)
        if message is None:
            self.notes.error_at(element, "unresolved_ref", attribute="messageRef", ref=ref)
            return None
        name = plain(message, "name")
        if name is None:
            self.notes.error_at(element, "unnamed_message")
            return None
        key = ours(element, "correlationKey") or ours(holder, "correlationKey") or ours(message, "correlationKey")
        return Message(name, self.compile(element, key, Kind.STRING))

    def _timer(self, element: Element, definition: Element) -> Timer | None:
        found = next(bpmn_children(definition, *_TIMERS), None)
        body = text_of(found)
        if found is None or not body:
            self.notes.error_at(element, "timer_missing")
            return None
        kind = _TIMERS[local_name(found)]
        text = self.text(element, body, Kind.TIME)
        if text is not None and text.literal is not None and not is_timer_text(kind, text.literal):
            self.notes.error_at(element, "timer_invalid", text=text.literal[:100], kind=kind.value)
        return Timer(kind, text or Text())

    def _error_code(self, element: Element, definition: Element) -> str | None:
        ref = plain(definition, "errorRef")
        if ref is None:
            return None
        error = find(self.shared.errors, ref)
        if error is None:
            self.notes.error_at(element, "unresolved_ref", attribute="errorRef", ref=ref)
            return None
        return plain(error, "errorCode") or plain(error, "name")

    # work

    def work(self, element: Element) -> HumanWork:
        """Read who does a user task and how."""
        users = ours(element, "users") or _joined(vendors(element, "assignee"), vendors(element, "candidateUsers"))
        roles = ours(element, "roles") or vendors(element, "candidateGroups")
        relation = ours(element, "relation")
        if not (users or roles or relation):
            self.notes.warning_at(element, "not_assigned")
        actions = tuple(word.strip() for word in (ours(element, "actions") or "").split(",") if word.strip())
        due = self.text(element, ours(element, "due"), Kind.TIME)
        if due is not None and due.literal is not None and not is_duration(due.literal):
            self.notes.error_at(element, "timer_invalid", text=due.literal[:100], kind=TimerKind.DURATION.value)
        return HumanWork(
            users=self.text(element, users, Kind.TEXTS) or Text(""),
            roles=self.text(element, roles, Kind.TEXTS) or Text(""),
            relation=relation,
            dealer=self.compile(element, ours(element, "dealer"), Kind.STRING),
            is_dealer_implied=ours(element, "dealer") is None and "dealer" in (self.declared or {}),
            actions=actions or HumanWork().actions,
            form=ours(element, "form") or vendors(element, "formKey"),
            due=due,
            result_variable=result_variable(element),
        )

    def step(self, element: Element, is_expected: bool) -> tuple[str | None, str | None]:
        """Read the step of a task and the one that undoes it."""
        name, undo = ours(element, "step"), ours(element, "compensatedBy")
        if name is None:
            if is_expected:
                self.notes.warning_at(element, "no_step")
            return None, None
        steps = self.shared.steps
        if steps is None:
            return name, undo
        for each in (name, undo):
            if each is not None and each not in steps:
                self.notes.error_at(element, "unknown_step", step=each)
        return name, undo or steps.get(name)

    def script(self, element: Element) -> Program | None:
        """Read the expression of a script task; other languages are refused."""
        text = text_of(bpmn_child(element, "script"))
        if not text:
            return None
        language = plain(element, "scriptFormat") or "cel"
        if "cel" not in language.lower():
            self.notes.error_at(element, "script_language", language=language)
            return None
        return self.compile(element, text, Kind.DYN)

    # loops and mappings

    def loop(self, element: Element) -> MultiInstance | StandardLoop | None:
        many = bpmn_child(element, "multiInstanceLoopCharacteristics")
        if many is not None:
            return self._multi_instance(element, many)
        again = bpmn_child(element, "standardLoopCharacteristics")
        return None if again is None else self._standard_loop(element, again)

    def _multi_instance(self, element: Element, rule: Element) -> MultiInstance:
        behaviour = plain(rule, "behavior") or "All"
        if behaviour.lower() != "all" or bpmn_child(rule, "complexBehaviorDefinition") is not None:
            self.notes.error_at(element, "not_supported", what=f"multiInstanceLoopCharacteristics ({behaviour})")
        collection, variable = collection_of(rule)
        cardinality = text_of(bpmn_child(rule, "loopCardinality")) or None
        completion = text_of(bpmn_child(rule, "completionCondition")) or None
        if collection is None and cardinality is None:
            self.notes.error_at(element, "loop_without_count")
        return MultiInstance(
            is_sequential=flag(rule, "isSequential"),
            collection=self.compile(element, collection, Kind.LIST),
            element_variable=variable,
            cardinality=self.compile(element, cardinality, Kind.INT),
            completion=self.compile(element, completion, Kind.BOOL),
        )

    def _standard_loop(self, element: Element, rule: Element) -> StandardLoop:
        condition = text_of(bpmn_child(rule, "loopCondition")) or None
        text = plain(rule, "loopMaximum")
        maximum = int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None
        if text is not None and not maximum:
            self.notes.error_at(element, "loop_maximum")
        elif condition is None and maximum is None:
            self.notes.error_at(element, "loop_endless")
        return StandardLoop(self.compile(element, condition, Kind.BOOL), flag(rule, "testBefore"), maximum)

    def mappings(self, element: Element, name: str) -> tuple[Assigned, ...]:
        """Read the `df:input` or `df:output` elements; outputs know `result` as well."""
        declared = self.declared
        if declared is not None and name == "output":
            declared = {**declared, "result": "dyn"}
        found = []
        for each in extensions(element, name):
            target, value = plain(each, "name"), plain(each, "value")
            if target is None or value is None:
                self.notes.error_at(element, "mapping_incomplete")
                continue
            program = self.notes.compile(element, value, Kind.DYN, declared)
            if program is not None:
                found.append(Assigned(target, program))
        return tuple(found)


def find(known: Mapping[str, Element], ref: str) -> Element | None:
    """Resolve a reference that may carry a namespace prefix."""
    return known.get(ref, known.get(ref.rpartition(":")[2]))


def collection_of(rule: Element) -> tuple[str | None, str | None]:
    """Read the collection that a multi-instance activity runs over, and the variable of its items."""
    collection = ours(rule, "collection") or vendors(rule, "collection")
    return collection, ours(rule, "elementVariable") or vendors(rule, "elementVariable")


def result_variable(element: Element) -> str:
    """Name the variable that takes a task's outcome."""
    return ours(element, "resultVariable") or HumanWork().result_variable


def _joined(*parts: str | None) -> str | None:
    given = [each for each in parts if each]
    return ",".join(given) if given else None
