"""seed: an organization of any size, generated; the same for the same number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from app.bulk import phrases
from app.bulk.generated import Setting, history
from app.bulk.road import Road
from app.ids import LeadId, UserId, encode_id
from app.onboarding import add_key, found, system_request
from app.operator_error import OperatorError
from app.organization.organization import Organization
from app.organization.users import AddUser
from app.system import System
from app.vocabulary import Role

DEFAULT_NAME = "Seeded"
DOMAIN = "seeded.example"
USERS = 20  # of an organization that is made for the purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedResult:
    """What was made, in ids as the API shows them. The key is an ADMIN's."""

    organization_id: str
    api_key: str
    lead_ids: list[str]


async def seed(
    system: System,
    *,
    leads: int,
    activities: int,
    seed: int,
    organization: str | None,
    progress: Callable[[int, int], None],
) -> SeedResult:
    """Add generated leads to an organization, which is made if there is none of that name.

    Args:
        activities: items in each lead's feed, its creation included.
        progress: told how many leads are done, of how many.

    Raises:
        OperatorError: the organization has no active ADMIN, or there are several of that name.
    """
    org_id = await _organization(system, organization or DEFAULT_NAME)
    state = await system.states.organization(org_id)
    setting = Setting.of(state, now=datetime.now(UTC).replace(microsecond=0))
    api_key = await add_key(system, org_id, _admin(state))
    road = Road(system, org_id, source="seed")
    done: list[LeadId] = []
    progress(0, leads)
    async for outcome in road.run(history(setting, seed, number, activities) for number in range(leads)):
        assert not outcome.refused, f"generated, and refused: {outcome.refused[0]}"
        done += outcome.done
        progress(len(done), leads)
    return SeedResult(
        organization_id=encode_id("orga", org_id),
        api_key=api_key,
        lead_ids=[encode_id("lead", lead_id) for lead_id in done],
    )


async def _organization(system: System, name: str) -> UUID:
    known = await system.keys.organizations(name)
    if len(known) > 1:
        raise OperatorError(f"There are several organizations called {name}. Choose another name.")
    if known:
        return known[0][0]
    org_id, _ = await found(
        system, name=name, admin_name="Ada Abel", admin_email=f"ada.abel@{DOMAIN}", time_zone="UTC", currency="USD"
    )
    for number in range(1, USERS):
        await system.dispatch.run(_user(number), system_request(org_id, source="seed"))
    return org_id


def _user(number: int) -> AddUser:
    first = phrases.FIRST_NAMES[number % len(phrases.FIRST_NAMES)]
    last = phrases.LAST_NAMES[number % len(phrases.LAST_NAMES)]
    return AddUser(name=f"{first} {last}", email=f"{first}.{last}@{DOMAIN}".lower())


def _admin(organization: Organization) -> UserId:
    for user in organization.users.values():
        if user.is_active and user.role is Role.ADMIN:
            return user.id
    raise OperatorError(f"{organization.name} has no active ADMIN, whose key could be made. Choose another one.")
