"""Drafts: a mapped row as a command."""

from __future__ import annotations

from functools import partial

from msgspec import UNSET

from app.bulk.mapping.readers import Readers
from app.bulk.mapping.rows import Cell, MappedRow
from app.bulk.mapping.words import ADDRESS_LINES, MapKind, Takes
from app.ids import ContactId, uuid7
from app.lead.addresses import Address
from app.lead.contact_points import ContactUrl, EmailAddress, PhoneNumber
from app.lead.contacts import AddContact, NewContact
from app.lead.custom_values import ValueChange
from app.lead.details import CreateLead, ExternalId
from app.lead.opportunities import AddOpportunity
from app.request import Command
from app.vocabulary import AddressLabel, ContactPointType, CustomFieldTarget, ValuePeriod

Path = tuple[str, ...]
_LINES = [(line, f"address.{line}") for line in ADDRESS_LINES]


def draft(row: MappedRow, readers: Readers) -> Command:
    """The row's command, about the readers' lead.

    Raises:
        Unread: a cell is no value of its type.
    """
    match row.plan.kind:
        case MapKind.COMPANY | MapKind.PERSON:
            return _lead(row, readers)
        case MapKind.CONTACT:
            contact_id = readers.contact(row.key)
            return AddContact(
                lead_id=readers.lead_id, contact=_contact(row, readers, contact_id, "", "name", ("contact",))
            )
        case MapKind.OPPORTUNITY:
            return _opportunity(row, readers)


def _lead(row: MappedRow, readers: Readers) -> CreateLead:
    # A lead without a name bears that of its contact, and follows it.
    is_person = row.plan.kind is MapKind.PERSON
    named = "name" if is_person else "contact.name"
    contact = _contact(row, readers, ContactId(uuid7()), "contact.", named, ("contacts", "0"))
    return CreateLead(
        lead_id=readers.lead_id,
        name=None if is_person else row.text("name", "name"),
        description=row.text("description", "description"),
        url=row.text("url", "url"),
        status=row.text("status", "status"),
        addresses=_addresses(row, readers),
        contacts=(contact,) if _says_something(contact) else (),
        custom_fields=_custom(row, readers, CustomFieldTarget.LEAD, ()),
        source=row.text("source", "source") or row.plan.source,
        external_id=ExternalId(row.plan.source, row.key),
        occurred_at=row.read("created_at", row.plan.writing.instant, "occurred_at"),
    )


def _addresses(row: MappedRow, readers: Readers) -> tuple[Address, ...]:
    """The row's one address, if any of its lines says something."""
    path = ("addresses", "0")
    lines = {line: row.text(name, *path, line) for line, name in _LINES}
    country = row.read("address.country", readers.country, *path, "country")
    if not country and not any(lines.values()):
        return ()
    label = row.read("address.label", readers.label, *path, "label")
    return (Address(label=label or AddressLabel.BUSINESS, country=country, **lines),)


def _contact(
    row: MappedRow, readers: Readers, contact_id: ContactId, prefix: str, named: str, path: Path
) -> NewContact:
    country = row.read("country", readers.country, *path, "phones") or row.read("address.country", readers.country)
    emails, phones, urls = (
        _points(row, prefix + word, (*path, f"{word}s"), word) for word in ("email", "phone", "url")
    )
    return NewContact(
        contact_id=contact_id,
        name=row.text(named, *path, "name"),
        title=row.text(f"{prefix}title", *path, "title"),
        emails=tuple(EmailAddress(email=text, type=kind or ContactPointType.OFFICE) for text, kind in emails),
        phones=tuple(
            PhoneNumber(phone=text, type=kind or ContactPointType.OFFICE, country=country) for text, kind in phones
        ),
        urls=tuple(ContactUrl(url=text, type=kind or ContactPointType.URL) for text, kind in urls),
        custom_fields=_custom(row, readers, CustomFieldTarget.CONTACT, path),
    )


def _points(row: MappedRow, name: str, path: Path, word: str) -> list[tuple[str, ContactPointType | None]]:
    """E-mails, phones or urls: what they say and their types, in the order of the map."""
    cells = [cell for bound in row.plan.of(name) for cell in row.single(bound)]
    return [(row.value(cell, str, *path, str(place), word), cell.bound.word.type) for place, cell in enumerate(cells)]


def _opportunity(row: MappedRow, readers: Readers) -> AddOpportunity:
    pipeline = row.read("pipeline", readers.pipeline, "pipeline_id")
    return AddOpportunity(
        lead_id=readers.lead_id,
        opportunity_id=readers.opportunity(row.key),
        contact_id=row.read("contact", readers.contact, "contact_id"),
        user_id=row.read("user", readers.user, "user_id") or UNSET,
        pipeline_id=pipeline.id if pipeline else None,
        status_id=row.read("status", partial(readers.stage, pipeline=pipeline), "status_id"),
        value=row.read("value", row.plan.writing.number, "value"),
        value_period=row.read("value_period", readers.period, "value_period") or ValuePeriod.ONE_TIME,
        confidence=row.read("confidence", readers.percentage, "confidence"),
        note=row.text("note", "note"),
        date_won=row.read("date_won", row.plan.writing.day, "date_won"),
        custom_fields=_custom(row, readers, CustomFieldTarget.OPPORTUNITY, ()),
    )


def _custom(row: MappedRow, readers: Readers, target: CustomFieldTarget, path: Path) -> tuple[ValueChange, ...]:
    changes: list[ValueChange] = []
    for bound in row.plan.fields(target):
        field = bound.word.field
        assert field is not None, "it is a custom field's"
        is_several = bound.word.takes is Takes.SEVERAL
        cells = row.single(bound) if is_several else _lone(row.joined(bound))
        if not cells:
            continue
        here = (*path, "custom_fields", str(len(changes)))
        reader = partial(readers.custom, field=field)
        if len(cells) == 1:
            value = row.value(cells[0], reader, *here)
            changes.append(ValueChange(field_id=field.id, set=[value] if is_several else value))
            continue
        row.note(bound, cells, *here)
        values = [row.value(cell, reader, *here, "set", str(place)) for place, cell in enumerate(cells)]
        changes.append(ValueChange(field_id=field.id, set=values))
    return tuple(changes)


def _lone(cell: Cell | None) -> list[Cell]:
    return [cell] if cell else []


def _says_something(contact: NewContact) -> bool:
    said = (contact.name, contact.title, contact.emails, contact.phones, contact.urls, contact.custom_fields)
    return any(said)
