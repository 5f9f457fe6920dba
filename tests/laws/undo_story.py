"""What stories tell of undoing: something of late is taken back, a request or a single event."""

from __future__ import annotations

import random
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from app.event import Event
from app.lead.event import LeadEvent
from app.refusal import Refusal, Refused
from app.undo.undoing import Undo
from tests.laws.memory import Story
from tests.support.office import Office

LATE = 30  # facts of which one is taken back


@dataclass(frozen=True)
class TakeBack:
    """What is undone is seen when it is."""

    seed: int

    def decide(self, _: Any, __: Any) -> Sequence[Event]:
        """It is no command of one lead."""
        raise NotImplementedError


def take_back(_: Story, chance: random.Random) -> TakeBack:
    return TakeBack(chance.randrange(2**16))


async def taken_back(office: Office, command: TakeBack) -> None:
    """Undo something, unless that is refused."""
    chance = random.Random(command.seed)
    facts = [fact for fact in await office.log() if isinstance(fact.event, LeadEvent)][-LATE:]
    if not facts:
        return
    fact = chance.choice(facts)
    whole = Undo(correlation_id=fact.correlation_id)
    undo = whole if chance.random() < 0.7 else Undo(event_id=fact.event_id)
    with suppress(Refusal, Refused):
        await office.system.undoing.run(undo, office.request())
