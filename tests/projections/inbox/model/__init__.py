"""What lies in whose inbox, by a plain reading of the log: slow, from the rules alone, to be compared with the rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.event import Fact
from app.ids import OrganizationId
from app.organization.organization import Organization
from tests.projections.inbox.model import calls, desks, mail, work
from tests.projections.inbox.model.items import Inboxes, Item

__all__ = ["SUBJECTS", "Item", "inboxes", "inboxes_at"]

SUBJECTS = (calls, mail, work, desks)  # each tells of its events because it is imported here


def inboxes_at(first: Fact[Any]) -> Inboxes:
    """Nobody's yet; the first fact of a log is to follow."""
    return Inboxes(Organization(id=OrganizationId(first.stream_id)))


def inboxes(log: Sequence[Fact[Any]]) -> list[Item]:
    """What lies in everybody's inbox after the log."""
    known = inboxes_at(log[0])
    for fact in log:
        known.follow(fact)
    return known.there
