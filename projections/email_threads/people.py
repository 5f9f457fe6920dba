"""Between whom e-mails went, as it stands in `people`, and between whom a thread goes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from app.ids import ContactId, UserId
from app.lead.email_addressing import Mailbox, mailbox

PEOPLE_MAX = 50  # addresses of one list of one message, of which a thread's participants are made
PARTICIPANTS_MAX = 100  # of one thread


class People(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Between whom a message went, as it had them."""

    sender: str | None = None
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()

    def mailboxes(self) -> Iterator[Mailbox]:
        """The sender's first."""
        found = (mailbox(text) for text in (self.sender, *self.to, *self.cc))
        return (one for one in found if one is not None)


class ThreadPeople(msgspec.Struct, frozen=True, kw_only=True):
    """Between whom a thread goes. `contact_id` is that of the newest e-mail that has one."""

    participants: tuple[Mailbox, ...] = ()
    user_ids: tuple[UserId, ...] = ()
    contact_id: ContactId | None = None


def participants_of(messages: Iterable[People]) -> tuple[Mailbox, ...]:
    """Each address once, with the first name that some message has for it."""
    found: dict[str, Mailbox] = {}
    for one in (one for people in messages for one in people.mailboxes()):
        known = found.setdefault(one.email.casefold(), one)
        if known.name is None and one.name is not None:
            found[one.email.casefold()] = Mailbox(known.email, one.name)
    return tuple(found.values())[:PARTICIPANTS_MAX]
