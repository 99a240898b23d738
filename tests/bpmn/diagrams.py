"""A short way to write diagrams: elements by their tags, flows as arrows."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

NAMESPACES = (
    'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:df="urn:dealerflow:bpmn:1" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
)
_ARROW = re.compile(r"(?P<source>\S+?)->(?P<target>[^\s\[]+)(?:\[(?P<condition>.+)\])?")


def element(tag: str, element_id: str, body: str = "", **attributes: str) -> str:
    """Write one element; `df_roles` becomes `df:roles`."""
    written = " ".join(f"{name.replace('_', ':', 1)}={quoteattr(value)}" for name, value in attributes.items())
    return f"<bpmn:{tag} id={quoteattr(element_id)} {written}>{body}</bpmn:{tag}>"


def flow(arrow: str) -> str:
    """Write one flow from `a->b` or `a->b[condition]`; its id is `a_b`."""
    match = _ARROW.fullmatch(arrow.strip())
    assert match is not None, arrow
    source, target = match["source"], match["target"]
    condition = "" if match["condition"] is None else escape(match["condition"])
    body = condition and f"<bpmn:conditionExpression>{condition}</bpmn:conditionExpression>"
    return element("sequenceFlow", f"{source}_{target}", body, sourceRef=source, targetRef=target)


def flows(*arrows: str) -> str:
    return "".join(flow(each) for each in arrows)


def start(element_id: str = "start", body: str = "") -> str:
    return element("startEvent", element_id, body)


def end(element_id: str = "end", body: str = "") -> str:
    return element("endEvent", element_id, body)


def user(element_id: str, body: str = "", **attributes: str) -> str:
    return element("userTask", element_id, body, **{"df_roles": "ops", **attributes})


def service(element_id: str, body: str = "", step: str = "area.do_it", **attributes: str) -> str:
    return element("serviceTask", element_id, body, df_step=step, **attributes)


def gateway(kind: str, element_id: str, **attributes: str) -> str:
    return element(f"{kind}Gateway", element_id, **attributes)


def subprocess(element_id: str, *inner: str, **attributes: str) -> str:
    return element("subProcess", element_id, "".join(inner), **attributes)


def timer(text: str, kind: str = "timeDuration") -> str:
    return f"<bpmn:timerEventDefinition><bpmn:{kind}>{escape(text)}</bpmn:{kind}></bpmn:timerEventDefinition>"


def message(ref: str = "m_paid") -> str:
    return f"<bpmn:messageEventDefinition messageRef={quoteattr(ref)}/>"


def error(ref: str | None = "e_stock") -> str:
    return "<bpmn:errorEventDefinition/>" if ref is None else f"<bpmn:errorEventDefinition errorRef={quoteattr(ref)}/>"


def boundary(element_id: str, host: str, body: str, *, interrupts: bool = True) -> str:
    return element(
        "boundaryEvent", element_id, body, attachedToRef=host, cancelActivity="true" if interrupts else "false"
    )


def catch(element_id: str, body: str, **attributes: str) -> str:
    return element("intermediateCatchEvent", element_id, body, **attributes)


def throw(element_id: str, body: str = "", **attributes: str) -> str:
    return element("intermediateThrowEvent", element_id, body, **attributes)


def extensions(*inner: str) -> str:
    return f"<bpmn:extensionElements>{''.join(inner)}</bpmn:extensionElements>"


def assign(kind: str, name: str, value: str) -> str:
    return f"<df:{kind} name={quoteattr(name)} value={quoteattr(value)}/>"


def many(
    *, sequential: bool = False, cardinality: str = "", completion: str = "", collection: str = "", item: str = "item"
) -> str:
    """Write the characteristics of a multi-instance activity."""
    over = f" df:collection={quoteattr(collection)} df:elementVariable={quoteattr(item)}" if collection else ""
    inner = f"<bpmn:loopCardinality>{escape(cardinality)}</bpmn:loopCardinality>" if cardinality else ""
    inner += f"<bpmn:completionCondition>{escape(completion)}</bpmn:completionCondition>" if completion else ""
    tag = "bpmn:multiInstanceLoopCharacteristics"
    return f'<{tag} isSequential="{str(sequential).lower()}"{over}>{inner}</{tag}>'


def again(condition: str = "", *, before: bool = False, maximum: str = "") -> str:
    """Write the characteristics of a standard loop."""
    limit = f" loopMaximum={quoteattr(maximum)}" if maximum else ""
    inner = f"<bpmn:loopCondition>{escape(condition)}</bpmn:loopCondition>" if condition else ""
    flag = str(before).lower()
    return f'<bpmn:standardLoopCharacteristics testBefore="{flag}"{limit}>{inner}</bpmn:standardLoopCharacteristics>'


SHARED = (
    '<bpmn:message id="m_paid" name="order.paid"/><bpmn:message id="m_withdraw" name="order.withdraw"/>'
    '<bpmn:error id="e_stock" errorCode="OUT_OF_STOCK"/><bpmn:error id="e_credit" errorCode="NO_CREDIT"/>'
)


def process(*inner: str, process_id: str = "p", executable: bool = True) -> str:
    return element("process", process_id, "".join(inner), isExecutable=str(executable).lower())


def document(*inner: str, shared: str = SHARED) -> bytes:
    """Write a whole file around processes."""
    return f'<bpmn:definitions {NAMESPACES} id="d">{shared}{"".join(inner)}</bpmn:definitions>'.encode()


def diagram(*inner: str) -> bytes:
    """Write a file with one executable process."""
    return document(process(*inner))
