"""`GET /events`: the organization's log as JSON Lines, from a position on, for whoever integrates with it."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from typing import NamedTuple, cast

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from app.access.keys import Principal
from app.file_routes import CHALLENGE
from app.file_routes.answers import PRIVATE, Answer
from app.files.storage import chained
from app.live.hub import Gap, Hub
from app.organization.organization import Organization
from app.refusal import Code
from app.store.errors import DATABASE_FAULTS
from app.store.records import RecordedEvent
from app.system import System
from app.vocabulary import Role
from projections.history.read import field_types
from projections.machinery.reader import Reader
from schema.edge.entry import Entry
from schema.edge.errors import UNAUTHENTICATED, ClientError
from schema.event_data import FieldTypes, field_types_of
from schema.event_lines import event_line, names_unknown_fields

BATCH = 100  # events that are held at once
MEDIA_TYPE = "application/x-ndjson"
_NUMBER = re.compile(r"\d{1,18}", re.ASCII)
_WORDS = {"true": True, "false": False}


class _Wish(NamedTuple):
    after: int
    limit: int | None
    is_following: bool


def event_routes(system: Callable[[], System], entry: Entry[Principal]) -> list[BaseRoute]:
    """Make the route. `system` is asked for at each request, since there is none before the process serves."""

    async def answer(request: Request) -> Response:
        try:
            return await _answer(system(), entry, request)
        except Answer as given:
            return given.response
        except DATABASE_FAULTS:
            return Answer(503, Code.UNAVAILABLE, "The database does not answer. Try again later.").response

    return [Route("/events", answer, methods=["GET"], name="events")]


async def _answer(system: System, entry: Entry[Principal], request: Request) -> Response:
    """The log's lines; the first of them are read before anything is promised.

    Raises:
        Answer: who asks may not read it, or asks for what cannot be.
    """
    try:
        principal = await entry.admit(request.headers.get("authorization"))
    except ClientError as error:
        raise Answer(401, UNAUTHENTICATED, str(error), CHALLENGE) from None
    if principal.user.role is not Role.ADMIN:
        raise Answer(403, Code.FORBIDDEN, "Only ADMINs read the whole log. Ask with the key of one.")
    wish = _wish(request)
    if request.method == "HEAD":
        return Response(media_type=MEDIA_TYPE, headers=PRIVATE)
    lines = _Lines(system, principal, wish, request.app.state.hub)
    pieces = lines.live() if wish.is_following else lines.until_the_end()
    first = await anext(pieces, b"")
    return StreamingResponse(chained(first, pieces), headers=PRIVATE, media_type=MEDIA_TYPE)


class _Lines:
    """What one client reads: how far it has come, and how much it still wants."""

    def __init__(self, system: System, principal: Principal, wish: _Wish, hub: Hub) -> None:
        self._system = system
        self._principal = principal
        self._position = wish.after
        self._left = wish.limit
        self._hub = hub
        self._ever: FieldTypes = {}

    async def live(self) -> AsyncIterator[bytes]:
        """All that there is, then whatever comes, until the client goes or may not read it any more."""
        yield b""  # a client that waits for the first event knows that it is heard
        try:
            advances = cast(AsyncGenerator[None], self._hub.advances(self._principal.org_id))
            async with aclosing(advances) as turns:
                async for _ in turns:
                    async for piece in self.until_the_end():
                        yield piece
                    if self._left == 0 or not await self._organization():
                        return
        except Gap:
            return  # the log went back: whoever asks again is told by what it has

    async def until_the_end(self) -> AsyncIterator[bytes]:
        """What the log has, a batch at a time: the next is read when this one is sent."""
        while self._left != 0 and (organization := await self._organization()):
            wanted = BATCH if self._left is None else min(BATCH, self._left)
            batch = await self._system.store.select_notifications(organization.id, self._position + 1, wanted)
            if batch:
                self._position = batch[-1].position
                self._left = None if self._left is None else self._left - len(batch)
                types = await self._types(organization, batch)
                yield b"".join(event_line(recorded, organization, types) for recorded in batch)
            if len(batch) < wanted:
                return

    async def _organization(self) -> Organization | None:
        """As the log has it now; None: who asks may read it no longer."""
        organization = await self._system.states.organization(self._principal.org_id)
        principal = self._principal.within(organization)
        return organization if principal.is_admitted and principal.user.role is Role.ADMIN else None

    async def _types(self, organization: Organization, batch: list[RecordedEvent]) -> FieldTypes:
        """What the values of custom fields are; those that were deleted are looked up where they are told of."""
        types = {**self._ever, **field_types_of(organization)}
        if not any(names_unknown_fields(one, types) for one in batch):
            return types
        self._ever = await field_types(Reader(self._system.store.readers, organization.id, snapshot=False))
        return {**self._ever, **types}


def _wish(request: Request) -> _Wish:
    asked = request.query_params
    return _Wish(
        after=_number(asked.get("after", "0"), "after", "the position of the last event that you have, or 0"),
        limit=_number(asked["limit"], "limit", "how many events at most") if "limit" in asked else None,
        is_following=_truth(asked.get("follow", "false")),
    )


def _number(text: str, name: str, meaning: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise Answer(400, Code.INVALID, f"{name}: give {meaning}, as a whole number.")
    return int(text)


def _truth(text: str) -> bool:
    if text not in _WORDS:
        raise Answer(400, Code.INVALID, "follow: give true or false.")
    return _WORDS[text]
