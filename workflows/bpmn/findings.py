"""What is wrong in a file, told in both languages and by element and line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """An error keeps a template from being published, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. `code` is stable; `params` fill the sentence."""

    severity: Severity
    code: str
    element_id: str | None = None
    line: int | None = None
    params: Mapping[str, str] = field(default_factory=dict)

    def message(self, lang: str = "zh") -> str:
        """Say it in a sentence, in Chinese unless the language begins with `en`."""
        zh, en = SENTENCES[self.code]
        sentence = (en if lang.lower().startswith("en") else zh).format_map(_Params(self.params))
        if not self.element_id:
            return sentence
        return f"{self.element_id}: {sentence}" if lang.lower().startswith("en") else f"{self.element_id}：{sentence}"


class _Params(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "?"


SENTENCES: Mapping[str, tuple[str, str]] = {
    "too_large": ("文件过大，最多允许 {limit}。", "The file is too large; at most {limit} is allowed."),
    "not_xml": ("文件不是有效的 XML：{reason}", "The file is no valid XML: {reason}"),
    "doctype": ("不允许使用文档类型声明（DOCTYPE）。", "A document type declaration (DOCTYPE) is not allowed."),
    "not_bpmn": ("根元素不是 BPMN 2.0 的 definitions。", "The root element is not BPMN 2.0 definitions."),
    "too_deep": (
        "元素嵌套过深，最多 {limit} 层。",
        "Elements are nested too deeply; at most {limit} levels are allowed.",
    ),
    "no_process": ("文件中没有流程。", "The file holds no process."),
    "several_executable": (
        "有多个可执行流程，采用第一个：{chosen}。",
        "Several processes are executable; the first one, {chosen}, is used.",
    ),
    "not_executable": ("流程未标记为可执行。", "The process is not marked as executable."),
    "missing_id": ("<{tag}> 缺少 id。", "<{tag}> has no id."),
    "bad_id": (
        "id 只能包含字母、数字、下划线、连字符和点，且不超过 120 个字符。",
        "An id may hold letters, digits, underscores, hyphens and dots only, at most 120 characters.",
    ),
    "duplicate_id": ("id 重复。", "The id is used more than once."),
    "unknown_element": ("<{tag}> 不是流程中允许的元素。", "<{tag}> is no element that a process may hold."),
    "not_supported": ("暂不支持执行 {what}。", "{what} can not be executed yet."),
    "ignored_data": ("<{tag}> 在执行时会被忽略。", "<{tag}> is ignored when the process runs."),
    "unresolved_ref": (
        "{attribute} 指向不存在的元素“{ref}”。",
        "{attribute} refers to “{ref}”, which does not exist.",
    ),
    "missing_ref": ("缺少 {attribute}。", "{attribute} is missing."),
    "unnamed_message": ("引用的消息没有名称。", "The message referred to has no name."),
    "flow_crosses_scope": (
        "顺序流从“{source}”到“{target}”越过了子流程边界。",
        "The sequence flow from “{source}” to “{target}” crosses the border of a subprocess.",
    ),
    "start_has_incoming": ("开始事件不能有流入的顺序流。", "A start event must not have an incoming sequence flow."),
    "end_has_outgoing": ("结束事件不能有流出的顺序流。", "An end event must not have an outgoing sequence flow."),
    "boundary_has_incoming": (
        "边界事件不能有流入的顺序流。",
        "A boundary event must not have an incoming sequence flow.",
    ),
    "boundary_without_outgoing": ("边界事件没有流出的顺序流。", "The boundary event has no outgoing sequence flow."),
    "missing_start": (
        "没有开始事件，也没有可以开始的元素。",
        "There is neither a start event nor an element that could begin.",
    ),
    "implicit_start": (
        "没有开始事件；没有流入顺序流的元素将同时开始。",
        "There is no start event; all elements without an incoming flow will begin at once.",
    ),
    "several_starts": ("有多个空开始事件，采用第一个。", "There are several none start events; the first one is used."),
    "subprocess_starts": (
        "子流程只能有一个开始事件，而且必须是空开始事件。",
        "A subprocess must have a single start event, and it must be a none start event.",
    ),
    "empty_subprocess": ("子流程是空的。", "The subprocess is empty."),
    "not_attached": (
        "边界事件没有附着在同一层的活动上。",
        "The boundary event is not attached to an activity beside it.",
    ),
    "error_must_interrupt": ("错误边界事件必须中断活动。", "An error boundary event must interrupt its activity."),
    "cycle_must_not_interrupt": (
        "循环定时器只能用于非中断的边界事件。",
        "A repeating timer is only allowed on a boundary event that does not interrupt.",
    ),
    "expression_invalid": ("表达式“{text}”无效：{reason}", "The expression “{text}” is not valid: {reason}"),
    "expression_language": (
        "不支持表达式语言“{language}”，请使用 CEL。",
        "The expression language “{language}” is not supported; use CEL.",
    ),
    "condition_not_allowed": (
        "从“{source}”流出的顺序流不能带条件。",
        "A sequence flow out of “{source}” must not have a condition.",
    ),
    "condition_missing": (
        "排他网关有多条流出的顺序流，除默认流外每条都需要条件。",
        "Of several flows out of an exclusive gateway, each but the default one needs a condition.",
    ),
    "condition_absent": (
        "包容网关的这条顺序流没有条件，总会被选中。",
        "This flow out of an inclusive gateway has no condition and is always taken.",
    ),
    "default_has_condition": ("默认顺序流不能带条件。", "A default sequence flow must not have a condition."),
    "default_not_outgoing": (
        "默认流“{ref}”不是该元素流出的顺序流。",
        "The default flow “{ref}” does not leave this element.",
    ),
    "default_not_allowed": ("该元素不能有默认流。", "This element must not have a default flow."),
    "event_gateway_outgoing": (
        "事件网关至少需要两条流出的顺序流。",
        "An event-based gateway needs at least two outgoing flows.",
    ),
    "event_gateway_target": (
        "事件网关之后只能是消息或定时器捕获事件，或接收任务，不能是“{target}”。",
        "Behind an event-based gateway only message or timer catch events and receive tasks may stand, not “{target}”.",
    ),
    "event_gateway_mixed": (
        "事件网关之后不能同时使用消息事件和接收任务。",
        "Behind an event-based gateway, message events and receive tasks must not be mixed.",
    ),
    "event_gateway_shared": (
        "事件网关之后的“{target}”不能有其他流入的顺序流、边界事件或循环。",
        "“{target}” behind an event-based gateway must not have other incoming flows, boundary events or a loop.",
    ),
    "gateway_direction": (
        "网关方向标为 {direction}，与其顺序流不符。",
        "The gateway is marked as {direction}, which its flows contradict.",
    ),
    "unreachable": ("该元素无法到达。", "This element can never be reached."),
    "timer_missing": ("定时器没有时间。", "The timer has no time."),
    "timer_invalid": (
        "“{text}”不是有效的 ISO 8601 {kind}。",
        "“{text}” is no valid {kind} of ISO 8601.",
    ),
    "loop_endless": ("循环既没有条件也没有次数上限。", "The loop has neither a condition nor a maximum."),
    "loop_maximum": ("循环次数上限必须是正整数。", "The maximum of a loop must be a positive whole number."),
    "loop_without_count": (
        "多实例活动没有集合也没有基数。",
        "The multi-instance activity has neither a collection nor a cardinality.",
    ),
    "no_step": ("没有指定步骤，执行时将直接通过。", "No step is named; the process goes straight through."),
    "unknown_step": ("步骤“{step}”不存在。", "There is no step “{step}”."),
    "no_message": ("没有指定消息，也没有步骤。", "Neither a message nor a step is named."),
    "script_language": (
        "不支持脚本语言“{language}”，请使用 CEL。",
        "The script language “{language}” is not supported; use CEL.",
    ),
    "not_assigned": ("没有指定谁可以办理此任务。", "Nobody is named who may do this task."),
    "no_called_process": ("没有指定要调用的流程。", "No process to call is named."),
    "called_elsewhere": (
        "流程“{called}”不在此文件中，须作为模板另行发布。",
        "The process “{called}” is not in this file; it has to be published as a template of its own.",
    ),
    "variable_invalid": ("变量“{name}”的名称或类型无效。", "The variable “{name}” has no valid name or type."),
    "variable_default": (
        "变量“{name}”的默认值不是有效的 {type}。",
        "The default of the variable “{name}” is no valid {type}.",
    ),
    "mapping_incomplete": (
        "输入或输出映射缺少名称或表达式。",
        "An input or output mapping lacks a name or an expression.",
    ),
    "internal": ("无法读取此文件。", "The file can not be read."),
}
