"""What enters history is encrypted when keys are given, and keys can be rotated."""

from __future__ import annotations

import base64

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from models.db import Database
from models.encryption import BadPayloadKey, EncryptionCodec
from models.temporal import data_converter
from tests.workflows.cast import SALES
from tests.workflows.stage import Stage

OLD = "old:" + base64.b64encode(b"o" * 32).decode()
NEW = "new:" + base64.b64encode(b"n" * 32).decode()
CLEAR = Payload(metadata={"encoding": b"json/plain"}, data=b'{"phone":"138"}')


async def test_history_holds_nothing_in_clear(temporal: WorkflowEnvironment, published: Database) -> None:
    config = temporal.client.config()
    config["data_converter"] = data_converter(NEW)
    async with Stage.open(Client(**config), published, "encrypted") as stage:
        await stage.gateway.start_instance("story", stage.number, {"phone": "13800138000"}, SALES)
        await stage.act(stage.number, "approve", SALES, "reject", comment="秘密 secret reason")
        history = await stage.handle(stage.number).fetch_history()
        raw = b"".join(event.SerializeToString() for event in history.events)
        assert b"13800138000" not in raw
        assert b"secret reason" not in raw
        assert b"binary/encrypted" in raw
        assert (await stage.view(stage.number)).instance.variables["phone"] == "13800138000"


async def test_after_a_rotation_old_payloads_open_and_new_ones_use_the_new_key() -> None:
    (sealed,) = await EncryptionCodec.from_text(OLD).encode([CLEAR])
    rotated = EncryptionCodec.from_text(f"{NEW},{OLD}")
    assert await rotated.decode([sealed]) == [CLEAR]
    (fresh,) = await rotated.encode([CLEAR])
    assert fresh.metadata["key"] == b"new"
    assert fresh.data != (await rotated.encode([CLEAR]))[0].data


async def test_clear_payloads_from_before_pass_through() -> None:
    assert await EncryptionCodec.from_text(NEW).decode([CLEAR]) == [CLEAR]


async def test_a_payload_of_an_unknown_key_or_a_changed_one_is_refused() -> None:
    (sealed,) = await EncryptionCodec.from_text(OLD).encode([CLEAR])
    with pytest.raises(BadPayloadKey, match="'old' is not configured"):
        await EncryptionCodec.from_text(NEW).decode([sealed])
    sealed.data = sealed.data[:-1] + b"x"
    with pytest.raises(BadPayloadKey, match="does not open"):
        await EncryptionCodec.from_text(OLD).decode([sealed])


@pytest.mark.parametrize(
    "text", ["", "nokey", "a:notbase64!", "a:" + base64.b64encode(b"short").decode(), ":" + NEW[4:]]
)
def test_keys_that_cannot_be_read_are_named(text: str) -> None:
    with pytest.raises(BadPayloadKey):
        EncryptionCodec.from_text(text)
