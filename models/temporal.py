"""The one way to reach Temporal: address, converter, encryption, search attributes."""

from __future__ import annotations

import logging

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.client import Client
from temporalio.common import SearchAttributeKey
from temporalio.converter import DataConverter
from temporalio.envconfig import ClientConfig
from temporalio.service import RPCError, RPCStatusCode

from models.encryption import EncryptionCodec
from models.payload_converter import JsonPayloadConverter
from models.settings import Settings

_log = logging.getLogger(__name__)

DEFAULT_ADDRESS = "127.0.0.1:7233"

BUSINESS_KEY = SearchAttributeKey.for_keyword("BusinessKey")
PROCESS_TEMPLATE = SearchAttributeKey.for_keyword("ProcessTemplate")
DEALER = SearchAttributeKey.for_keyword("Dealer")
SEARCH_ATTRIBUTES = (BUSINESS_KEY, PROCESS_TEMPLATE, DEALER)


def data_converter(payload_keys: str = "") -> DataConverter:
    """Speak JSON through pydantic, encrypted when there are keys."""
    codec = EncryptionCodec.from_text(payload_keys) if payload_keys else None
    return DataConverter(payload_converter_class=JsonPayloadConverter, payload_codec=codec)


async def connect(settings: Settings, *, lazy: bool = False) -> Client:
    """Connect as `TEMPORAL_*` says (temporalio.envconfig). A lazy client connects at its first call."""
    options = ClientConfig.load_client_connect_config()
    options.setdefault("target_host", DEFAULT_ADDRESS)
    return await Client.connect(**options, lazy=lazy, data_converter=data_converter(settings.payload_keys))


async def register_search_attributes(client: Client) -> None:
    """Make sure that the namespace knows our search attributes; a second call changes nothing.

    Where workers may not change the namespace (Temporal Cloud), its administrator has to add them.
    """
    try:
        await _add_missing(client)
    except RPCError as error:
        if error.status is RPCStatusCode.ALREADY_EXISTS:
            return  # two workers that started together both saw them missing
        if error.status not in (RPCStatusCode.PERMISSION_DENIED, RPCStatusCode.UNIMPLEMENTED):
            raise
        names = ", ".join(key.name for key in SEARCH_ATTRIBUTES)
        _log.warning("cannot look after search attributes; namespace %s needs %s", client.namespace, names)


async def _add_missing(client: Client) -> None:
    listing = ListSearchAttributesRequest(namespace=client.namespace)
    known = await client.operator_service.list_search_attributes(listing)
    missing = [key.name for key in SEARCH_ATTRIBUTES if key.name not in known.custom_attributes]
    if not missing:
        return
    keyword = IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD
    request = AddSearchAttributesRequest(namespace=client.namespace, search_attributes=dict.fromkeys(missing, keyword))
    await client.operator_service.add_search_attributes(request)
