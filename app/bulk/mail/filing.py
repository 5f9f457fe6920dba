"""Filing: messages go where they belong, in lots: looked up, read, their files kept, logged on the bulk road."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

import msgspec

from app.bulk.history import History, Step
from app.bulk.job import OPERATOR
from app.bulk.mail.bodies import Bodies, bodies_of
from app.bulk.mail.faults import FAULTS, NoMessage
from app.bulk.mail.keeping import MailFiles
from app.bulk.mail.letters import LETTERS_MAX, Letter, TooLarge, Unreadable
from app.bulk.mail.logged import LoggedMessages
from app.bulk.mail.report import Entry, Logged, MailReport
from app.bulk.mail.sides import Ours, Place, Reason, Sides, answered, places
from app.bulk.road import Outcome, Road
from app.ids import ActivityId, FileId, LeadId, uuid7
from app.lead.attachments import Attachment
from app.lead.emails import ADDRESSES_MAX, EmailLogged, LogEmail
from app.lead.refusals import MessageLogged
from projections.lead_view.correspondents import Correspondent, correspondents, lead_names
from projections.machinery.reader import Reader


@dataclass(slots=True, kw_only=True)
class _Filing:
    """A message under way, to one or more leads."""

    letter: Letter
    sides: Sides
    files: Sequence[str] = ()
    notes: list[str] = field(default_factory=list)
    waiting: int = 0
    logged: list[Logged] = field(default_factory=list)
    reason: Reason | None = None
    detail: str = ""

    def entry(self) -> Entry:
        """For the report."""
        return Entry(
            file=self.letter.file,
            message_id=self.letter.envelope.message_id,
            direction=self.sides.direction,
            logged=self.logged,
            reason=self.reason,
            detail=self.detail,
            files=self.files,
            notes=self.notes,
        )


@dataclass(slots=True, kw_only=True)
class Filing:
    """Files the mail of one import."""

    reader: Reader
    road: Road
    ours: Ours
    files: MailFiles
    known: LoggedMessages
    report: MailReport
    on_message: Callable[[], None]
    _under_way: dict[ActivityId, tuple[_Filing, Place]] = field(default_factory=dict)

    async def run(self, lots: AsyncIterator[list[Letter | Unreadable]]) -> None:
        """File them all."""
        async for outcome in self.road.run(self._histories(lots), limit=LETTERS_MAX):
            self._settle(outcome)

    async def _histories(self, lots: AsyncIterator[list[Letter | Unreadable]]) -> AsyncIterator[History]:
        async for lot in lots:
            letters = [one for one in map(self._readable, lot) if one is not None]
            contacts = await correspondents(self.reader, set(chain.from_iterable(one.sides.others for one in letters)))
            answers = await self._answers(letters, contacts)
            for one in letters:
                found = places(one.sides, contacts) or await self._answered(one, answers)
                for history in await self._filed(one, found) if found else ():
                    yield history

    def _readable(self, one: Letter | Unreadable) -> _Filing | None:
        """The message, if it is one and is not barred whoever the contacts are."""
        self.on_message()
        if isinstance(one, Unreadable):
            reason = Reason.TOO_LARGE if isinstance(one.why, TooLarge) else Reason.FAULT
            self.report.add(Entry(file=one.file, reason=reason, detail=str(one.why).rstrip(".")))
            return None
        sides = Sides.of(one.envelope, self.ours)
        filing = _Filing(letter=one, sides=sides, reason=sides.bar, detail=sides.detail)
        if filing.reason is not None:
            self.report.add(filing.entry())
            return None
        return filing

    async def _answers(
        self, letters: Sequence[_Filing], contacts: Mapping[str, Sequence[Correspondent]]
    ) -> dict[str, set[LeadId]]:
        """By Message-ID, leads with what is answered from addresses that no contact has."""
        unknown = (one for one in letters if not one.sides.is_sent and not places(one.sides, contacts))
        return await self.known.in_log({named for one in unknown for named in one.letter.envelope.ancestors})

    async def _answered(self, one: _Filing, in_log: Mapping[str, Collection[LeadId]]) -> list[Place]:
        """The lead with the message that this one answers, where there is just one; else it is left out."""
        ancestors = one.letter.envelope.ancestors
        met = self.known.leads_with(ancestors)
        logged = {name: {*in_log.get(name, ()), *met.get(name, ())} for name in ancestors}
        names = await lead_names(self.reader, {lead for leads in logged.values() for lead in leads})
        there = {name: [lead for lead in leads if lead in names] for name, leads in logged.items()}
        leads = answered(one.letter.envelope, one.sides, there)
        if len(leads) == 1:
            return [Place(lead_id, None, names[lead_id]) for lead_id in leads]
        one.reason = Reason.AMBIGUOUS if leads else Reason.NO_CONTACT
        self.report.add(one.entry())
        return []

    async def _filed(self, one: _Filing, found: Sequence[Place]) -> list[History]:
        """What is to happen on each lead that has not got it yet."""
        message_id = one.letter.envelope.message_id
        new = await self._new_places(one, found)
        if not new:
            self.report.add(one.entry())
            return []
        try:
            bodies = bodies_of(one.letter.part)
        except (NoMessage, *FAULTS) as error:
            one.reason, one.detail = Reason.FAULT, str(error).rstrip(".")
            self.report.add(one.entry())
            return []
        one.notes += [*_notes(one.letter), *bodies.notes]
        files = await self.files.keep(bodies.files, one.notes)
        one.files = [file.name for file in files]
        one.waiting = len(new)
        self.known.add(message_id, one.letter.file, (place.lead_id for place in new))
        return [self._history(one, place, bodies, files) for place in new]

    async def _new_places(self, one: _Filing, found: Sequence[Place]) -> list[Place]:
        message_id = one.letter.envelope.message_id
        held = await self.known.held([(place.lead_id, message_id) for place in found])
        met = self.known.met(message_id)
        leads = {lead_id for lead_id, _ in held} | (met.leads if met else set())
        new = [place for place in found if place.lead_id not in leads]
        if len(new) < len(found):
            one.reason = Reason.DUPLICATE
            one.detail = f"the same as {met.file}" if met else "by an earlier import or somebody's hand"
        return new

    def _history(self, one: _Filing, place: Place, bodies: Bodies, files: Sequence[Attachment]) -> History:
        command = _command(one, place, bodies, files, self.ours)
        self._under_way[command.email_id] = one, place
        step = Step(OPERATOR, command, origin=command.email_id)
        return History(lead_id=place.lead_id, steps=[step])

    def _settle(self, outcome: Outcome) -> None:
        for fact in outcome.facts:
            if isinstance(fact.event, EmailLogged):
                self._accepted(fact.event)
        for refused in outcome.refused:
            assert isinstance(refused.step.command, LogEmail)
            one, place = self._under_way.pop(refused.step.command.email_id)
            if all(isinstance(refusal, MessageLogged) for refusal in refused.refusals):
                self._was_logged(one)
            else:
                one.reason = Reason.REFUSED
                why = " ".join(refusal.message for refusal in refused.refusals)
                one.detail = f"{place.lead_name or 'a lead without a name'}: {why.rstrip('.')}"
            self._one_less(one)

    def _was_logged(self, one: _Filing) -> None:
        """Somebody else has logged it since it was looked up; on another lead of it there may be worse to tell."""
        if one.reason is not Reason.REFUSED:
            one.reason, one.detail = Reason.DUPLICATE, "by somebody else during this import"

    def _accepted(self, event: EmailLogged) -> None:
        one, place = self._under_way.pop(event.email_id)
        met = self.known.leads_with(one.letter.envelope.ancestors)
        logged = Logged(
            lead_id=place.lead_id,
            lead_name=place.lead_name,
            email_id=event.email_id,
            thread_id=event.thread_id,
            # A rehearsal's batches know nothing of each other.
            thread_is_new=event.thread_id == event.email_id
            and not any(place.lead_id in leads for leads in met.values()),
        )
        one.logged.append(logged)
        self._one_less(one)

    def _one_less(self, one: _Filing) -> None:
        one.waiting -= 1
        if one.waiting == 0:
            self.report.add(one.entry())


def _command(one: _Filing, place: Place, bodies: Bodies, files: Sequence[Attachment], ours: Ours) -> LogEmail:
    envelope = one.letter.envelope
    return LogEmail(
        send_to_inbox=False,
        lead_id=place.lead_id,
        contact_id=place.contact_id,
        user_id=one.sides.user_id(ours),
        direction=one.sides.direction,
        sender=envelope.sender,
        to=tuple(each.shown for each in envelope.to[:ADDRESSES_MAX]),
        cc=tuple(each.shown for each in envelope.cc[:ADDRESSES_MAX]),
        bcc=tuple(each.shown for each in envelope.bcc[:ADDRESSES_MAX]),
        subject=envelope.subject,
        body_text=bodies.text,
        body_html=bodies.html,
        message_id=envelope.message_id,
        in_reply_to=envelope.in_reply_to,
        references=envelope.references,
        attachments=tuple(msgspec.structs.replace(file, file_id=FileId(uuid7())) for file in files),
        occurred_at=envelope.at,
    )


def _notes(letter: Letter) -> Iterator[str]:
    envelope = letter.envelope
    if envelope.at is None:
        yield "it has no date that can be read: it stands at the time of this import"
    elif envelope.dated_by != "Date":
        yield f"its date is that of its {envelope.dated_by} header"
    if max(len(envelope.to), len(envelope.cc), len(envelope.bcc)) > ADDRESSES_MAX:
        yield f"of more than {ADDRESSES_MAX:,} recipients the rest is left out"
