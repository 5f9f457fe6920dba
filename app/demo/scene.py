"""Scene: one customer's lead with its people, and the moments that are told of it."""

from __future__ import annotations

import html
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from app.bulk.history import History, Step
from app.demo import texts
from app.demo.activity_types import discovery
from app.demo.customers import Customer, Order
from app.ids import ContactId, encode_id
from app.lead.calls import LogCall
from app.lead.custom_activities import RecordCustomActivity
from app.lead.emails import LogEmail
from app.lead.lead import Lead
from app.lead.notes import WriteNote
from app.organization.organization import Organization
from app.organization.users import User
from app.request import Command
from app.situation import Actor
from app.vocabulary import CallDisposition, Direction

DOMAIN = "northwind.example"


class Scene:
    """Collects moments. The same customer gets the same texts every time; only the days move."""

    def __init__(self, customer: Customer, lead: Lead, organization: Organization, now: datetime) -> None:
        self.customer = customer
        self.lead = lead
        self.today = now.date()
        self.random = Random(customer.id)  # noqa: S311  # the same story every time
        self.goods = self.random.choice(texts.GOODS)
        self.now = now
        self.organization = organization
        self._moments: list[tuple[datetime, int, User, Command]] = []
        colleagues = [user for user in organization.users.values() if user.email.endswith(f"@{DOMAIN}")]
        self.owner = self.employee(customer.orders[-1]) if customer.orders else self.random.choice(colleagues)
        self.contact_id: ContactId | None = next(iter(lead.contacts), None)
        contact = lead.contacts[self.contact_id] if self.contact_id else None
        self.email = contact.emails[0].email if contact and contact.emails else None
        self.phone = contact.phones[0].phone if contact and contact.phones else None
        self._first = contact.name.split()[0] if contact and contact.name else customer.company

    def history(self) -> History:
        """What was told, oldest first, as far as it is past."""
        past = sorted(moment for moment in self._moments if moment[0] < self.now)
        steps = [Step(Actor(user_id=user.id), command) for _, _, user, command in past]
        return History(lead_id=self.lead.id, steps=steps)

    def at(self, day: date, user: User, hour: int | None = None) -> datetime:
        """A moment of a user's working day; of Friday, where that is a weekend."""
        day -= timedelta(days=max(day.weekday() - 4, 0))
        moment = time(hour or self.random.randrange(9, 17), self.random.randrange(60))
        return datetime.combine(day, moment, ZoneInfo(user.time_zone)).astimezone(UTC)

    def add(self, at: datetime, user: User, command: Command) -> None:
        """One more moment."""
        self._moments.append((at, len(self._moments), user, command))

    def chance(self, probability: float) -> bool:
        """Whether something happens this time."""
        return self.random.random() < probability

    def employee(self, order: Order) -> User:
        """Who took an order."""
        user = self.organization.user_with_email(order.employee)
        assert user is not None, "employees are users before there are orders"
        return user

    def say(self, choices: Sequence[str], user: User, order: Order | None = None, goods: str | None = None) -> str:
        """One of some texts, filled in."""
        return self.fill(self.random.choice(choices), user, order, goods)

    def fill(self, text: str, user: User, order: Order | None = None, goods: str | None = None) -> str:
        """A text with its names in it; a sentence that begins with goods begins with a capital."""
        filled = text.format(
            first=self._first,
            company=self.customer.company,
            me=user.name.split()[0],
            goods=goods or self.goods,
            order=order.number if order else "",
            total=f"{order.total:,.2f}" if order else "",
        )
        return filled[0].upper() + filled[1:]

    def call(self, at: datetime, user: User, note: str | None) -> LogCall:
        """A call; without a note, one that nobody answered."""
        answered = note is not None
        return LogCall(
            send_to_inbox=False,
            lead_id=self.lead.id,
            contact_id=self.contact_id,
            user_id=user.id,
            direction=Direction.INBOUND if answered and self.chance(0.3) else Direction.OUTBOUND,
            disposition=CallDisposition.ANSWERED if answered else CallDisposition.NO_ANSWER,
            duration_s=self.random.randrange(40, 1_200) if answered else 0,
            phone=self.phone,
            note=note,
            occurred_at=at,
        )

    def came(
        self,
        at: datetime,
        user: User,
        disposition: CallDisposition,
        note: str | None = None,
        duration_s: int = 0,
        stranger: str | None = None,
    ) -> LogCall:
        """A call of theirs that goes to the user's inbox; of a stranger, one from a number that nobody has."""
        return LogCall(
            lead_id=self.lead.id,
            contact_id=None if stranger else self.contact_id,
            user_id=user.id,
            direction=Direction.INBOUND,
            disposition=disposition,
            duration_s=duration_s,
            phone=stranger or self.phone,
            note=note,
            occurred_at=at,
        )

    def voicemail(self, at: datetime, user: User) -> LogCall:
        """A message left."""
        return LogCall(
            send_to_inbox=False,
            lead_id=self.lead.id,
            contact_id=self.contact_id,
            user_id=user.id,
            direction=Direction.OUTBOUND,
            disposition=CallDisposition.VOICEMAIL_LEFT,
            duration_s=self.random.randrange(15, 50),
            phone=self.phone,
            note=self.say(texts.VOICEMAILS, user),
            occurred_at=at,
        )

    def mail(self, at: datetime, user: User, order: Order, number: int, subject: str, text: str) -> LogEmail:
        """The n-th message of an order's thread, from 0; theirs and ours take turns, and ours is first."""
        return self.letter(
            at,
            user,
            Direction.INBOUND if number % 2 else Direction.OUTBOUND,
            f"Re: {subject}" if number else subject,
            text,
            _message_id(order, number),
            answers=_message_id(order, number - 1) if number else None,
            is_history=True,
        )

    def letter(
        self,
        at: datetime,
        user: User,
        direction: Direction,
        subject: str,
        text: str,
        message_id: str,
        *,
        answers: str | None = None,
        follow_up_at: datetime | None = None,
        is_history: bool = False,
    ) -> LogEmail:
        """A mail between the customer and a user; what is history comes into no inbox."""
        assert self.email is not None
        is_theirs = direction is Direction.INBOUND
        return LogEmail(
            send_to_inbox=not is_history,
            lead_id=self.lead.id,
            contact_id=self.contact_id,
            user_id=user.id,
            direction=direction,
            sender=self.email if is_theirs else user.email,
            to=(user.email if is_theirs else self.email,),
            subject=subject,
            body_text=text,
            message_id=message_id,
            in_reply_to=answers,
            follow_up_at=follow_up_at,
            occurred_at=at,
        )

    def message_id(self, word: str) -> str:
        """Of a message that is about no order."""
        return f"<{self.customer.id}.{word}@{DOMAIN}>".lower()

    def discovery(self, at: datetime, user: User, *, pinned: bool) -> RecordCustomActivity:
        """The first talk about what they need."""
        return discovery(self.lead.id, self.contact_id, user, at, self.organization, self.random, pinned=pinned)

    def note(
        self, at: datetime, user: User, text: str, *, rich: bool = False, pinned: bool = False, whom: User | None = None
    ) -> WriteNote:
        """A note as text or, with `rich`, as HTML; {mention} in it is `whom`, or else the customer's owner."""
        contact_id = self.contact_id if self.chance(0.3) else None
        if not rich:
            return WriteNote(lead_id=self.lead.id, contact_id=contact_id, text=self.fill(text, user), occurred_at=at)
        whom = whom or self.owner
        label = html.escape(whom.name)
        data_id = encode_id("user", whom.id)
        mention = f'<span data-type="mention" data-id="{data_id}" data-label="{label}">@{label}</span>'
        filled = text.format(first=html.escape(self._first), goods=self.goods, mention=mention)
        return WriteNote(lead_id=self.lead.id, contact_id=contact_id, html=filled, pinned=pinned, occurred_at=at)


def _message_id(order: Order, number: int) -> str:
    return f"<{order.number}.{number}@{DOMAIN}>"
