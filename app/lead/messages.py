"""Messages: what e-mails and texts have in common: where they stand, and with whom they are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from msgspec import UnsetType

from app.ids import ContactId
from app.lead.contact_points import e164
from app.lead.contacts import contacts_by_email, known_contact
from app.lead.email_addressing import mailbox
from app.lead.refusals import InvalidPhone, NoSendingAccount, WrongMessageStatus
from app.vocabulary import Direction, MessageStatus

if TYPE_CHECKING:
    from app.lead.lead import Lead
    from app.text import Problems

OF_DIRECTION = {
    Direction.INBOUND: (MessageStatus.INBOX,),
    Direction.OUTBOUND: (MessageStatus.SENT, MessageStatus.ERROR, MessageStatus.DRAFT),
}


def kept_status(status: MessageStatus | None, direction: Direction, problems: Problems) -> MessageStatus:
    """Where a message stands: INBOX if inbound, else SENT, unless its input says something else that can be."""
    status = status or OF_DIRECTION[direction][0]
    if status in (MessageStatus.SCHEDULED, MessageStatus.OUTBOX):
        problems.add(NoSendingAccount("status"))
    elif status not in OF_DIRECTION[direction]:
        problems.add(WrongMessageStatus("status", direction=direction.value, status=status.value))
    return status


def kept_number(value: str | None, problems: Problems, field_name: str) -> str | None:
    """A number in E.164; None where none is given."""
    text = problems.line(value, field_name, limit=100)
    if text is None:
        return None
    number = e164(text)
    if number is None:
        problems.add(InvalidPhone(field_name, value=text))
    return number


def contact_written_with(
    contact_id: ContactId | UnsetType | None, addresses: Iterable[str | None], lead: Lead, problems: Problems
) -> ContactId | None:
    """The contact that an input means; absent: the first who has one of the e-mail addresses."""
    if not isinstance(contact_id, UnsetType):
        return known_contact(contact_id, lead, problems)
    people = contacts_by_email(lead)
    if not people:
        return None
    found = (people.get(box.email.casefold()) for address in addresses if (box := mailbox(address)))
    return next((id for id in found if id is not None), None)


def contact_called(
    contact_id: ContactId | UnsetType | None, phone: str | None, lead: Lead, problems: Problems
) -> ContactId | None:
    """The contact that an input means; absent: the first who has the number."""
    if not isinstance(contact_id, UnsetType):
        return known_contact(contact_id, lead, problems)
    return next(
        (id for id, contact in lead.contacts.items() if any(one.phone == phone for one in contact.phones)), None
    )
