"""API keys: `api_<id>.<secret>`. Only a hash is kept; the secret is random, so a fast hash is enough."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

from app.ids import KeyId, OrganizationId, UserId, encode_id
from app.organization.organization import Organization
from app.organization.users import User
from app.organization.visibility import Assignment, assignment_of
from app.situation import Actor
from app.states import States
from app.store.sql_file import load_statements
from app.store.store import EventStore

SQL = load_statements(Path(__file__).with_name("queries.sql"))
SECRET_BYTES = 32
KEY_LENGTH_MAX = 200  # characters; anything longer is no key of ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """A user in one organization, through one key, with the organization as it is now."""

    organization: Organization
    user_id: UserId
    key_id: KeyId

    @property
    def org_id(self) -> OrganizationId:
        """The organization that everything is bound to."""
        return self.organization.id

    @property
    def user(self) -> User:
        """The user as the organization has it now."""
        return self.organization.users[self.user_id]

    @property
    def actor(self) -> Actor:
        """Who acts, for commands."""
        return Actor(user_id=self.user_id, key_id=self.key_id)

    @property
    def assignment(self) -> Assignment | None:
        """What the user has to be named in to see a lead, as the organization stands; None: sees every one."""
        return assignment_of(self.organization, self.user_id)

    @property
    def is_admitted(self) -> bool:
        """Whether the user may be here, as the organization stands."""
        return self.organization.admits(self.user_id, self.key_id)

    def within(self, organization: Organization) -> Principal:
        """The same principal in the organization as it is by now."""
        return replace(self, organization=organization)


class Keys:
    """Looks up and adds keys."""

    def __init__(self, store: EventStore, states: States) -> None:
        self._store = store
        self._states = states

    async def authenticate(self, key: str) -> Principal | None:
        """The principal of a key; None: no such key, it is revoked, or its user is not active."""
        if not key or len(key) > KEY_LENGTH_MAX:
            return None
        rows = await self._store.fetch(None, SQL["principal"], key_hash(key))
        if not rows:
            return None
        row = rows[0]
        organization = await self._states.organization(row["org_id"], at_least=row["organization_version"])
        principal = Principal(organization=organization, user_id=UserId(row["user_id"]), key_id=KeyId(row["key_id"]))
        return principal if principal.is_admitted else None

    async def add(self, org_id: UUID, user_id: UserId, key_id: KeyId, key: str) -> None:
        """Keep a key's hash. The fact that it was made is an event of the organization."""
        await self._store.fetch(None, SQL["add_key"], key_hash(key), org_id, user_id, key_id)

    async def remove(self, org_id: UUID, key_id: KeyId) -> None:
        """Forget a key's hash. What shuts the key out is the fact that it was revoked."""
        await self._store.fetch(None, SQL["remove_key"], org_id, key_id)

    async def organizations(self, name: str | None = None, limit: int = 10_000) -> list[tuple[UUID, str]]:
        """Ids and names of organizations, oldest first, for operators."""
        rows = await self._store.fetch(None, SQL["organizations"], name, limit)
        return [(row["org_id"], row["name"]) for row in rows]

    async def add_organization(self, org_id: UUID, name: str) -> None:
        """Let operators find an organization by name."""
        await self._store.fetch(None, SQL["add_organization"], org_id, name)

    async def rename_organization(self, org_id: UUID, name: str) -> None:
        """Let operators find it by another name."""
        await self._store.fetch(None, SQL["rename_organization"], org_id, name)


def new_key(key_id: KeyId) -> str:
    """A new key: shown once, never kept."""
    return f"{encode_id('api', key_id)}.{secrets.token_urlsafe(SECRET_BYTES)}"


def key_hash(key: str) -> bytes:
    """What is kept of a key."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()
