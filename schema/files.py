"""Files: in the files tab of a lead, and with what brought them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Protocol, cast

import strawberry

from app.files.addresses import Ticket, expiry
from app.lead.attachments import Attachment
from app.vocabulary import ActivityKind
from projections.files_tab import read as tab
from projections.files_tab.read import FileCriteria, FileRow, criteria_of_types
from schema.belonging import TheLead, its_lead
from schema.commands import given
from schema.connections import PageInfo, page
from schema.context import Context, Info
from schema.cursors import page_cursor, page_place
from schema.edge import ClientError
from schema.fields import VIEWERS, argument, plain, resolved, viewers
from schema.filters import refused, storable
from schema.ids import public_id
from schema.node import Node
from schema.scalars import Long

if TYPE_CHECKING:
    from schema.activities import Activity

TYPES_MAX = 100  # of one filter
_LISTED = "files"

TheActivity = Annotated["Activity", strawberry.lazy("schema.activities")]


@strawberry.type(description="A file that came with something in a lead's history.")
class File(Node):
    name: str = plain("As whoever sent it called it.")
    content_type: str = plain("As whoever sent it claims; nobody has checked it.")
    size_bytes: Long = plain("How long it is.")
    sha256: str = plain("Of its content, 64 hexadecimal digits.")
    received_at: datetime = plain("When the attachment was received or added.")
    is_inline: bool = plain("It belongs to the text of a message, such as a picture in it.")
    content_id: str | None = plain("By which the HTML of a message shows it, as cid:…; null: it has none.")
    download_url_expires_at: datetime = plain(
        "When downloadUrl ends: five minutes after it was asked for.", metadata=VIEWERS
    )
    row: strawberry.Private[FileRow]

    lead: TheLead = resolved(its_lead)

    @resolved
    async def activity(self, info: Info) -> TheActivity:
        """The communication it was used in."""
        from schema.activities import activity_of

        row = await info.context.activity_row(self.row.activity_id)
        if row is None:
            raise ClientError("NOT_FOUND", "What this file was used in is gone.")
        return activity_of(row)

    @viewers
    async def download_url(
        self,
        info: Info,
        inline: Annotated[
            bool | None, argument("To show it in a page: pictures, PDF and sound alone; anything else is saved.")
        ] = False,
    ) -> str:
        """Signed for this viewer alone, who must still see the lead. Never select it in a subscription."""
        context: Context = info.context
        principal = context.principal
        ticket = Ticket(
            org_id=principal.org_id,
            user_id=principal.user_id,
            key_id=principal.key_id,
            expires_at=self.download_url_expires_at,
            is_inline=bool(inline),
        )
        signature = await context.services.addresses.signature(self.row.file_id, ticket)
        return f"{context.address}/files/{self.id}?signature={signature}"

    @viewers
    async def viewer_can_delete(self, info: Info) -> bool:
        """Whether the viewer can take it off what it came with: of messages only drafts can be changed."""
        from schema.activities import can_be_edited
        from schema.custom_activities import may_be_edited

        row = await info.context.activity_row(self.row.activity_id)
        if row is not None and row.kind is ActivityKind.CUSTOM:
            return await may_be_edited(info.context, row)
        return row is not None and can_be_edited(row)


@strawberry.input(
    description="The fields narrow each other. An empty list matches nothing, an absent one everything. "
    "since is included, until is not."
)
class FileFilter:
    content_types: list[str] | None = plain(
        "Only these types, such as application/pdf, or image/* for every type of image. Capitals do not count.",
        default=strawberry.UNSET,
    )
    since: datetime | None = plain("receivedAt from here on.", default=strawberry.UNSET)
    until: datetime | None = plain("receivedAt before this.", default=strawberry.UNSET)


@strawberry.type(description="A file and its place in the list.")
class FileEdge:
    cursor: str = plain("For after.")
    node: File = plain("The file.")


@strawberry.type(description="A page of a lead's files, newest first.")
class FileConnection:
    edges: list[FileEdge] = plain("Files with their cursors.")
    page_info: PageInfo = plain("Where the page stands.")
    criteria: strawberry.Private[FileCriteria]
    lead_id: strawberry.Private[Any]

    @resolved
    def nodes(self) -> list[File]:
        """The files alone."""
        return [edge.node for edge in self.edges]

    @resolved
    async def total_count(self, info: Info) -> int | None:
        """Of the whole list; exact up to 1000, else null."""
        criteria = self.criteria
        loader = info.context.batch(("file count", criteria), lambda reader, ids: tab.count(reader, ids, criteria))
        count: int | None = await loader.load(self.lead_id)
        return count


async def file_page(
    context: Context, lead_id: Any, *, first: int | None, after: str | None, filter: FileFilter | None
) -> FileConnection:
    """A page of one lead's files; pages of several leads with the same arguments are read together."""
    criteria = criteria_of(filter)
    wanted = page(_place, first=first, after=after)
    loader = context.batch(
        ("files", criteria, wanted.size, wanted.after),
        lambda reader, ids: tab.file_page(
            reader, ids, criteria, older_than=cast(Any, wanted.after), limit=wanted.size + 1
        ),
        default=[],
    )
    rows, more = wanted.cut(await loader.load(lead_id))
    edges = [FileEdge(cursor=_cursor(row), node=file_of(row)) for row in rows]
    info = wanted.info([edge.cursor for edge in edges], more=more)
    return FileConnection(edges=edges, page_info=info, criteria=criteria, lead_id=lead_id)


def file_of(row: FileRow) -> File:
    """A file, from its row."""
    return File(
        id=public_id("file", row.file_id),
        name=row.name,
        content_type=row.content_type,
        size_bytes=Long(row.size_bytes),
        sha256=row.sha256,
        received_at=row.received_at,
        is_inline=row.is_inline,
        content_id=row.content_id,
        download_url_expires_at=expiry(datetime.now(UTC)),
        row=row,
    )


class _WithFiles(Protocol):
    @property
    def files(self) -> tuple[Attachment, ...]: ...


class HasFiles(Protocol):
    """An activity whose details name files."""

    @property
    def row(self) -> Any:
        """Of the history."""


async def its_files(self: HasFiles, info: Info) -> list[File]:
    """In the order in which they were attached; those of signatures too."""
    details: _WithFiles = self.row.details
    rows = await info.context.batch("file", tab.files).load_many([one.file_id for one in details.files])
    return [file_of(row) for row in rows if row is not None]


def criteria_of(filter: FileFilter | None) -> FileCriteria:
    """What a filter means.

    Raises:
        ClientError: INVALID, with its path.
    """
    if given(filter) is None or filter is None:
        return FileCriteria()
    types = given(filter.content_types)
    if types is not None and len(types) > TYPES_MAX:
        raise refused(f"at most {TYPES_MAX} types.", "filter", "contentTypes")
    for index, one in enumerate(types or ()):
        path = ("filter", "contentTypes", str(index))
        group, _, kind = storable(one, *path).partition("/")
        if not (group.strip() and kind.strip()):
            raise refused("a type looks like application/pdf or image/*.", *path)
    return criteria_of_types(types, since=given(filter.since), until=given(filter.until))


def _cursor(row: FileRow) -> str:
    return page_cursor(_LISTED, row.received_at, row.position, row.place)


def _place(cursor: str, argument: str) -> tuple[Any, ...]:
    return page_place(cursor, _LISTED, (datetime, int, int), argument)
