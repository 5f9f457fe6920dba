"""Verify: proves every organization's log and its tree, and says where the first fault of each one is."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from uuid import UUID

from app.codecs import EVENTS
from app.ids import encode_id
from app.onboarding import organization_named
from app.operator_error import OperatorError
from app.proof.examining import TreeExaminer
from app.proof_check import Checkpoint
from app.store.errors import UndecodableEvent
from app.store.records import RecordedEvent
from app.store.verify import first_fault, organizations
from app.system import System


async def verify(system: System, *, organization: str | None, checkpoints: Sequence[Checkpoint] = ()) -> list[str]:
    """One sentence for each organization whose log has a fault; empty: all are whole. It only reads.

    Args:
        checkpoints: that were kept from earlier; logs have to begin with what they are of.

    Raises:
        OperatorError: there is no organization of this name, or none that a checkpoint is of.
    """
    faults = []
    seen = set()
    async for org_id, name in chosen_organizations(system, organization):
        seen.add(encode_id("orga", org_id))
        roots, contradiction = _roots(checkpoints, encode_id("orga", org_id))
        fault = await first_fault(system.store, org_id, TreeExaminer(system.store, org_id, _wrong_event, roots))
        faults += [f"{name}: {one}." for one in (fault, contradiction) if one is not None]
    for org_id, name in await system.keys.organizations(organization):
        if await system.store.max_notification_id(org_id) is None:  # it was founded, by events
            faults.append(f"{name}: position 1 is missing, and so are all others.")
    for checkpoint in checkpoints:
        if _organization_of(checkpoint) not in seen:
            raise OperatorError(f"No log that was verified is the one of the checkpoint of {checkpoint.origin}.")
    return faults


async def chosen_organizations(system: System, organization: str | None) -> AsyncIterator[tuple[UUID, str]]:
    """The organization of a name, or everyone that has events; each with what operators call it.

    Raises:
        OperatorError: there is no organization of this name, or several.
    """
    if organization is not None:
        yield await organization_named(system, organization), organization
        return
    names = dict(await system.keys.organizations())
    async for org_id in organizations(system.store):
        yield org_id, names.get(org_id) or encode_id("orga", org_id)


def _roots(checkpoints: Sequence[Checkpoint], organization: str) -> tuple[dict[int, bytes], str | None]:
    """Roots of an organization's checkpoints by size; and a sentence's part, where two contradict each other."""
    roots: dict[int, bytes] = {}
    for checkpoint in checkpoints:
        if _organization_of(checkpoint) != organization or checkpoint.size == 0:
            continue
        if roots.setdefault(checkpoint.size, checkpoint.root) != checkpoint.root:
            return roots, f"position {checkpoint.size}: two checkpoints tell of different events up to it"
    return roots, None


def _organization_of(checkpoint: Checkpoint) -> str:
    return checkpoint.origin.rpartition("/")[2]


def _wrong_event(recorded: RecordedEvent) -> str | None:
    if recorded.payload is None:
        return None
    try:
        event = EVENTS.decode(recorded)
    except UndecodableEvent as error:
        return str(error)
    if (event.entity_id, event.occurred_at) != (recorded.entity_id, recorded.occurred_at):
        return f"event {recorded.name} is about something else, or happened at another time, than its columns say"
    return None
