"""Files for tests: sent, attached, taken out again."""

from __future__ import annotations

import hashlib
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

import httpx

from app import onboarding
from app.event import Event
from app.ids import ActivityId, FileId, LeadId, decode_id, uuid7
from app.lead.attachments import Attachment
from app.lead.notes import NoteWritten, WriteNote
from app.request import Done, Request
from app.situation import Actor, Situation
from schema.ids import public_id
from tests.support.api import Api
from tests.support.serving import TIMEOUT_S

CONTENT = b"%PDF-1.7 an offer"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


def attachment(name: str = "offer.pdf", content_type: str = "application/pdf", **others: Any) -> Attachment:
    """A file with an id of its own; its content is nowhere."""
    given = {"file_id": FileId(uuid7()), "size_bytes": len(CONTENT), "sha256": SHA256, **others}
    return Attachment(name=name, content_type=content_type, **given)


@dataclass(frozen=True, kw_only=True)
class BringFiles:
    """A note that brings files of which nobody asks where they come from."""

    produces: ClassVar[dict[str, str]] = {"lead": "lead_id", "note": "note_id"}

    lead_id: LeadId
    files: tuple[Attachment, ...]
    occurred_at: datetime | None = None
    note_id: ActivityId = field(default_factory=lambda: ActivityId(uuid7()))

    def decide(self, lead: object, at: Situation) -> Sequence[Event]:
        """The note."""
        del lead, at
        note = NoteWritten(note_id=self.note_id, text="", html="", files=self.files, occurred_at=self.occurred_at)
        return (note,)


def send(api: Api, content: Any = CONTENT, name: str | None = "offer.pdf", **headers: str) -> httpx.Response:
    """Send a file, whatever becomes of it."""
    given = {"authorization": f"Bearer {api.key}", "content-type": "application/pdf", **headers}
    if name is not None:
        given.setdefault("x-file-name", name)
    return api.site.http.post(f"{api.site.url}/files", content=content, headers=given, timeout=TIMEOUT_S)


def uploaded(api: Api, content: bytes = CONTENT, name: str = "offer.pdf", content_type: str = "application/pdf") -> str:
    """The id of an upload."""
    answer = send(api, content, name, **{"content-type": content_type})
    assert answer.status_code == 201, answer.text
    file_id: str = answer.json()["fileId"]
    return file_id


def attach(api: Api, lead: str, *file_ids: str) -> str:
    """Write a note with these files as the user of a front end; the note's id."""
    ids = tuple(FileId(decode_id("file", one)) for one in file_ids)
    command = WriteNote(lead_id=LeadId(decode_id("lead", lead)), file_ids=ids)
    done: Done = api.site.operate(api.site.system.dispatch.run(command, request(api)))
    return public_id("activity", done.ids["note"])


def request(api: Api) -> Request:
    """A request of a front end's user."""
    return Request(org_id=api.org_id, actor=Actor(user_id=api.user_id), source="test", correlation_id=uuid7())


def filed(api: Api, lead: str, *files: Attachment, occurred_at: datetime | None = None) -> str:
    """A note with these files; its id."""
    command = BringFiles(lead_id=LeadId(decode_id("lead", lead)), files=files, occurred_at=occurred_at)
    api.site.operate(api.site.system.dispatch.run(command, onboarding.system_request(api.org_id)))
    return public_id("activity", command.note_id)


def a_file(
    api: Api, lead: str, content: bytes = CONTENT, name: str = "offer.pdf", kind: str = "application/pdf"
) -> str:
    """A file on a lead, with its content."""
    file_id = uploaded(api, content, name, kind)
    attach(api, lead, file_id)
    return file_id


def url_of(api: Api, file_id: str, arguments: str = "") -> str:
    """A signed address."""
    asked = api.ask(f"query ($id: ID!) {{ node(id: $id) {{ ... on File {{ downloadUrl{arguments} }} }} }}", id=file_id)
    url: str = asked["node"]["downloadUrl"]
    return url


def fetch(api: Api, url: str, method: str = "GET", **headers: str) -> httpx.Response:
    """What is behind an address, without any key."""
    return api.site.http.request(method, url, headers=headers, timeout=TIMEOUT_S)


def signature(number: int = 0) -> Attachment:
    """A picture that an e-mail shows, large enough to be one that somebody wanted to show."""
    return attachment("logo.png", "image/png", size_bytes=20_000, sha256=f"{number:064x}", is_inline=True)


@contextmanager
def connection(api: Api) -> Iterator[socket.socket]:
    """To the server, with nothing in between."""
    port = int(api.site.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT_S) as opened:
        yield opened


def head(api: Api, *lines: str) -> bytes:
    """The head of an upload."""
    first = ("POST /files HTTP/1.1", "Host: x", f"Authorization: Bearer {api.key}")
    return "\r\n".join((*first, *lines, "", "")).encode()
