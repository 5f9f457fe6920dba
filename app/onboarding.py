"""Operators' commands on organizations: founding one, and making keys."""

from __future__ import annotations

from uuid import UUID

from app.access.keys import new_key
from app.ids import KeyId, OrganizationId, UserId, uuid7
from app.operator_error import OperatorError
from app.organization.api_keys import CreateApiKey
from app.organization.organization import CreateOrganization
from app.refusal import Refusal, Refused, refusals_of
from app.request import Request
from app.situation import Actor
from app.system import System


async def create_organization(system: System, *, name: str, admin_email: str, time_zone: str, currency: str) -> str:
    """Found an organization with its first ADMIN; the admin's API key.

    Raises:
        OperatorError: a name, address, time zone or currency that cannot be.
    """
    if await system.keys.organizations(name):
        raise OperatorError(f"There is an organization called {name} already. Choose another name.")
    org_id, admin_id = await found(system, name=name, admin_email=admin_email, time_zone=time_zone, currency=currency)
    return await add_key(system, org_id, admin_id)


async def found(
    system: System,
    *,
    name: str,
    admin_email: str,
    time_zone: str,
    currency: str,
    admin_name: str | None = None,
) -> tuple[OrganizationId, UserId]:
    """Found an organization; its id and its admin's.

    Raises:
        OperatorError: as `create_organization`.
    """
    org_id, admin_id = OrganizationId(uuid7()), UserId(uuid7())
    command = CreateOrganization(
        name=name,
        admin_id=admin_id,
        admin_name=admin_name or admin_email.partition("@")[0],
        admin_email=admin_email,
        time_zone=time_zone,
        currency=currency,
    )
    try:
        await system.dispatch.run(command, system_request(org_id))
    except (Refusal, Refused) as error:
        raise OperatorError(" ".join(refusal.message for refusal in refusals_of(error))) from None
    await system.keys.add_organization(org_id, name)
    return org_id, admin_id


async def issue_key(system: System, *, email: str, organization: str | None) -> str:
    """A new key for a user.

    Raises:
        OperatorError: no such organization or user, or more than one organization to choose from.
    """
    org_id = await organization_named(system, organization)
    user = (await system.states.organization(org_id)).user_with_email(email)
    if user is None or not user.is_active:
        raise OperatorError(f"No active user has the address {email}.")
    return await add_key(system, org_id, user.id)


async def add_key(system: System, org_id: UUID, user_id: UserId) -> str:
    """Record that a key was made, keep its hash, and give the key."""
    key_id = KeyId(uuid7())
    await system.dispatch.run(CreateApiKey(user_id=user_id, key_id=key_id), system_request(org_id))
    key = new_key(key_id)
    await system.keys.add(org_id, user_id, key_id, key)
    return key


async def organization_named(system: System, name: str | None) -> UUID:
    """The organization that an operator means; with one organization the name can be left out.

    Raises:
        OperatorError: there is none, or several.
    """
    found_ones = await system.keys.organizations(name)
    if len(found_ones) == 1:
        return found_ones[0][0]
    if not found_ones and name:
        raise OperatorError(f"There is no organization called {name}.")
    if not found_ones:
        raise OperatorError("There is no organization yet: create one with `python -m app organization`.")
    names = ", ".join(sorted(one for _, one in found_ones)[:10])
    raise OperatorError(f"There are several organizations: name one of them with --organization ({names}).")


def system_request(org_id: UUID, source: str = "operator") -> Request:
    """A request that no user makes."""
    return Request(org_id=org_id, actor=Actor(), source=source, correlation_id=uuid7())
