"""A sealed log, and damage to it by the role that may do everything."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from app.proof.tiles import reading, sealed_tree
from app.verify import verify
from tests.support.logs import connected
from tests.support.office import Office

Damage = Callable[..., Awaitable[None]]


async def seal(office: Office) -> int:
    """Seal all that there is; how much that is."""
    last = await office.system.store.max_notification_id(office.org_id) or 0
    while (size := (await sealed_tree(reading(office.system.store, office.org_id))).size) < last:
        await office.system.proofs.sealer.seal(office.org_id)
    return size


async def faults(office: Office) -> list[str]:
    """What verify says of this organization, without its name."""
    name = (await office.organization()).name
    said = await verify(office.system, organization=name)
    assert all(one.startswith(f"{name}: ") and one.endswith(".") for one in said)
    return [one.removeprefix(f"{name}: ") for one in said]


def damage(office: Office, superuser_url: str) -> Damage:
    """Rewrites history in an office's organization, whose id is $1."""

    async def rewrite(statement: str, *arguments: Any) -> None:
        async with connected(superuser_url) as admin:
            await admin.execute(statement, office.org_id, *arguments)

    return rewrite
