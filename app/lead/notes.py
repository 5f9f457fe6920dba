"""Notes: what somebody wrote down about a lead, as rich text with a plain twin, and files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple
from uuid import UUID

from msgspec import UNSET, UnsetType

from app.event import Event
from app.ids import ActivityId, BadId, ContactId, FileId, LeadId, UserId, decode_id, uuid7
from app.lead.attachments import Attachment, attached, file_claims, files_left
from app.lead.contacts import known_contact
from app.lead.edits import (
    ActivityEdited,
    Content,
    KnownContent,
    changed,
    content_of,
    difference,
    require_editable,
    touched_part,
    with_changes,
)
from app.lead.event import LeadEvent
from app.lead.pins import PINS_MAX, NotePinned
from app.lead.refusals import NoteNotFound, NothingWritten, TooManyPins
from app.lead.rich_text import html_of, mentioned_ids, sanitised, shows_anything, text_of
from app.situation import Claim, Situation
from app.text import NAME_MAX, TEXT_MAX, Problems
from app.vocabulary import ActivityKind

if TYPE_CHECKING:
    from app.lead.lead import Lead
    from app.organization.organization import Organization


class NoteWritten(LeadEvent, frozen=True, kw_only=True, tag="lead.note_written"):
    """`html` is sanitised, `text` its plain twin. With files both may be empty.

    `mentions` are users named in it, `inactive` those of them who are shut out: nobody tells them.
    """

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
    inactive: tuple[UserId, ...] = ()

    def takes(self, stream_id: UUID) -> tuple[tuple[Claim, UUID], ...]:
        return file_claims(self.files, stream_id)


class NoteContent(Content, frozen=True, kw_only=True):
    title: str | UnsetType | None = UNSET
    text: str | UnsetType = UNSET
    html: str | UnsetType = UNSET
    mentions: tuple[UserId, ...] | UnsetType = UNSET
    files: tuple[Attachment, ...] | UnsetType = UNSET


class NoteEdited(ActivityEdited, frozen=True, kw_only=True, tag="lead.note_edited"):
    entity: ClassVar[str | None] = "note_id"

    note_id: ActivityId
    before: NoteContent
    after: NoteContent
    inactive: tuple[UserId, ...] = ()


@dataclass(frozen=True, kw_only=True)
class WriteNote:
    """Text or HTML; where both are given the HTML counts, unless nothing of it can be seen. Files may do without."""

    produces: ClassVar[dict[str, str]] = {"lead": "lead_id", "note": "note_id"}

    lead_id: LeadId
    contact_id: ContactId | None = None
    title: str | None = None
    text: str | None = None
    html: str | None = None
    pinned: bool = False
    file_ids: tuple[FileId, ...] = ()
    occurred_at: datetime | None = None
    note_id: ActivityId = field(default_factory=lambda: ActivityId(uuid7()))

    def decide(self, lead: Lead, at: Situation) -> Sequence[LeadEvent]:
        """Decide the note, and its pin where asked: all or nothing.

        Raises:
            NothingWritten, TooManyPins, ContactNotFound, FileNotFound, TextTooLong
        """
        problems = Problems()
        twins = _kept_twins(self.text, self.html, problems, needed=not self.file_ids)
        title = problems.line(self.title, "title", limit=NAME_MAX)
        contact_id = known_contact(self.contact_id, lead, problems)
        files = attached(self.file_ids, self.note_id, self.lead_id, at, problems, "file_ids")
        if self.pinned and len(lead.pins) >= PINS_MAX:
            problems.add(TooManyPins("pinned", limit=PINS_MAX))
        problems.stop_if_any()
        mentions = _mentioned_users(twins.html, at.organization)
        written = NoteWritten(
            note_id=self.note_id,
            contact_id=contact_id,
            user_id=at.actor.user_id,
            title=title,
            text=twins.text,
            html=twins.html,
            mentions=mentions,
            inactive=_inactive(mentions, at.organization),
            files=files,
            occurred_at=self.occurred_at,
        )
        return (written, NotePinned(note_id=self.note_id)) if self.pinned else (written,)


@dataclass(frozen=True, kw_only=True)
class EditNote:
    """Change some of a note. What is not given stays; None clears what can be empty.

    Of text and HTML one makes the other anew, as where a note is written; the text that it has already leaves the
    HTML alone, so that a form which sends all its fields takes no formats away. `file_ids` are all that it is to have.
    """

    produces: ClassVar[dict[str, str]] = {"note": "note_id"}

    note_id: ActivityId
    contact_id: ContactId | UnsetType | None = UNSET
    title: str | UnsetType | None = UNSET
    text: str | UnsetType | None = UNSET
    html: str | UnsetType | None = UNSET
    file_ids: tuple[FileId, ...] | UnsetType | None = UNSET
    occurred_at: datetime | UnsetType | None = UNSET
    expected_version: int | None = None

    @property
    def about(self) -> ActivityId:
        """The note, by whose own facts its lead is found."""
        return self.note_id

    @property
    def writes(self) -> frozenset[str]:
        """The parts of this note that are given; of text and HTML always both, as one makes the other."""
        given = {member for name, member in _MEMBERS.items() if getattr(self, name) is not UNSET}
        twins = _TWINS if given & _TWINS else frozenset()
        return frozenset(touched_part(self.note_id, member) for member in given | twins)

    def decide(self, lead: Lead | None, at: Situation) -> Sequence[LeadEvent]:
        """Decide one fact with all that differs; where nothing does, none.

        Raises:
            NoteNotFound, NotOfThisKind, NotEditable, NothingWritten, ContactNotFound, FileNotFound, TextTooLong
        """
        lead = require_editable(self.note_id, ActivityKind.NOTE, lead, at, NoteNotFound("note_id"))
        known = content_of(self.note_id, at.subject, _written)
        problems = Problems()
        after = self._wanted(known, lead, at, problems)
        problems.stop_if_any()
        found = difference(known.content, after)
        if found is None:
            return ()
        inactive = _inactive(found[1].mentions or (), at.organization)
        return (NoteEdited(note_id=self.note_id, before=found[0], after=found[1], inactive=inactive),)

    def _wanted(self, known: KnownContent[NoteContent], lead: Lead, at: Situation, problems: Problems) -> NoteContent:
        """The note as it is to be; what is wrong with it is noted."""
        before = known.content
        files = files_left(self.file_ids, before.files, self.note_id, lead.id, at, problems, "file_ids")
        return with_changes(
            before,
            contact_id=changed(self.contact_id, before.contact_id, lambda one: known_contact(one, lead, problems)),
            title=changed(self.title, before.title, lambda one: problems.line(one, "title", limit=NAME_MAX)),
            files=files,
            **self._twins(before, at, problems, needed=not files),
            occurred_at=known.recorded_at if self.occurred_at is None else self.occurred_at,
        )

    def _twins(self, before: NoteContent, at: Situation, problems: Problems, *, needed: bool) -> dict[str, Any]:
        is_same = self.html is UNSET and self.text in (UNSET, before.text)
        if is_same and (before.text or shows_anything(before.html or "") or not needed):
            return {}
        twins = _kept_twins(self.text or None, self.html or None, problems, needed=needed)
        return {"text": twins.text, "html": twins.html, "mentions": _mentioned_users(twins.html, at.organization)}


# What an input writes by each of its fields, by member of the content.
_MEMBERS = {
    "contact_id": "contact_id",
    "title": "title",
    "text": "text",
    "html": "html",
    "file_ids": "files",
    "occurred_at": "occurred_at",
}
_TWINS = frozenset({"text", "html"})


class _Twins(NamedTuple):
    html: str
    text: str


def _written(event: Event) -> NoteContent | None:
    if not isinstance(event, NoteWritten):
        return None
    return NoteContent(
        contact_id=event.contact_id,
        title=event.title,
        text=event.text,
        html=event.html,
        mentions=event.mentions,
        files=event.files,
    )


def _kept_twins(text: str | None, html: str | None, problems: Problems, *, needed: bool) -> _Twins:
    """A note as HTML and as plain text, one made of the other."""
    before = len(problems.refusals)
    clean = sanitised(problems.text(html, "html") or "")
    if shows_anything(clean):
        return _Twins(clean, text_of(clean))
    kept = problems.line(text, "text", limit=TEXT_MAX)
    if kept is None and needed and len(problems.refusals) == before:
        problems.add(NothingWritten("text"))
    return _Twins(html_of(kept) if kept else "", kept or "")


def _inactive(mentions: Sequence[UserId], organization: Organization) -> tuple[UserId, ...]:
    return tuple(one for one in mentions if not organization.users[one].is_active)


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
