"""API keys: who has which, making one and ending one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import strawberry

from app.access.keys import new_key
from app.ids import KeyId, UserId, uuid7, uuid7_time
from app.organization import api_keys
from app.organization.api_keys import CreateApiKey, RevokeApiKey, sees_keys_of
from schema.commands import CommandInput, Inputs, Payload, answer
from schema.context import Context, Info
from schema.fields import plain
from schema.ids import public_id
from schema.node import Node


@strawberry.type(description="A key that acts for one user. Its text is shown once, when it is made.")
class ApiKey(Node):
    user_id: strawberry.ID = plain("For whom it acts.")
    created_at: datetime = plain("When it was made.")


def api_key_of(key: api_keys.ApiKey) -> ApiKey:
    """A key, from the organization's state."""
    return ApiKey(
        id=public_id("api_key", key.id), user_id=public_id("user", key.user_id), created_at=uuid7_time(key.id)
    )


def keys_seen(context: Context, user_id: UserId) -> list[api_keys.ApiKey]:
    """A user's keys, as far as the viewer may know of them: all or none."""
    organization = context.organization
    seen = sees_keys_of(organization, context.principal.user_id, user_id)
    return organization.keys_of(user_id) if seen else []


@strawberry.input(description="A key to make.")
class CreateApiKeyInput(CommandInput):
    user_id: strawberry.ID | None = plain(
        "For whom it acts; absent: the viewer. Only an ADMIN makes keys for others.", default=strawberry.UNSET
    )
    idempotency_key: str | None = plain(
        "The same key with the same input answers the first result again, without the key's text.",
        default=strawberry.UNSET,
    )


@strawberry.type(description="What createApiKey did.")
class CreateApiKeyPayload(Payload):
    api_key: ApiKey | None = plain("The new key; null where nothing was done.", default=None)
    key: str | None = plain(
        "Its text: send it as `Authorization: Bearer KEY`. Shown here and never again.", default=None
    )


@strawberry.input(description="A key to end.")
class RevokeApiKeyInput(CommandInput):
    api_key_id: strawberry.ID = plain("The key: one's own, or as an ADMIN anybody's.")


@strawberry.type(description="What revokeApiKey did.")
class RevokeApiKeyPayload(Payload):
    api_key_id: strawberry.ID | None = plain(
        "The key that lets nobody in any more; null where nothing was done.", default=None
    )


async def create_api_key(info: Info, input: CreateApiKeyInput) -> CreateApiKeyPayload | None:
    """Make a key for oneself, or as an ADMIN for anybody. Its text is in this answer and nowhere else."""
    context = info.context
    key_id = KeyId(uuid7())

    def build(ids: Inputs) -> CreateApiKey:
        user_id = ids.id_or_none("user", input.user_id, "user_id") or context.principal.user_id
        return CreateApiKey(user_id=user_id, key_id=key_id)

    payload = await answer(info, CreateApiKeyPayload, input, build)
    if payload.done is None:
        return payload
    made = context.organization.api_keys.get(KeyId(payload.done.ids["api_key"]))
    api_key = api_key_of(made) if made else None
    if made is None or made.id != key_id:
        return replace(payload, api_key=api_key)  # an earlier answer, repeated
    key = new_key(made.id)
    await context.services.keys.add(context.principal.org_id, made.user_id, made.id, key)
    return replace(payload, api_key=api_key, key=key)


async def revoke_api_key(info: Info, input: RevokeApiKeyInput) -> RevokeApiKeyPayload | None:
    """End a key: it lets nobody in any more, and websockets that were opened with it are closed."""

    def build(ids: Inputs) -> RevokeApiKey:
        return RevokeApiKey(key_id=ids.id("api_key", input.api_key_id, "api_key_id"))

    payload = await answer(info, RevokeApiKeyPayload, input, build)
    if payload.done is None or payload.proposed is not None:
        return payload
    key_id = KeyId(payload.done.ids["api_key"])
    await info.context.services.keys.remove(info.context.principal.org_id, key_id)
    return replace(payload, api_key_id=public_id("api_key", key_id))
