"""Notes: what somebody wrote down about a lead, as rich text with a plain twin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from app.ids import ActivityId, BadId, ContactId, LeadId, UserId, decode_id, uuid7
from app.lead.attachments import Attachment, file_claims
from app.lead.contacts import known_contact
from app.lead.event import LeadEvent
from app.lead.pins import PINS_MAX, NotePinned
from app.lead.refusals import NothingWritten, TooManyPins
from app.lead.rich_text import html_of, mentioned_ids, sanitised, shows_anything, text_of
from app.situation import Claim, Situation
from app.text import NAME_MAX, TEXT_MAX, Problems
from app.vocabulary import ActivityKind

if TYPE_CHECKING:
    from app.lead.lead import Lead
    from app.organization.organization import Organization


class NoteWritten(LeadEvent, frozen=True, kw_only=True, tag="lead.note_written"):
    """`html` is sanitised, `text` its plain twin; `mentions` are users named in it."""

    makes: ClassVar[ActivityKind | None] = ActivityKind.NOTE
    entity: ClassVar[str | None] = "note_id"

    note_id: ActivityId
    contact_id: ContactId | None = None
    user_id: UserId | None = None
    title: str | None = None
    text: str
    html: str
    mentions: tuple[UserId, ...] = ()
    files: tuple[Attachment, ...] = ()

    def takes(self, stream_id: UUID) -> tuple[tuple[Claim, UUID], ...]:
        return file_claims(self.files, stream_id)


@dataclass(frozen=True, kw_only=True)
class WriteNote:
    """Text or HTML; where both are given the HTML counts, unless nothing of it can be seen."""

    produces: ClassVar[dict[str, str]] = {"lead": "lead_id", "note": "note_id"}

    lead_id: LeadId
    contact_id: ContactId | None = None
    title: str | None = None
    text: str | None = None
    html: str | None = None
    pinned: bool = False
    occurred_at: datetime | None = None
    note_id: ActivityId = field(default_factory=lambda: ActivityId(uuid7()))

    def decide(self, lead: Lead, at: Situation) -> Sequence[LeadEvent]:
        """Decide the note, and its pin where asked: all or nothing.

        Raises:
            NothingWritten, TooManyPins, ContactNotFound, TextTooLong
        """
        problems = Problems()
        html, text = self._kept_twins(problems)
        title = problems.line(self.title, "title", limit=NAME_MAX)
        contact_id = known_contact(self.contact_id, lead, problems)
        if self.pinned and len(lead.pins) >= PINS_MAX:
            problems.add(TooManyPins("pinned", limit=PINS_MAX))
        problems.stop_if_any()
        written = NoteWritten(
            note_id=self.note_id,
            contact_id=contact_id,
            user_id=at.actor.user_id,
            title=title,
            text=text,
            html=html,
            mentions=_mentioned_users(html, at.organization),
            occurred_at=self.occurred_at,
        )
        return (written, NotePinned(note_id=self.note_id)) if self.pinned else (written,)

    def _kept_twins(self, problems: Problems) -> tuple[str, str]:
        """The note as HTML and as plain text, one made of the other."""
        before = len(problems.refusals)
        html = sanitised(problems.text(self.html, "html") or "")
        if shows_anything(html):
            return html, text_of(html)
        text = problems.line(self.text, "text", limit=TEXT_MAX)
        if text is None and len(problems.refusals) == before:
            problems.add(NothingWritten("text"))
        return html_of(text or ""), text or ""


def _mentioned_users(html: str, organization: Organization) -> tuple[UserId, ...]:
    users = []
    for mentioned in mentioned_ids(html):
        try:
            user_id = UserId(decode_id("user", mentioned))
        except BadId:
            continue  # a mention of nobody we know stays as text
        if user_id in organization.users:
            users.append(user_id)
    return tuple(users)
