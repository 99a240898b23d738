"""What is wrong in a file is a finding with its element and line; what other tools write is understood."""

from __future__ import annotations

import pytest

from tests.bpmn.diagrams import (
    again,
    boundary,
    catch,
    diagram,
    document,
    element,
    end,
    error,
    extensions,
    flow,
    flows,
    gateway,
    many,
    message,
    process,
    service,
    start,
    subprocess,
    timer,
    user,
)
from tests.bpmn.stories import STEPS
from workflows.bpmn.findings import SENTENCES, Severity
from workflows.bpmn.parser import Parsed, parse

SIMPLE = start() + end() + flows("start->end")


def codes(xml: bytes, severity: Severity | None = None) -> list[str]:
    """Parse and name what was found, as `code element`."""
    parsed = parse(xml, STEPS, templates=("order_approval",))
    check(parsed)
    return [f"{each.code} {each.element_id}" for each in parsed.findings if severity in (None, each.severity)]


def check(parsed: Parsed) -> None:
    """Findings speak both languages, and only a file without errors has a definition."""
    for each in parsed.findings:
        assert "?" not in each.message("zh") + each.message("en"), each
        assert each.message("zh") != each.message("en")
    has_errors = any(each.severity is Severity.ERROR for each in parsed.findings)
    assert (parsed.definition is None) == has_errors
    assert not any(each.code == "internal" for each in parsed.findings)


def loop_task(rule: str) -> bytes:
    return diagram(start(), user("t", rule), flows("start->t"))


BOMB = b'<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><d>&b;</d>'
FILE = b'<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]><d>&a;</d>'
UTF16 = '<?xml version="1.0" encoding="UTF-16"?>\n<!DOCTYPE d [<!ENTITY a "x">]><d>&a;</d>'.encode("utf-16")


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        (b"", "not_xml"),
        (b"hello", "not_xml"),
        (b"\x00\xff\xfe", "not_xml"),
        (b"<a><b></a>", "not_xml"),
        (b"<a>" * 100_000, "not_xml"),
        (b"<a " + b"x" * 100_000, "not_xml"),
        (b"<definitions/>", "not_bpmn"),
        (b'<definitions xmlns="http://example.org/other"/>', "not_bpmn"),
        (BOMB, "doctype"),
        (FILE, "doctype"),
        (UTF16, "doctype"),
        (b" " * (10 * 1024 * 1024 + 1), "too_large"),
        (document("<bpmn:documentation/>" * 50_001), "too_large"),
        (document("<bpmn:documentation>" * 120 + "</bpmn:documentation>" * 120), "too_deep"),
        (document(), "no_process"),
    ],
)
def test_files_that_are_no_template_are_refused(xml: bytes, code: str) -> None:
    assert codes(xml) == [f"{code} None"]


def test_a_good_file_has_no_findings() -> None:
    assert codes(diagram(SIMPLE)) == []


@pytest.mark.parametrize(
    ("xml", "found"),
    [
        (diagram(SIMPLE, user("end")), "duplicate_id end"),
        (diagram(SIMPLE, "<bpmn:task/>"), "missing_id None"),
        (diagram(SIMPLE, element("task", "a#1"), flows("start->x")), "bad_id a#1"),
        (diagram(SIMPLE, '<bpmn:sequenceFlow id="f" targetRef="end"/>'), "missing_ref f"),
        (diagram(SIMPLE, flow("start->nowhere")), "unresolved_ref start_nowhere"),
        (diagram(SIMPLE, flow("nowhere->end")), "unresolved_ref nowhere_end"),
        (diagram(start(), subprocess("s", user("u")), flows("start->s", "start->u")), "flow_crosses_scope start_u"),
        (document(process(SIMPLE), process(start("s2"), flow("s2->end"), process_id="q", executable=False)),
         "flow_crosses_scope s2_end"),
        (diagram(SIMPLE, flow("end->start")), "start_has_incoming start"),
        (diagram(SIMPLE, user("t"), flows("end->t")), "end_has_outgoing end"),
        (diagram(end(), boundary("b", "x", timer("PT1H")), flows("b->end")), "missing_start p"),
        (diagram(SIMPLE, boundary("b", "nobody", timer("PT1H")), flows("b->end")), "not_attached b"),
        (diagram(SIMPLE, boundary("b", "start", timer("PT1H")), flows("b->end")), "not_attached b"),
        (diagram(SIMPLE, subprocess("s", user("u")), boundary("b", "u", timer("PT1H")), flows("start->s", "b->end")),
         "not_attached b"),
        (diagram(SIMPLE, user("t"), boundary("b", "t", timer("PT1H")), flows("start->t", "t->b", "b->end")),
         "boundary_has_incoming b"),
        (diagram(SIMPLE, user("t"), boundary("b", "t", error(), interrupts=False), flows("start->t", "b->end")),
         "error_must_interrupt b"),
        (diagram(SIMPLE, user("t"), boundary("b", "t", timer("R/PT1H", "timeCycle")), flows("start->t", "b->end")),
         "cycle_must_not_interrupt b"),
        (diagram(start(), catch("c", timer("R/PT1H", "timeCycle")), flows("start->c")), "cycle_must_not_interrupt c"),
        (diagram(start(), catch("c", timer("two days")), flows("start->c")), "timer_invalid c"),
        (diagram(start(), catch("c", timer("0 0 * * *", "timeCycle")), flows("start->c")), "timer_invalid c"),
        (diagram(start(), catch("c", timer("2026-01-01T00:00:00", "timeDate")), flows("start->c")), "timer_invalid c"),
        (diagram(start(), catch("c", "<bpmn:timerEventDefinition/>"), flows("start->c")), "timer_missing c"),
        (diagram(start(), catch("c", timer("=1 + 1")), flows("start->c")), "expression_invalid c"),
        (diagram(start(), catch("c", "<bpmn:messageEventDefinition/>"), flows("start->c")), "missing_ref c"),
        (diagram(start(), catch("c", message("m_x")), flows("start->c")), "unresolved_ref c"),
        (diagram(start(), element("receiveTask", "t"), flows("start->t")), "missing_ref t"),
        (diagram(start(), end("e", error("e_x")), flows("start->e")), "unresolved_ref e"),
        (diagram(start(), gateway("exclusive", "g"), user("a"), user("b"), flows("start->g", "g->a", "g->b[x > 1]")),
         "condition_missing g_a"),
        (diagram(start(), gateway("exclusive", "g"), user("a"), user("b"), flows("start->g", "g->a[x]", "g->b[1 + 1]")),
         "expression_invalid g_b"),
        (diagram(start(), gateway("exclusive", "g"), user("a"), user("b"), flows("start->g", "g->a[x +]", "g->b[x]")),
         "expression_invalid g_a"),
        (diagram(start(), gateway("exclusive", "g"), user("a"), user("b"), flows("start->g", "g->a[ ]", "g->b[x]")),
         "expression_invalid g_a"),
        (diagram(start(), gateway("parallel", "g"), user("a"), flows("start->g", "g->a[x]")),
         "condition_not_allowed g_a"),
        (diagram(start(), user("a"), flows("start->a[x]")), "condition_not_allowed start_a"),
        (diagram(start(), gateway("exclusive", "g", default="g_a"), user("a"), flows("start->g", "g->a[x]")),
         "default_has_condition g_a"),
        (diagram(start(), gateway("exclusive", "g", default="nope"), user("a"), flows("start->g", "g->a")),
         "unresolved_ref g"),
        (diagram(start(), gateway("exclusive", "g", default="start_g"), user("a"), flows("start->g", "g->a")),
         "default_not_outgoing g"),
        (diagram(start(), gateway("parallel", "g", default="g_a"), user("a"), flows("start->g", "g->a")),
         "default_not_allowed g"),
        (diagram(start(), gateway("eventBased", "g"), catch("c", timer("PT1H")), flows("start->g", "g->c")),
         "event_gateway_outgoing g"),
        (diagram(start(), gateway("eventBased", "g"), user("a"), catch("c", timer("PT1H")),
                 flows("start->g", "g->c", "g->a")), "event_gateway_target g"),
        (diagram(start(), gateway("eventBased", "g"), catch("c", timer("PT1H")), catch("d", timer("PT2H")),
                 flows("start->g", "g->c", "g->d", "start->c")), "event_gateway_shared g"),
        (diagram(start(), gateway("eventBased", "g"), catch("c", message()),
                 element("receiveTask", "r", messageRef="m_paid"), flows("start->g", "g->c", "g->r")),
         "event_gateway_mixed g"),
        (loop_task(again()), "loop_endless t"),
        (loop_task(again(maximum="many")), "loop_maximum t"),
        (loop_task(again(maximum="0")), "loop_maximum t"),
        (loop_task(many()), "loop_without_count t"),
        (loop_task(many(cardinality="'three'")), "expression_invalid t"),
        (loop_task(many(collection="1 + 1")), "expression_invalid t"),
        (loop_task(many(cardinality="3", completion="1")), "expression_invalid t"),
        (diagram(start(), subprocess("s", start("a"), start("b")), flows("start->s")), "subprocess_starts s"),
        (diagram(start(), subprocess("s", start("a", message())), flows("start->s")), "subprocess_starts s"),
        (diagram(start(), service("t", step="area.unheard_of"), flows("start->t")), "unknown_step t"),
        (diagram(start(), service("t", df_compensatedBy="area.nope"), flows("start->t")), "unknown_step t"),
        (diagram(start(), element("scriptTask", "t", "<bpmn:script>1</bpmn:script>", scriptFormat="groovy"),
                 flows("start->t")), "script_language t"),
        (diagram(start(), element("callActivity", "t"), flows("start->t")), "no_called_process t"),
        (diagram(start(), element("callActivity", "t", calledElement="${x}"), flows("start->t")), "not_supported t"),
        (diagram(start(), user("t", df_due="soon"), flows("start->t")), "timer_invalid t"),
        (diagram(start(), user("t", df_users="=1 + 1"), flows("start->t")), "expression_invalid t"),
        (diagram(start(), user("t", extensions('<df:input name="x"/>')), flows("start->t")), "mapping_incomplete t"),
        (diagram(extensions('<df:variable name="type" type="int"/>'), SIMPLE), "variable_invalid p"),
        (diagram(extensions('<df:variable name="a" type="money"/>'), SIMPLE), "variable_invalid p"),
        (diagram(extensions('<df:variable name="a" type="int" default="1.5"/>'), SIMPLE), "variable_default p"),
        (diagram(extensions('<df:variable name="a" type="list" default="[]"/>'), SIMPLE), "variable_default p"),
        (diagram(extensions('<df:variable name="a" type="bool" default="yes"/>'), SIMPLE), "variable_default p"),
        (diagram(SIMPLE, element("choreographyTask", "c")), "unknown_element c"),
    ],
)  # fmt: skip
def test_errors_name_the_element(xml: bytes, found: str) -> None:
    assert found in codes(xml, Severity.ERROR)


@pytest.mark.parametrize(
    ("xml", "found"),
    [
        (document(process(SIMPLE), process(start("s2"), process_id="q")), "several_executable p"),
        (document(process(SIMPLE, executable=False)), "not_executable p"),
        (diagram(user("t")), "implicit_start p"),
        (diagram(SIMPLE, start("other"), flows("other->end")), "several_starts p"),
        (diagram(SIMPLE, user("lost")), "unreachable lost"),
        (diagram(start(), gateway("exclusive", "g", gatewayDirection="Converging"), flows("start->g")),
         "gateway_direction g"),
        (diagram(start(), gateway("inclusive", "g"), user("a"), user("b"), flows("start->g", "g->a", "g->b[x]")),
         "condition_absent g_a"),
        (diagram(start(), element("serviceTask", "t"), flows("start->t")), "no_step t"),
        (diagram(start(), element("sendTask", "t"), flows("start->t")), "no_message t"),
        (diagram(start(), element("userTask", "t"), flows("start->t")), "not_assigned t"),
        (diagram(start(), element("callActivity", "t", calledElement="elsewhere"), flows("start->t")),
         "called_elsewhere t"),
        (diagram(start(), user("t"), boundary("b", "t", timer("PT1H")), flows("start->t")),
         "boundary_without_outgoing b"),
        (diagram(start(), subprocess("s"), flows("start->s")), "empty_subprocess s"),
        (diagram(SIMPLE, '<bpmn:property id="pp"/>'), "ignored_data p"),
    ],
)  # fmt: skip
def test_warnings_do_not_keep_a_file_from_being_used(xml: bytes, found: str) -> None:
    assert codes(xml) == [found]
    assert codes(xml, Severity.ERROR) == []


@pytest.mark.parametrize(
    "inner",
    [
        *(
            start("x", f"<bpmn:{kind}EventDefinition/>")
            for kind in ("signal", "timer", "conditional", "error", "escalation")
        ),
        *(end("x", f"<bpmn:{kind}EventDefinition/>") for kind in ("signal", "escalation", "compensate", "cancel")),
        *(catch("x", f"<bpmn:{kind}EventDefinition/>") for kind in ("signal", "conditional", "link")),
        catch("x", ""),
        *(
            element("intermediateThrowEvent", "x", f"<bpmn:{kind}EventDefinition/>")
            for kind in ("signal", "link", "compensate")
        ),
        *(
            boundary("x", "t", f"<bpmn:{kind}EventDefinition/>")
            for kind in ("signal", "escalation", "compensate", "cancel")
        ),
        catch("x", timer("PT1H") + message()),
        catch("x", "<bpmn:eventDefinitionRef>shared</bpmn:eventDefinitionRef>"),
        element("transaction", "x"),
        element("adHocSubProcess", "x"),
        element("complexGateway", "x"),
        subprocess("x", triggeredByEvent="true"),
        user("x", isForCompensation="true"),
        user("x", startQuantity="2"),
        user("x", completionQuantity="2"),
        element("receiveTask", "x", instantiate="true", messageRef="m_paid"),
        gateway("eventBased", "x", instantiate="true"),
        user("x", many(cardinality="2").replace("isSequential", 'behavior="None" isSequential')),
    ],
)
def test_what_can_not_be_executed_yet_is_refused_by_id_and_line(inner: str) -> None:
    parsed = parse(diagram(start(), "\n", user("t"), inner, flows("start->t")))
    refused = [each for each in parsed.findings if each.code == "not_supported"]
    assert [(each.element_id, each.line) for each in refused] == [("x", 2)]
    assert parsed.definition is None


def test_an_undeclared_variable_is_an_error_where_variables_are_declared() -> None:
    declared = extensions('<df:variable name="total" type="int"/><df:variable name="dealer" type="string"/>')
    tail = (
        start(),
        user("t"),
        gateway("exclusive", "g", default="g_b"),
        user("a"),
        user("b"),
        flows("start->t", "t->g", "g->b"),
    )
    assert "expression_invalid g_a" in codes(diagram(declared, *tail, flow("g->a[totla > 1]")))
    assert "expression_invalid g_a" in codes(diagram(declared, *tail, flow("g->a[total == 'x']")))
    for known in ("total > 1", "outcome == 'approve'", "business_key != ''", "dealer == 'D'"):
        parsed = parse(diagram(declared, *tail, flow(f"g->a[{known}]")), STEPS)
        assert parsed.definition is not None


def test_steps_take_their_compensation_from_the_registry_unless_the_diagram_says_otherwise() -> None:
    other = service("b", step="area.reserve", df_compensatedBy="area.do_it")
    xml = diagram(start(), service("a", step="area.reserve"), other, flows("start->a", "a->b"))
    definition = parse(xml, STEPS).definition
    assert definition is not None
    assert (definition.nodes["a"].compensated_by, definition.nodes["b"].compensated_by) == (
        "area.release",
        "area.do_it",
    )
    unchecked = parse(xml).definition
    assert unchecked is not None
    assert unchecked.nodes["a"].compensated_by is None


def test_findings_are_bounded_and_keep_an_error() -> None:
    lost = "".join(user(f"lost{number}") for number in range(700))
    parsed = parse(diagram(SIMPLE, lost, service("t", step="area.unheard_of")), STEPS)
    assert len(parsed.findings) <= 501
    assert parsed.definition is None


def test_every_sentence_is_in_both_languages() -> None:
    for code, (zh, en) in SENTENCES.items():
        assert zh.endswith(("。", "}")), code
        assert en.endswith((".", "}")), code
        assert zh.isascii() is False, code


def test_lines_are_those_of_the_file() -> None:
    xml = diagram(start(), "\n\n\n", service("t", step="area.unheard_of"), flows("start->t"))
    assert [each.line for each in parse(xml, STEPS).findings] == [4]
    assert parse(xml, STEPS).findings[0].message("en-GB") == "t: There is no step “area.unheard_of”."
    assert parse(xml, STEPS).findings[0].message("zh-CN") == "t：步骤“area.unheard_of”不存在。"


CAMUNDA = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"
  xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
  xmlns:modeler="http://camunda.org/schema/modeler/1.0" id="D1" targetNamespace="http://bpmn.io/schema/bpmn"
  exporter="Camunda Modeler" exporterVersion="5.19.0" modeler:executionPlatform="Camunda Platform">
  <bpmn:collaboration id="C1"><bpmn:participant id="P1" name="采购" processRef="Process_1" /></bpmn:collaboration>
  <bpmn:process id="Process_1" isExecutable="true" camunda:historyTimeToLive="180">
    <bpmn:laneSet id="L1"><bpmn:lane id="L2"><bpmn:flowNodeRef>S</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>
    <bpmn:startEvent id="S" camunda:initiator="who"><bpmn:outgoing>F1</bpmn:outgoing></bpmn:startEvent>
    <bpmn:userTask id="T" name="审批" camunda:formKey="embedded:form" camunda:candidateGroups="ops, finance">
      <bpmn:extensionElements>
        <camunda:formData><camunda:formField id="amount" type="long" /></camunda:formData>
        <camunda:properties><camunda:property id="amount" name="x" value="y" /></camunda:properties>
      </bpmn:extensionElements>
      <bpmn:incoming>F1</bpmn:incoming><bpmn:outgoing>F2</bpmn:outgoing>
      <bpmn:multiInstanceLoopCharacteristics camunda:collection="${people}" camunda:elementVariable="person">
        <bpmn:completionCondition xsi:type="bpmn:tFormalExpression" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
          >${nrOfCompletedInstances >= 2}</bpmn:completionCondition>
      </bpmn:multiInstanceLoopCharacteristics>
    </bpmn:userTask>
    <bpmn:sequenceFlow id="F1" sourceRef="S" targetRef="T" /><bpmn:sequenceFlow id="F2" sourceRef="T" targetRef="E" />
    <bpmn:endEvent id="E"><bpmn:incoming>F2</bpmn:incoming></bpmn:endEvent>
    <bpmn:dataObjectReference id="DO" dataObjectRef="DO1" /><bpmn:dataObject id="DO1" />
    <bpmn:textAnnotation id="A1"><bpmn:text>note</bpmn:text></bpmn:textAnnotation>
    <bpmn:association id="A2" sourceRef="T" targetRef="A1" />
  </bpmn:process>
  <bpmndi:BPMNDiagram id="BD"><bpmndi:BPMNPlane id="BP" bpmnElement="C1">
    <bpmndi:BPMNShape id="S_di" bpmnElement="S"><dc:Bounds x="1" y="2" width="3" height="4" /></bpmndi:BPMNShape>
  </bpmndi:BPMNPlane></bpmndi:BPMNDiagram>
</bpmn:definitions>"""
FLOWABLE = """<?xml version='1.0' encoding='UTF-8'?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xmlns:flowable="http://flowable.org/bpmn" typeLanguage="http://www.w3.org/2001/XMLSchema"
  expressionLanguage="http://www.w3.org/1999/XPath" targetNamespace="http://www.flowable.org/processdef">
  <process id="leave" name="请假" isExecutable="true">
    <startEvent id="s" flowable:formFieldValidation="true"/>
    <userTask id="u" flowable:assignee="${owner}"><extensionElements>
      <modeler:initiator-can-complete xmlns:modeler="http://flowable.org/modeler"><![CDATA[false]]></modeler:initiator-can-complete>
    </extensionElements></userTask>
    <serviceTask id="st" flowable:class="org.example.Delegate"/>
    <exclusiveGateway id="g" default="f4"/>
    <sequenceFlow id="f1" sourceRef="s" targetRef="u"/><sequenceFlow id="f2" sourceRef="u" targetRef="g"/>
    <sequenceFlow id="f3" sourceRef="g" targetRef="st">
      <conditionExpression xsi:type="tFormalExpression"><![CDATA[${days > 3}]]></conditionExpression></sequenceFlow>
    <sequenceFlow id="f4" sourceRef="g" targetRef="e"/>
    <sequenceFlow id="f5" sourceRef="st" targetRef="e"/><endEvent id="e"/>
  </process>
</definitions>"""
SIGNAVIO = """<?xml version="1.0" encoding="UTF-8"?>
<semantic:definitions xmlns:semantic="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:signavio="http://www.signavio.com"
  exporter="Signavio Process Editor" id="sid-1" targetNamespace="http://www.signavio.com">
  <semantic:message id="sid-m" name="paid"/>
  <semantic:process id="sid-p" isClosed="false" isExecutable="false" processType="None">
    <semantic:extensionElements><signavio:signavioDiagramMetaData metaKey="x"/></semantic:extensionElements>
    <semantic:startEvent id="sid-s" name=""><semantic:outgoing>sid-f1</semantic:outgoing></semantic:startEvent>
    <semantic:parallelGateway gatewayDirection="Diverging" id="sid-g"/>
    <semantic:task completionQuantity="1" id="sid-t" isForCompensation="false" name="Check" startQuantity="1"/>
    <semantic:receiveTask id="sid-r" implementation="webService" instantiate="false" messageRef="sid-m"/>
    <semantic:parallelGateway gatewayDirection="Converging" id="sid-j"/><semantic:endEvent id="sid-e"/>
    <semantic:sequenceFlow id="sid-f1" sourceRef="sid-s" targetRef="sid-g"/>
    <semantic:sequenceFlow id="sid-f2" sourceRef="sid-g" targetRef="sid-t"/>
    <semantic:sequenceFlow id="sid-f3" sourceRef="sid-g" targetRef="sid-r"/>
    <semantic:sequenceFlow id="sid-f4" sourceRef="sid-t" targetRef="sid-j"/>
    <semantic:sequenceFlow id="sid-f5" sourceRef="sid-r" targetRef="sid-j"/>
    <semantic:sequenceFlow id="sid-f6" sourceRef="sid-j" targetRef="sid-e"/>
  </semantic:process>
</semantic:definitions>"""


@pytest.mark.parametrize(
    ("xml", "expected"),
    [(CAMUNDA, []), (FLOWABLE, ["no_step st"]), (SIGNAVIO, ["not_executable sid-p"])],
    ids=["Camunda Modeler", "Flowable", "Signavio"],
)
def test_files_of_other_tools_are_understood(xml: str, expected: list[str]) -> None:
    assert codes(xml.encode()) == expected
