"""Invitations: links with a random token, of which only a hash is kept, and how one becomes a user.

That a link works once is decided by the organization's log, never by the table: two who come at once make one user.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from app.access.keys import Keys, new_key
from app.dispatch import Dispatch
from app.ids import InvitationId, OrganizationId, UserId, uuid7
from app.organization.invitations import AcceptInvitation
from app.organization.refusals import InvitationNotOpen
from app.refusal import Refusal, Refused
from app.request import Request
from app.situation import Actor
from app.store.sql_file import load_statements
from app.store.store import EventStore

SQL = load_statements(Path(__file__).with_name("queries.sql"))
TOKEN_BYTES = 32
TOKEN_LENGTH_MAX = 200  # characters; anything longer is no token of ours
SOURCE = "invitation"  # where the facts of an acceptance say they come from


@dataclass(frozen=True, slots=True, kw_only=True)
class Welcome:
    """What somebody who accepted gets. The key is shown here and nowhere else."""

    key: str
    user_id: UserId
    org_id: OrganizationId


class Invitations:
    """Keeps links, and lets those in who come by one."""

    def __init__(self, store: EventStore, keys: Keys, dispatch: Dispatch) -> None:
        self._store = store
        self._keys = keys
        self._dispatch = dispatch

    async def keep(self, org_id: UUID, invitation_id: InvitationId, token: str, expires_at: datetime) -> None:
        """Keep a token's hash until it is too old."""
        await self._store.fetch(None, SQL["add_invitation"], _hash(token), org_id, invitation_id, expires_at)

    async def accept(self, token: str, *, name: str | None, time_zone: str | None) -> Welcome:
        """Make the user that a link invites.

        Raises:
            InvitationNotOpen: no such link, or it was used, replaced or is too old.
            Refusal, Refused: the name or the time zone cannot be.
        """
        org_id, invitation_id = await self._invited(token)
        command = AcceptInvitation(invitation_id=invitation_id, name=name, time_zone=time_zone)
        key = new_key(command.key_id)
        request = Request(org_id=org_id, actor=Actor(), source=SOURCE, correlation_id=uuid7())
        # The hash first: it lets nobody in before the user is a fact, and no fact is left without its key.
        await self._keys.add(org_id, command.user_id, command.key_id, key)
        try:
            await self._dispatch.run(command, request)
        except (Refusal, Refused):
            await self._keys.remove(org_id, command.key_id)
            raise
        return Welcome(key=key, user_id=command.user_id, org_id=org_id)

    async def forget_expired(self, before: datetime, limit: int) -> int:
        """Remove up to `limit` links that ran out before a time; says how many went."""
        return len(await self._store.fetch(None, SQL["forget_invitations"], before, limit))

    async def _invited(self, token: str) -> tuple[OrganizationId, InvitationId]:
        rows = (
            await self._store.fetch(None, SQL["invitation"], _hash(token)) if 0 < len(token) <= TOKEN_LENGTH_MAX else ()
        )
        if not rows:
            raise InvitationNotOpen("token")
        return OrganizationId(rows[0]["org_id"]), InvitationId(rows[0]["invitation_id"])


def new_token() -> str:
    """A new token: shown once, never kept."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def _hash(token: str) -> bytes:
    """What is kept of a token; the token is random, so a fast hash is enough."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
