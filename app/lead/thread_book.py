"""ThreadBook: which e-mails each thread has, kept up to date while facts are added that nobody has recorded yet."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import UNSET

from app.event import Event
from app.ids import ActivityId, ThreadId
from app.lead.activities import ActivityDeleted
from app.lead.draft_events import EmailDraftEdited
from app.lead.email_addressing import message_key
from app.lead.email_threads import EmailThreadsJoined
from app.lead.emails import EmailLogged
from app.situation import EmailInThread

_NOTHING = EmailInThread()


class ThreadBook:
    """Begins with what is recorded. `emails`: the e-mails of each thread."""

    def __init__(self, recorded: Mapping[ThreadId, Mapping[ActivityId, EmailInThread]]) -> None:
        self.emails = {thread_id: dict(emails) for thread_id, emails in recorded.items()}
        self._thread_of = {email_id: thread_id for thread_id, emails in recorded.items() for email_id in emails}

    def follow(self, event: Event) -> None:
        """One more fact, in order."""
        match event:
            case EmailLogged():
                email = EmailInThread(message_key(event.message_id), event.files)
                self._put(event.email_id, event.thread_id, email)
            case EmailDraftEdited():
                self._put(event.email_id, event.thread_id, _edited(self._take(event.email_id), event))
            case EmailThreadsJoined():
                for email_id in event.email_ids:
                    self._put(email_id, event.into_id, self._take(email_id))
            case ActivityDeleted():
                self._take(event.activity_id)

    def _put(self, email_id: ActivityId, thread_id: ThreadId, email: EmailInThread) -> None:
        self.emails.setdefault(thread_id, {})[email_id] = email
        self._thread_of[email_id] = thread_id

    def _take(self, email_id: ActivityId) -> EmailInThread:
        thread_id = self._thread_of.pop(email_id, None)
        return self.emails[thread_id].pop(email_id, _NOTHING) if thread_id else _NOTHING


def _edited(email: EmailInThread, event: EmailDraftEdited) -> EmailInThread:
    after = event.after
    return EmailInThread(
        email.message_id if after.message_id is UNSET else message_key(after.message_id or None),
        email.files if after.files is UNSET else after.files or (),
    )
