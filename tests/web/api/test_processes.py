"""Templates uploaded and published, instances started, watched and repaired through the API."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fixtures.waiting import eventually
from tests.web.api.api_client import Api, refused, told

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:df="urn:dealerflow:bpmn:1"'
    ' targetNamespace="test">'
)
XML = {"Content-Type": "application/xml"}


def bpmn(key: str, middle: str, flows: str) -> str:
    """Draw a process from `start` to `end` with something between."""
    return (
        f'{HEAD}<bpmn:process id="{key}" name="{key}" isExecutable="true">'
        f'<bpmn:startEvent id="start"/>{middle}<bpmn:endEvent id="end"/>{flows}</bpmn:process></bpmn:definitions>'
    )


def flow(source: str, target: str) -> str:
    return f'<bpmn:sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}"/>'


def one_task(key: str, attributes: str = "") -> str:
    task = f'<bpmn:userTask id="look" name="Look" {attributes}/>'
    return bpmn(key, task, flow("start", "look") + flow("look", "end"))


async def upload(api: Api, xml: str | bytes, as_: str = "ops", **headers: str) -> Any:
    content = xml.encode() if isinstance(xml, str) else xml
    return await api.ask("POST", "/templates", as_, {**XML, **headers}, content=content)


async def published(api: Api, key: str, xml: str) -> None:
    told(await upload(api, xml), 201)
    told(await api.post(f"/templates/{key}/publish", "ops"), 200)


async def test_a_file_becomes_a_draft_and_is_published(api: Api) -> None:
    saved = told(await upload(api, one_task("visit", 'df:roles="ops"')), 201)
    assert saved == {"key": "visit", "version": 1, "findings": []}
    assert "visit" not in {t["key"] for t in told(await api.get("/templates", "ops"), 200)["items"]}
    assert told(await api.post("/templates/visit/publish", "ops"), 200) == {"key": "visit", "version": 1}
    again = told(await api.post("/templates/visit/publish", "ops", {"note": "again"}), 200)
    assert again["version"] == 1
    changed = told(await upload(api, one_task("visit")), 201)
    assert (changed["version"], changed["findings"][0]["severity"]) == (2, "warning")


@pytest.mark.parametrize(
    "kind", ["text/xml; charset=utf-8", "application/octet-stream", "application/bpmn+xml", "text/plain"]
)
async def test_the_content_type_of_a_file_does_not_matter(api: Api, kind: str) -> None:
    response = await api.ask("POST", "/templates", "ops", {"Content-Type": kind}, content=one_task("kinds").encode())
    assert told(response, 201)["key"] == "kinds"


async def test_errors_in_a_file_are_named_by_element_and_line_in_the_readers_language(api: Api) -> None:
    xml = bpmn(
        "bad", '\n<bpmn:serviceTask id="call" df:step="no.such_step"/>', flow("start", "call") + flow("call", "end")
    )
    problem = refused(await upload(api, xml), 422, "template_invalid")
    finding = next(finding for finding in problem["findings"] if finding["element_id"] == "call")
    assert (finding["severity"], finding["line"]) == ("error", 2)
    assert "no.such_step" in finding["message"]
    chinese = (await upload(api, xml, **{"Accept-Language": "zh"})).json()["findings"]
    assert next(f for f in chinese if f["element_id"] == "call")["message"] != finding["message"]
    refused(await api.post("/templates/bad/publish", "ops"), 404, "template_not_found")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not xml",
        b"<a/>",
        b"\xff\xfe\x00",
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        b"<a>" * 5000,
        '<?xml version="1.0" encoding="GBK"?><a 名="值"/>'.encode("gbk"),
        one_task("utf16").encode("utf-16"),
    ],
)
async def test_what_is_no_bpmn_is_refused(api: Api, content: bytes) -> None:
    response = await upload(api, content)
    assert 400 <= response.status_code < 500, response.text
    assert response.headers["content-type"] == "application/problem+json"


async def test_a_file_that_is_too_large_is_refused(api: Api) -> None:
    refused(await upload(api, b" " * (4 * 1024 * 1024 + 1)), 413, "body_too_large")


async def test_nobody_starts_what_is_not_published(api: Api) -> None:
    body = {"template": "nothing", "business_key": "B-1"}
    problem = refused(await api.post("/instances", "ops", body), 422, "template_not_found")
    assert problem["errors"][0]["pointer"] == "/template"


async def test_what_is_not_there_is_not_found(api: Api) -> None:
    refused(await api.get("/instances/NONE", "ops"), 404, "instance_not_found")
    refused(await api.post("/instances/NONE/cancel", "ops", {"reason": "x"}), 404, "instance_not_found")
    refused(
        await api.ask("PATCH", "/instances/NONE/variables", "ops", json={"values": {"a": 1}, "reason": "x"}),
        404,
        "instance_not_found",
    )
    refused(await api.post("/incidents/77/retry", "ops", {"reason": "x"}), 404, "incident_not_found")
    refused(await api.post("/incidents/77/skip", "ops", {"reason": "x"}), 404, "incident_not_found")


async def test_an_instance_is_started_once_and_shows_where_it_is(live: Api) -> None:
    await published(live, "api_visit", one_task("api_visit"))
    body = {"template": "api_visit", "business_key": "API-1", "variables": {"who": "王", "n": 3}}
    first = told(await live.post("/instances", "ops", body), 201)
    again = told(await live.post("/instances", "ops", body), 200)
    assert first == again
    assert (first["id"], first["template"], first["version"], first["status"]) == ("API-1", "api_visit", 1, "running")
    assert first["variables"]["who"] == "王"
    assert (first["active_elements"], first["completed_elements"]) == (["look"], ["start"])
    assert [task["element_id"] for task in first["open_tasks"]] == ["look"]
    other = {"template": "order_approval", "business_key": "API-1"}
    refused(await live.post("/instances", "ops", other), 409, "business_key_taken")
    listed = told(await live.get("/instances", "ops", params={"template": "api_visit"}), 200)["items"]
    assert [item["id"] for item in listed] == ["API-1"]

    task = await open_task_of(live, "API-1")
    told(await live.post(f"/tasks/{task}/actions", "ops", {"action": "complete", "data": {"seen": True}}), 200)
    ended = told(await live.get("/instances/API-1", "ops"), 200)
    assert (ended["status"], ended["active_elements"]) == ("completed", [])
    assert ended["completed_elements"] == ["start", "look", "end"]
    assert ended["variables"]["seen"] is True
    refused(await live.post("/instances/API-1/cancel", "ops", {"reason": "late"}), 409, "instance_ended")


async def open_task_of(api: Api, instance: str) -> int:
    detail = told(await api.get(f"/instances/{instance}", "ops"), 200)
    return int(detail["open_tasks"][0]["id"])


async def called_by(api: Api, instance: str) -> str:
    """Wait until the instance has called another, and that one has a task."""

    async def look() -> str:
        children = told(await api.get(f"/instances/{instance}", "ops"), 200)["children"]
        if not children or not told(await api.get(f"/instances/{children[0]['id']}", "ops"), 200)["open_tasks"]:
            return ""
        return str(children[0]["id"])

    return await eventually(look, says=f"a call by {instance}", every_s=0.01)


async def test_a_caller_has_gone_on_when_the_answer_comes(live: Api) -> None:
    await published(live, "api_called", one_task("api_called"))
    call = '<bpmn:callActivity id="call" calledElement="api_called"/>'
    await published(live, "api_caller", bpmn("api_caller", call, flow("start", "call") + flow("call", "end")))
    told(await live.post("/instances", "ops", {"template": "api_caller", "business_key": "API-2"}), 201)
    task = await open_task_of(live, await called_by(live, "API-2"))
    told(await live.post(f"/tasks/{task}/actions", "ops", {"action": "complete"}), 200)
    assert told(await live.get("/instances/API-2", "ops"), 200)["status"] == "completed"


async def test_an_incident_waits_for_ops(live: Api) -> None:
    script = '<bpmn:scriptTask id="sum" scriptFormat="CEL"><bpmn:script>{"b": a + 1}</bpmn:script></bpmn:scriptTask>'
    await published(live, "api_sum", bpmn("api_sum", script, flow("start", "sum") + flow("sum", "end")))
    body = {"template": "api_sum", "business_key": "API-3", "variables": {"a": "text"}}
    started = told(await live.post("/instances", "ops", body), 201)
    incident = started["incidents"][0]
    assert (started["status"], incident["element_id"]) == ("running", "sum")
    listed = told(await live.get("/incidents", "ops"), 200)["items"]
    assert incident["id"] in {item["id"] for item in listed}
    retried = told(await live.post(f"/incidents/{incident['id']}/retry", "ops", {"reason": "again"}), 200)
    assert len(retried["incidents"]) == 1
    change = {"values": {"a": 41}, "reason": "was text"}
    told(await live.ask("PATCH", "/instances/API-3/variables", "ops", json=change), 200)
    again = retried["incidents"][0]["id"]
    assert told(await live.post(f"/incidents/{again}/retry", "ops", {"reason": "now"}), 200)["status"] == "completed"
    refused(await live.post(f"/incidents/{again}/retry", "ops", {"reason": "late"}), 409, "incident_not_open")


async def test_a_message_finds_who_waits_for_it_early_or_late(live: Api) -> None:
    message = '<bpmn:message id="m" name="api.ping"/>'
    event = '<bpmn:messageEventDefinition messageRef="m"/>'
    catch = f'<bpmn:intermediateCatchEvent id="wait">{event}</bpmn:intermediateCatchEvent>'
    xml = bpmn("api_wait", catch, flow("start", "wait") + flow("wait", "end")).replace(HEAD, HEAD + message)
    await published(live, "api_wait", xml)
    early = {"name": "api.ping", "key": "API-4", "payload": {"n": 1}}
    assert told(await live.post("/messages", "ops", early, key="m-1"), 202)["status"] == "buffered"
    assert told(await live.post("/messages", "ops", early, key="m-1"), 202)["status"] == "buffered"
    started = told(await live.post("/instances", "ops", {"template": "api_wait", "business_key": "API-4"}), 201)
    assert (started["status"], started["variables"]["n"]) == ("completed", 1)
    told(await live.post("/instances", "ops", {"template": "api_wait", "business_key": "API-5"}), 201)
    late = {"name": "api.ping", "key": "API-5", "payload": {}}
    assert told(await live.post("/messages", "ops", late), 202) == {"status": "correlated", "instance_id": "API-5"}
    assert told(await live.get("/instances/API-5", "ops"), 200)["status"] == "completed"
