"""What tellers of stories remember, and what they have in common."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from app.ids import (
    ActivityId,
    ContactId,
    CustomFieldId,
    ItemId,
    LeadId,
    OpportunityId,
    PipelineId,
    StatusId,
    TaskId,
    UserId,
)
from app.instants import FIRST, LAST
from app.lead.emails import LogEmail
from app.lead.sms import LogSms
from app.request import Command

NOON = datetime(2026, 3, 31, 12, tzinfo=UTC)


@dataclass
class Story:
    """What has come of it so far: the ids that later commands may name."""

    leads: list[LeadId] = field(default_factory=list)
    contacts: list[ContactId] = field(default_factory=list)
    notes: list[ActivityId] = field(default_factory=list)
    visits: list[ActivityId] = field(default_factory=list)
    opportunities: list[OpportunityId] = field(default_factory=list)
    tasks: list[TaskId] = field(default_factory=list)
    activities: list[ActivityId] = field(default_factory=list)
    statuses: list[StatusId] = field(default_factory=list)
    stages: list[StatusId] = field(default_factory=list)
    pipelines: list[PipelineId] = field(default_factory=list)
    fields: list[CustomFieldId] = field(default_factory=list)
    drafts: list[LogEmail | LogSms] = field(default_factory=list)
    calls: list[ActivityId] = field(default_factory=list)
    users: list[UserId] = field(default_factory=list)
    items: list[ItemId] = field(default_factory=list)  # of inboxes, also those that are gone


def on(story: Story, chance: random.Random, make: Callable[[LeadId], Command]) -> Command | None:
    return make(chance.choice(story.leads)) if story.leads else None


def headers(chance: random.Random, ids: int, often: float) -> dict[str, Any]:
    """Of an e-mail, each so often given; of so many Message-IDs."""
    own, other, third = (f"<{chance.randrange(ids)}@x.example>" for _ in range(3))
    given = {"message_id": own, "in_reply_to": other, "references": (third,)}
    return {name: value for name, value in given.items() if chance.random() < often}


def when(chance: random.Random) -> datetime | None:
    """When it happened: nobody says, or a day around now, so that times lie before and behind each other; or ever."""
    return chance.choice((None, None, FIRST, LAST, *[NOON + timedelta(days=chance.randrange(-400, 400))] * 4))
