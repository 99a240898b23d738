"""Tasks, steps, subprocesses, call activities, and how data goes in and out of them."""

from __future__ import annotations

from tests.bpmn.diagrams import (
    assign,
    boundary,
    catch,
    diagram,
    element,
    end,
    error,
    extensions,
    flows,
    gateway,
    message,
    service,
    start,
    subprocess,
    user,
)
from tests.bpmn.stories import Story
from workflows.bpmn.commands import (
    Assignment,
    AwaitMessage,
    Fact,
    FactKind,
    Finish,
    OpenTask,
    Outcome,
    RaiseIncident,
    ResolveIncident,
    RunStep,
    StartChild,
)
from workflows.bpmn.engine import open_activations, root_variables, visible_variables
from workflows.bpmn.token_counts import count_tokens
from workflows.bpmn.triggers import (
    CancelRequested,
    ChildCompleted,
    ChildFailed,
    Start,
    StepCompleted,
    TaskCompleted,
    VariablesSet,
)


def one(inner: str, node: str = "t") -> bytes:
    return diagram(start(), inner, end(), flows(f"start->{node}", f"{node}->end"))


def test_a_user_task_opens_with_all_that_the_inbox_needs() -> None:
    story = Story(
        one(
            element(
                "userTask", "t", extensions(assign("input", "number", "order_number")),
                name="Approve", df_labelZh="审批", df_roles="sales_manager, finance", df_users="=[boss]",
                df_relation="dealer.sales_manager", df_dealer="dealer", df_actions="approve,reject",
                df_form="order_approval", df_due="PT48H",
            )
        )
    )  # fmt: skip
    story.start(order_number="SO-1", dealer="D-9", boss="li")
    assert story.commands == [
        OpenTask(
            activation="t#1",
            element_id="t",
            assignment=Assignment(("li",), ("sales_manager", "finance"), "dealer.sales_manager", "D-9"),
            actions=("approve", "reject"),
            name="Approve",
            labels={"zh": "审批", "en": "Approve"},
            form="order_approval",
            due="PT48H",
            input={"number": "SO-1"},
        )
    ]


def test_the_action_of_a_task_becomes_its_result_variable() -> None:
    story = Story(one(user("t", df_resultVariable="decision")))
    story.start()
    story.task("t#1", "reject", reason="price")
    assert story.finish.variables == {"reason": "price", "decision": "reject"}
    assert Fact(FactKind.COMPLETED, "t", "t#1", {"action": "reject", "actor": "sales"}) in story.facts


def test_a_dealers_process_narrows_tasks_to_that_dealer() -> None:
    declared = extensions('<df:variable name="dealer" type="string"/>')
    xml = diagram(declared, start(), user("t"), flows("start->t"))
    named, unnamed = Story(xml), Story(xml)
    named.start(dealer="D-9")
    unnamed.start()
    assert [each.all_of(OpenTask)[0].assignment.dealer for each in (named, unnamed)] == ["D-9", None]


def test_other_engines_assignments_are_understood() -> None:
    story = Story(one(element("userTask", "t", camunda_assignee="${owner}", camunda_candidateGroups="ops,finance")))
    story.start(owner="wang")
    assert story.all_of(OpenTask)[0].assignment == Assignment(("wang",), ("ops", "finance"))


def test_a_step_gets_all_visible_variables_and_its_result_is_merged() -> None:
    story = Story(one(service("t")))
    assert story.start(a=1) == [RunStep("t#1", "t", "area.do_it", {"a": 1})]
    story.step("t#1", b=2)
    assert story.commands[-1] == Finish(Outcome.COMPLETED, {"a": 1, "b": 2})


def test_mappings_choose_what_goes_in_and_comes_out() -> None:
    body = extensions(
        assign("input", "total", "a + 1"), assign("output", "got", "result.b"), assign("output", "a", "a * 2")
    )
    story = Story(one(service("t", body)))
    assert story.start(a=1) == [RunStep("t#1", "t", "area.do_it", {"total": 2})]
    story.step("t#1", b=5, c=6)
    assert story.finish.variables == {"a": 2, "got": 5}


def test_a_task_without_work_is_only_passed() -> None:
    for tag in ("task", "manualTask", "serviceTask", "businessRuleTask", "sendTask"):
        story = Story(one(element(tag, "t")))
        story.start()
        assert story.path == "start t end"


def test_send_rule_and_script_tasks_may_run_steps() -> None:
    for tag in ("sendTask", "businessRuleTask", "scriptTask", "task"):
        story = Story(one(element(tag, "t", df_step="area.do_it")))
        assert story.start() == [RunStep("t#1", "t", "area.do_it", {})]


def test_a_script_is_an_expression() -> None:
    script = "<bpmn:script>{'net': gross - 3}</bpmn:script>"
    story = Story(one(element("scriptTask", "t", script, scriptFormat="cel")))
    story.start(gross=10)
    assert story.finish.variables == {"gross": 10, "net": 7}
    named = Story(one(element("scriptTask", "t", "<bpmn:script>gross - 3</bpmn:script>", df_resultVariable="net")))
    named.start(gross=10)
    assert named.finish.variables == {"gross": 10, "net": 7}
    unnamed = Story(one(element("scriptTask", "t", "<bpmn:script>gross - 3</bpmn:script>")))
    unnamed.start(gross=10)
    assert unnamed.incidents == ["t#1 expression_failed"]


def test_a_receive_task_waits_for_its_message() -> None:
    story = Story(one(element("receiveTask", "t", messageRef="m_paid")))
    assert story.start() == [AwaitMessage("t#1", "t", "order.paid", "SO-1")]
    story.message("t#1", x=1)
    assert story.finish.variables == {"x": 1}


SUB = diagram(
    start(),
    subprocess("sub", start("s2"), user("u"), flows("s2->u")),
    user("after"),
    flows("start->sub", "sub->after"),
)


def test_what_a_subprocess_sets_is_its_own_until_it_ends() -> None:
    story = Story(SUB)
    story.start(known=1)
    story.task("u#1", "ok", known=2, new=3)
    assert root_variables(story.state) == {"known": 2, "new": 3, "outcome": "ok"}
    assert story.opened == ["u#1", "after#1"]
    assert story.path == "start s2 u sub"


def test_a_correction_by_ops_is_seen_inside_a_subprocess_too() -> None:
    inner = start("s2") + user("u") + service("x") + flows("s2->u", "u->x")
    story = Story(one(subprocess("t", inner)))
    story.start()
    story.task("u#1", "ok", price=1)
    story.fail("x#1")
    story.send(VariablesSet({"price": 2}))
    story.retry("x#1")
    assert [each.input["price"] for each in story.all_of(RunStep)] == [1, 2]


def test_a_subprocess_keeps_its_inputs_to_itself_and_gives_out_what_is_mapped() -> None:
    mapping = extensions(assign("input", "item", "total + 1"), assign("output", "got", "result.new"))
    story = Story(
        diagram(start(), subprocess("sub", mapping, start("s2"), user("u"), flows("s2->u")), user("after"),
                flows("start->sub", "sub->after"))
    )  # fmt: skip
    story.start(total=1)
    assert visible_variables(story.state, "u#1") == {"total": 1, "item": 2}
    assert visible_variables(story.state, "gone#1") == {}
    story.task("u#1", "ok", new=3, item=9)
    assert root_variables(story.state) == {"total": 1, "got": 3}


def test_declared_variables_are_set_on_the_process_wherever_that_happens() -> None:
    declared = extensions('<df:variable name="note" type="string"/>')
    xml = diagram(declared, start(), subprocess("sub", start("s2"), user("u"), user("v"), flows("s2->u", "u->v")),
                  boundary("b", "sub", message()), end(), flows("start->sub", "b->end"))  # fmt: skip
    story = Story(xml)
    story.start()
    story.task("u#1", "ok", note="late", private=1)
    story.message("b#1")
    assert story.finish.variables == {"note": "late"}


def test_subprocesses_run_side_by_side_in_scopes_of_their_own() -> None:
    story = Story(
        diagram(start(), gateway("parallel", "f"), gateway("exclusive", "m"),
                subprocess("sub", start("s2"), user("u"), flows("s2->u")), end(),
                flows("start->f", "f->m", "f->m2", "m->sub", "sub->end", "m2->m"), element("task", "m2"))
    )  # fmt: skip
    story.start()
    assert story.opened == ["u#1", "u#2"]
    story.task("u#2", "b")
    assert story.outcome is None
    story.task("u#1", "a")
    assert story.outcome is Outcome.COMPLETED


def test_subprocesses_nest_as_deeply_as_a_file_may() -> None:
    inner = user("deepest")
    for level in range(90):
        inner = subprocess(f"sub{level}", inner)
    story = Story(one(subprocess("t", inner)))
    story.start()
    story.task("deepest#1")
    assert story.outcome is Outcome.COMPLETED
    cancelled = Story(one(subprocess("t", inner)))
    cancelled.start()
    cancelled.send(CancelRequested("enough"))
    assert cancelled.outcome is Outcome.CANCELLED


def test_an_empty_subprocess_is_passed() -> None:
    story = Story(one(subprocess("t")))
    story.start()
    assert story.path == "start t end"


CALL = one(element("callActivity", "t", calledElement="order_approval"))


def test_a_call_activity_runs_a_child_with_the_variables() -> None:
    story = Story(CALL)
    assert story.start(a=1) == [StartChild("t#1", "t", "order_approval", {"a": 1})]
    story.send(ChildCompleted("t#1", {"outcome": "approve"}))
    assert story.finish.variables == {"a": 1, "outcome": "approve"}


def test_a_childs_error_is_caught_or_becomes_an_incident() -> None:
    xml = diagram(
        start(), element("callActivity", "t", calledElement="x"), boundary("b", "t", error()), flows("start->t")
    )
    caught, uncaught = Story(xml), Story(xml)
    caught.start()
    caught.send(ChildFailed("t#1", "no stock", "OUT_OF_STOCK"))
    assert caught.path == "start b"
    uncaught.start()
    uncaught.send(ChildFailed("t#1", "it crashed"))
    assert uncaught.incidents == ["t#1 child_failed"]
    assert uncaught.retry("t#1") == [ResolveIncident("t#1", "retried"), StartChild("t#1", "t", "x", {})]


def test_a_failed_step_waits_for_ops_who_retry_it_under_the_same_activation() -> None:
    story = Story(one(service("t")))
    story.start(a=1)
    story.fail("t#1", "NOBODY_CATCHES_THIS")
    assert story.incidents == ["t#1 NOBODY_CATCHES_THIS"]
    assert [each.incident for each in open_activations(story.state)] == ["NOBODY_CATCHES_THIS"]
    story.send(VariablesSet({"a": 2}))
    assert story.retry("t#1") == [ResolveIncident("t#1", "retried"), RunStep("t#1", "t", "area.do_it", {"a": 2})]
    story.step("t#1")
    assert story.outcome is Outcome.COMPLETED


def test_a_failed_step_can_be_skipped_with_a_result() -> None:
    story = Story(one(service("t")))
    story.start()
    story.fail("t#1")
    story.skip("t#1", waybill="W1")
    assert story.finish.variables == {"waybill": "W1"}


def test_an_answer_that_could_not_be_taken_in_is_not_asked_for_again() -> None:
    story = Story(one(user("t", extensions(assign("output", "net", "result.gross - discount")))))
    story.start()
    story.task("t#1", "approve", gross=10)
    assert story.incidents == ["t#1 expression_failed"]
    story.send(VariablesSet({"discount": 3}))
    assert len(story.opened) == 1
    story.retry("t#1")
    assert story.finish.variables == {"discount": 3, "net": 7, "outcome": "approve"}


def test_an_assignment_that_fails_waits_for_ops() -> None:
    story = Story(one(user("t", df_users="=[boss]")))
    story.start()
    assert story.incidents == ["t#1 expression_failed"]
    assert "boss" in story.all_of(RaiseIncident)[0].message
    story.send(VariablesSet({"boss": "li"}))
    story.retry("t#1")
    assert story.opened == ["t#1"]


def test_an_incident_can_be_interrupted_by_a_boundary_event() -> None:
    xml = diagram(start(), service("t"), boundary("b", "t", message()), end(), flows("start->t", "b->end"))
    story = Story(xml)
    story.start()
    story.fail("t#1")
    assert ResolveIncident("t#1", "cancelled") in story.message("b#1")
    assert story.outcome is Outcome.COMPLETED


def test_a_boundary_event_that_can_not_be_armed_holds_its_activity() -> None:
    waiting = boundary(
        "b", "t", "<bpmn:timerEventDefinition><bpmn:timeDuration>=wait</bpmn:timeDuration></bpmn:timerEventDefinition>"
    )
    story = Story(diagram(start(), user("t"), waiting, end(), flows("start->t", "b->end")))
    story.start()
    assert story.incidents == ["t#1 expression_failed"]
    story.send(VariablesSet({"wait": "PT1H"}))
    story.retry("t#1")
    assert story.opened == ["t#1"]
    assert "b#1" in story.state.waits


def test_what_has_nothing_to_act_on_changes_nothing() -> None:
    story = Story(one(catch("t", message())))
    story.start()
    before = story.state
    for trigger in (
        Start(),
        TaskCompleted("t#1", "x"),
        StepCompleted("t#1"),
        StepCompleted("unknown#4"),
        ChildCompleted("t#1"),
        ChildFailed("t#1", ""),
        VariablesSet({}),
    ):
        assert story.send(trigger) == []
        assert story.state is before
    for send in (story.fire, story.retry, story.skip):
        assert send("t#1") == []
        assert story.state is before


def test_an_endless_loop_is_stopped_and_can_be_led_out() -> None:
    xml = diagram(
        start(), gateway("exclusive", "a"), element("task", "b"), gateway("exclusive", "x", default="x_a"), end(),
        flows("start->a", "a->b", "b->x", "x->a", "x->end[stop]"),
    )  # fmt: skip
    story = Story(xml)
    story.start(stop=False)
    assert [each.split()[1] for each in story.incidents] == ["endless_loop"]
    assert list(count_tokens(story.definition, story.state).values()) == [1]
    assert len(story.facts) < 40_000
    story.send(VariablesSet({"stop": True}))
    story.retry(story.incidents[0].split()[0])
    assert story.outcome is Outcome.COMPLETED


def test_tokens_that_multiply_without_end_are_stopped_too() -> None:
    xml = diagram(
        start(), gateway("exclusive", "a"), element("task", "b"), flows("start->a", "a->b", "b->a"),
        element("task", "c"), flows("b->c", "c->a"),
    )  # fmt: skip
    story = Story(xml)
    story.start()
    assert [each.split()[1] for each in story.incidents] == ["endless_loop"]
    assert len(story.facts) < 60_000
    assert story.send(VariablesSet({"x": 1})) == []
