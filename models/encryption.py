"""Encrypt what enters workflow history, with keys that can be rotated.

AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce in front of each ciphertext; the key's id is bound to it as
additional data, so that a payload cannot be passed off as another key's.
"""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Mapping, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from temporalio.api.common.v1 import Payload
from temporalio.converter import PayloadCodec

ENCODING = b"binary/encrypted"
NONCE_BYTES = 12
KEY_BYTES = (16, 24, 32)


class BadPayloadKey(ValueError):
    """`DEALERFLOW_PAYLOAD_KEYS` cannot be read, or a payload names a key that is not in it."""


class EncryptionCodec(PayloadCodec):
    """Encrypt with the first key, decrypt with whichever key a payload names; clear payloads pass through."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        if not keys:
            raise BadPayloadKey("at least one payload key is needed")
        self._ciphers = {key_id: AESGCM(key) for key_id, key in keys.items()}
        self._current = next(iter(keys))

    @classmethod
    def from_text(cls, text: str) -> EncryptionCodec:
        """Read `id:base64key[,id:base64key…]`."""
        return cls(dict(_read_key(part) for part in text.split(",") if part.strip()))

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [self._encrypt(payload) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [self._decrypt(payload) for payload in payloads]

    def _encrypt(self, payload: Payload) -> Payload:
        nonce, key_id = os.urandom(NONCE_BYTES), self._current.encode()
        sealed = nonce + self._ciphers[self._current].encrypt(nonce, payload.SerializeToString(), key_id)
        return Payload(metadata={"encoding": ENCODING, "key": key_id}, data=sealed)

    def _decrypt(self, payload: Payload) -> Payload:
        if payload.metadata.get("encoding") != ENCODING:
            return payload
        key_id = payload.metadata["key"]
        cipher = self._ciphers.get(key_id.decode())
        if cipher is None:
            raise BadPayloadKey(f"payload key {key_id.decode()!r} is not configured")
        try:
            clear = cipher.decrypt(payload.data[:NONCE_BYTES], payload.data[NONCE_BYTES:], key_id)
        except InvalidTag as error:
            raise BadPayloadKey(f"a payload does not open with key {key_id.decode()!r}") from error
        return Payload.FromString(clear)


def _read_key(part: str) -> tuple[str, bytes]:
    key_id, colon, encoded = part.strip().partition(":")
    try:
        key = base64.b64decode(encoded, validate=True)
    except binascii.Error as error:
        raise BadPayloadKey(f"payload key {key_id!r} is not base64") from error
    if not colon or not key_id or len(key) not in KEY_BYTES:
        raise BadPayloadKey(f"payload key {key_id!r} must be id:base64 of 16, 24 or 32 bytes")
    return key_id, key
