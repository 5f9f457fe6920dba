"""An office with a user and a folder of mail, whose files are kept in a folder of the test's own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app.bulk.mail.importing import import_mail
from app.bulk.mail.report import Entry, MailReport
from app.database import Database
from app.ids import LeadId
from app.lead.contact_points import EmailAddress
from app.lead.contacts import NewContact
from app.lead.details import CreateLead
from app.lead.emails import EmailLogged
from app.settings import Settings
from app.system import open_system
from tests.support.office import Office, found_office


@dataclass(kw_only=True)
class Mail:
    """An office, and a folder from which it imports."""

    office: Office
    folder: Path
    entries: list[Entry] = field(default_factory=list)
    report: MailReport | None = None

    def put(self, name: str, raw: bytes) -> Path:
        """A message in the folder."""
        path = self.folder / f"{name}.eml"
        path.write_bytes(raw)
        return path

    async def lead(self, name: str, *addresses: str) -> LeadId:
        """A lead with one contact for each address."""
        contacts = tuple(NewContact(name=one, emails=(EmailAddress(email=one),)) for one in addresses)
        command = CreateLead(name=name, contacts=contacts)
        await self.office.run(command)
        return command.lead_id

    async def run(self, *paths: Path, mailboxes: tuple[str, ...] = (), dry_run: bool = False) -> dict[str, Entry]:
        """Import the folder, or these paths; what became of each message, by its file's name without ending."""
        self.entries.clear()
        self.report = await import_mail(
            self.office.system,
            self.office.org_id,
            paths or (self.folder,),
            mailboxes=mailboxes,
            dry_run=dry_run,
            progress=lambda _done, _total: None,
            tell=self.entries.append,
        )
        return {entry.file.stem: entry for entry in self.entries}

    async def emails(self) -> list[EmailLogged]:
        """Every e-mail in the log, in its order."""
        return [event for event in await self.office.events(EmailLogged) if isinstance(event, EmailLogged)]


@pytest.fixture
async def mail(common_database: Database, tmp_path: Path) -> AsyncIterator[Mail]:
    folder = tmp_path / "mail"
    folder.mkdir()
    async with open_system(Settings(data_dir=tmp_path / "data"), common_database) as system:
        yield Mail(office=await found_office(system), folder=folder)
