"""Generated histories: what happens to one lead, the same for the same seed and number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import cycle
from random import Random

from app.bulk import phrases
from app.bulk.history import History, Step
from app.ids import LeadId, StatusId, uuid7
from app.lead.calls import LogCall
from app.lead.contact_points import EmailAddress, PhoneNumber
from app.lead.contacts import NewContact
from app.lead.details import CreateLead
from app.lead.emails import LogEmail
from app.lead.notes import WriteNote
from app.lead.opportunities import AddOpportunity
from app.lead.statuses import ChangeLeadStatus
from app.lead.tasks import AddTask, CompleteTask
from app.organization.organization import Organization
from app.organization.users import User
from app.request import Command
from app.situation import Actor
from app.vocabulary import CallDisposition, ContactPointType, Direction, TaskPriority

CONTACTS = 3  # of each lead
OPPORTUNITIES = 2
TASKS = 3
PINNED_NOTES = 2
HISTORY_DAYS = 700  # how far back the oldest lead goes
_DISPOSITIONS = (*[CallDisposition.ANSWERED] * 3, CallDisposition.NO_ANSWER, CallDisposition.VOICEMAIL_LEFT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Where generated leads live: who acts, which lists there are, and when it is."""

    users: Sequence[User]
    actors: Sequence[Actor]
    status_ids: Sequence[StatusId]
    stage_ids: Sequence[StatusId]
    now: datetime

    @classmethod
    def of(cls, organization: Organization, now: datetime) -> Setting:
        """The setting that an organization is."""
        users = [user for user in organization.users.values() if user.is_active]
        return cls(
            users=users,
            actors=[Actor(user_id=user.id) for user in users],
            status_ids=[status.id for status in organization.usable_lead_statuses],
            stage_ids=list(organization.opportunity_statuses),
            now=now,
        )


def history(setting: Setting, seed: int, number: int, activities: int) -> History:
    """One lead with as many items in its feed as `activities` says; the entry of its creation is one of them."""
    lead_id = LeadId(uuid7())
    random = Random(f"{seed}/{number}")  # noqa: S311  # the same data for the same seed is the point
    return History(lead_id=lead_id, steps=_Lead(setting, random, lead_id).steps(activities))


class _Lead:
    def __init__(self, setting: Setting, random: Random, lead_id: LeadId) -> None:
        self._setting = setting
        self._random = random
        self._lead_id = lead_id
        self._name = phrases.company(random)
        self._domain = f"{self._name.split()[0].lower()}-{self._name.split()[1].lower()}.example"
        self._contacts = [self._contact() for _ in range(CONTACTS)]
        self._statuses = cycle(setting.status_ids)
        self._message: str | None = None
        self._subject = ""
        self._notes = 0
        self._messages = 0

    def steps(self, activities: int) -> Iterator[Step]:
        at = self._setting.now - timedelta(days=self._random.uniform(1, HISTORY_DAYS))
        items = max(activities - 1, 0)
        pace = (self._setting.now - at) / (items + 1)
        yield self._by_somebody(self._created(at))
        for _ in range(OPPORTUNITIES):
            yield self._by_somebody(self._opportunity())
        tasks = [self._task() for _ in range(TASKS)]
        for task in tasks:
            yield self._by_somebody(task)
        for number in range(items):
            at += pace * self._random.uniform(0.5, 1)
            command = CompleteTask(task_id=tasks[0].task_id, occurred_at=at) if number == 1 else self._activity(at)
            yield self._by_somebody(command)

    def _by_somebody(self, command: Command) -> Step:
        return Step(self._random.choice(self._setting.actors), command)

    def _contact(self) -> NewContact:
        first, last = self._random.choice(phrases.FIRST_NAMES), self._random.choice(phrases.LAST_NAMES)
        return NewContact(
            name=f"{first} {last}",
            title=self._random.choice(phrases.TITLES),
            emails=(EmailAddress(email=f"{first}.{last}@{self._domain}".lower()),),
            phones=(PhoneNumber(phone=f"+1202555{self._random.randrange(100, 200):04}", type=ContactPointType.DIRECT),),
        )

    def _created(self, at: datetime) -> CreateLead:
        next(self._statuses)
        return CreateLead(
            lead_id=self._lead_id,
            name=self._name,
            description=self._random.choice(phrases.NOTES),
            url=f"https://www.{self._domain}",
            status_id=self._setting.status_ids[0],
            contacts=tuple(self._contacts),
            occurred_at=at,
        )

    def _opportunity(self) -> AddOpportunity:
        return AddOpportunity(
            lead_id=self._lead_id,
            status_id=self._random.choice(self._setting.stage_ids),
            value=Decimal(self._random.randrange(1_000, 500_000)) / 10,
            contact_id=self._random.choice(self._contacts).contact_id,
        )

    def _task(self) -> AddTask:
        due = self._setting.now.date() + timedelta(days=self._random.randrange(-10, 30))
        return AddTask(
            lead_id=self._lead_id,
            text=self._random.choice(phrases.TASK_TEXTS),
            due_date=due,
            priority=self._random.choice(tuple(TaskPriority)),
        )

    def _activity(self, at: datetime) -> Command:
        kind = self._random.random()
        if kind < 0.38:
            return self._call(at)
        if kind < 0.76:
            return self._email(at)
        if kind < 0.94 or len(self._setting.status_ids) == 1:
            return self._note(at)
        return ChangeLeadStatus(lead_id=self._lead_id, status_id=next(self._statuses), occurred_at=at)

    def _call(self, at: datetime) -> LogCall:
        contact = self._random.choice(self._contacts)
        disposition = self._random.choice(_DISPOSITIONS)
        answered = disposition is CallDisposition.ANSWERED
        return LogCall(
            send_to_inbox=False,
            lead_id=self._lead_id,
            contact_id=contact.contact_id,
            direction=Direction.OUTBOUND if self._random.random() < 0.7 else Direction.INBOUND,
            disposition=disposition,
            duration_s=self._random.randrange(20, 1_800) if answered else 0,
            phone=contact.phones[0].phone,
            note=self._random.choice(phrases.CALL_NOTES) if answered else None,
            occurred_at=at,
        )

    def _email(self, at: datetime) -> LogEmail:
        contact = self._random.choice(self._contacts)
        is_reply = self._message is not None and self._random.random() < 0.6
        before = self._message if is_reply else None
        direction = self._random.choice(tuple(Direction))
        self._subject = self._subject if is_reply else self._random.choice(phrases.SUBJECTS)
        self._messages += 1
        self._message = f"<{self._messages}.{self._lead_id.hex}@{self._domain}>"
        theirs, ours = contact.emails[0].email, self._random.choice(self._setting.users)
        is_inbound = direction is Direction.INBOUND
        return LogEmail(
            send_to_inbox=False,
            lead_id=self._lead_id,
            contact_id=contact.contact_id,
            user_id=ours.id,
            direction=direction,
            sender=theirs if is_inbound else ours.email,
            to=(ours.email if is_inbound else theirs,),
            subject=f"Re: {self._subject}" if is_reply else self._subject,
            body_text=phrases.paragraphs(self._random),
            message_id=self._message,
            in_reply_to=before,
            occurred_at=at,
        )

    def _note(self, at: datetime) -> WriteNote:
        self._notes += 1
        return WriteNote(
            lead_id=self._lead_id,
            title=self._random.choice(phrases.NOTE_TITLES),
            text=self._random.choice(phrases.NOTES),
            pinned=self._notes <= PINNED_NOTES,
            occurred_at=at,
        )
