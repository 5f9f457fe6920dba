"""Addresses of files: signed for one principal, for a few minutes. They open what the principal may see by then."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from app.files.known import SQL
from app.ids import FileId, KeyId, OrganizationId, UserId
from app.store.store import EventStore

LIFETIME = timedelta(minutes=5)
SECRET_BYTES = 32
_TICKET = struct.Struct(">16s16s16sQ?")
_MAC_BYTES = 32
_LENGTH = 4 * -(-(_TICKET.size + _MAC_BYTES) // 3)  # characters of base64, with its padding


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """For whom, until when and for what an address of a file is. `expires_at` has whole seconds."""

    org_id: OrganizationId
    user_id: UserId
    key_id: KeyId
    expires_at: datetime
    is_inline: bool = False


class Addresses:
    """Signs addresses, and reads them again, with a secret that all processes of an installation share."""

    def __init__(self, store: EventStore) -> None:
        self._store = store
        self._secret: bytes | None = None

    async def signature(self, file_id: FileId, ticket: Ticket) -> str:
        """What stands behind the address of a file."""
        packed = _packed(ticket)
        mac = _mac(await self._shared_secret(), file_id, packed)
        return base64.urlsafe_b64encode(packed + mac).decode().rstrip("=")

    async def ticket(self, file_id: FileId, signature: str) -> Ticket | None:
        """What a signature stands for; None: it is none for this file, or too old."""
        packed, mac = _unpacked(signature)
        expected = _mac(await self._shared_secret(), file_id, packed)
        if not hmac.compare_digest(mac, expected):
            return None
        ticket = _ticket(packed)
        return ticket if datetime.now(UTC) < ticket.expires_at else None

    async def _shared_secret(self) -> bytes:
        if self._secret is None:
            await self._store.fetch(None, SQL["make_secret"], secrets.token_bytes(SECRET_BYTES))
            self._secret = await self._store.fetchval(None, SQL["secret"])
        assert self._secret is not None
        return self._secret


def expiry(now: datetime) -> datetime:
    """When an address that is signed now ends, in whole seconds."""
    return (now + LIFETIME).replace(microsecond=0)


def _packed(ticket: Ticket) -> bytes:
    return _TICKET.pack(
        ticket.org_id.bytes,
        ticket.user_id.bytes,
        ticket.key_id.bytes,
        int(ticket.expires_at.timestamp()),
        ticket.is_inline,
    )


def _ticket(packed: bytes) -> Ticket:
    org_id, user_id, key_id, expires_at, is_inline = _TICKET.unpack(packed)
    return Ticket(
        org_id=OrganizationId(UUID(bytes=org_id)),
        user_id=UserId(UUID(bytes=user_id)),
        key_id=KeyId(UUID(bytes=key_id)),
        expires_at=datetime.fromtimestamp(expires_at, UTC),
        is_inline=is_inline,
    )


def _unpacked(signature: str) -> tuple[bytes, bytes]:
    """A ticket and its code; both empty where it is no signature at all."""
    padded = signature + "=" * (-len(signature) % 4)
    if len(padded) != _LENGTH or not signature.isascii():
        return b"", b""
    try:
        raw = base64.b64decode(padded, altchars=b"-_", validate=True)
    except binascii.Error:
        return b"", b""
    return (raw[: _TICKET.size], raw[_TICKET.size :]) if len(raw) == _TICKET.size + _MAC_BYTES else (b"", b"")


def _mac(secret: bytes, file_id: FileId, packed: bytes) -> bytes:
    return hmac.digest(secret, b"file\0" + file_id.bytes + packed, hashlib.sha256)
