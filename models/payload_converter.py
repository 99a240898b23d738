"""Payloads as JSON through pydantic, with readers that all workflows of a process share.

The SDK makes a converter for each workflow instance, and its own pydantic converter keeps its readers to itself:
building them anew took more than half of what an instance cost in the worker (measured).
"""

from __future__ import annotations

import functools
from typing import Any

from pydantic import TypeAdapter
from temporalio.api.common.v1 import Payload
from temporalio.contrib.pydantic import PydanticJSONPlainPayloadConverter
from temporalio.converter import CompositePayloadConverter, DefaultPayloadConverter, JSONPlainPayloadConverter


class SharedJsonConverter(PydanticJSONPlainPayloadConverter):
    """Write as the SDK's does; read with a reader that is built once for each type."""

    def from_payload(self, payload: Payload, type_hint: type | None = None) -> Any:
        return _reader_of(Any if type_hint is None else type_hint).validate_json(payload.data)


class JsonPayloadConverter(CompositePayloadConverter):
    def __init__(self) -> None:
        ours = SharedJsonConverter()
        converters = DefaultPayloadConverter.default_encoding_payload_converters
        super().__init__(*(ours if isinstance(each, JSONPlainPayloadConverter) else each for each in converters))


@functools.cache
def _reader_of(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
