"""import of mail: .eml files become e-mails of the leads whose contacts they name, each message once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from itertools import count
from pathlib import Path
from uuid import UUID

from app.bulk.mail.addresses import matching_key
from app.bulk.mail.filing import Filing
from app.bulk.mail.folder import files_of
from app.bulk.mail.keeping import MailFiles
from app.bulk.mail.letters import Letter, Unreadable, in_lots, in_order
from app.bulk.mail.logged import LoggedMessages
from app.bulk.mail.report import Entry, MailReport
from app.bulk.mail.sides import Ours
from app.bulk.road import Road
from app.ids import uuid7
from app.operator_error import OperatorError
from app.system import System
from projections.machinery.reader import Reader


async def import_mail(
    system: System,
    org_id: UUID,
    paths: Sequence[Path],
    *,
    mailboxes: Sequence[str] = (),
    dry_run: bool = False,
    progress: Callable[[int, int], None],
    tell: Callable[[Entry], None],
) -> MailReport:
    """Log messages.

    Args:
        mailboxes: further addresses of the organization's own, besides its users'.
        dry_run: report all the same, append and store nothing.
        progress: told how many messages are done, of how many.
        tell: told what became of each message, as soon as that is known.

    Raises:
        OperatorError: an address of `mailboxes` is none, or the file storage is full or does not answer.
    """
    for one in mailboxes:
        if matching_key(one) is None:
            raise OperatorError(f"{one} is no e-mail address: name one with --mailbox.")
    organization = await system.states.organization(org_id)
    report = MailReport(tell=tell, correlation_id=uuid7())
    files = in_order(_messages(paths, report))
    done = count(1)
    reader = Reader(system.store.readers, org_id, snapshot=False)
    filing = Filing(
        reader=reader,
        road=Road(
            system,
            org_id,
            source="import",
            correlation_id=report.correlation_id,
            rehearsal=organization if dry_run else None,
        ),
        ours=Ours.of(organization, mailboxes),
        files=MailFiles(None if dry_run else system.files.keeping, org_id),
        known=LoggedMessages(system.store, reader),
        report=report,
        on_message=lambda: progress(next(done), len(files)),
    )
    await filing.run(_lots(files))
    return report


def _messages(paths: Sequence[Path], report: MailReport) -> list[Path]:
    found = []
    for file, is_message in files_of(paths):
        if is_message:
            found.append(file)
        else:
            report.pass_over(file)
    return found


async def _lots(files: Sequence[Path]) -> AsyncIterator[list[Letter | Unreadable]]:
    """While a lot is read, the database writes the one before."""
    lots = in_lots(files)
    while (lot := await asyncio.to_thread(next, lots, None)) is not None:
        yield lot
