"""From an input to a payload: ids read, the command run, refusals answered as values."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Annotated, Any, TypeVar
from uuid import UUID

import msgspec
import strawberry
from msgspec import UNSET as ABSENT
from msgspec import UnsetType

from app.event import Entry, Event
from app.ids import BadId, decode_id
from app.refusal import Refusal, Refused, refusals_of
from app.request import Command, Done, Idempotency
from app.text import Problems
from schema.context import Info
from schema.errors import UserError, user_error
from schema.fields import plain, resolved
from schema.ids import PREFIXES, InvalidId
from schema.scalars import Cursor

if TYPE_CHECKING:
    from schema.leads import Lead
    from schema.proposals import ProposedEvent

KEY_MAX = 255  # characters of an idempotency key
_NOBODY = UUID(int=0)
_NO_CONTENT = ("idempotency_key", "dry_run")  # of an input, that do not make it another one

T = TypeVar("T")


@strawberry.input
class CommandInput:
    """What the input of every mutation has."""

    idempotency_key: str | None = plain(
        "The same key with the same input answers the first result again.", default=strawberry.UNSET
    )
    dry_run: bool | None = plain(
        "True: nothing is done. wouldAppend tells the events that it would append now, errors what stands against it.",
        default=False,
    )


@strawberry.type
class Payload:
    """What every payload has. Objects are read after the commit, where they are asked for."""

    cursor: Cursor | None = plain(
        "The log behind this command: a feed resumed from here does not repeat it.", default=None
    )
    errors: list[UserError] = plain("What stood against it; empty: it is done.", default_factory=list)
    done: strawberry.Private[Done | None] = None
    proposed: strawberry.Private[Sequence[Entry[Event]] | None] = None

    @resolved
    def would_append(self, info: Info) -> list[Annotated[ProposedEvent, strawberry.lazy("schema.proposals")]] | None:
        """What a dry run found that the command would append now, in order; null where it was none, or is refused.

        The other fields of the payload show what there is now: what the command would make is null.
        """
        from schema.proposals import proposed_event_of

        organization = info.context.organization
        return None if self.proposed is None else [proposed_event_of(one, organization) for one in self.proposed]

    @resolved
    async def lead(self, info: Info) -> Annotated[Lead, strawberry.lazy("schema.leads")] | None:
        """The lead as it is now; null where nothing was done, or it was no lead's."""
        from schema.leads import lead_of

        if self.done is None or self.done.stream_id == info.context.organization.id:
            return None
        row = await info.context.lead_row(self.done.stream_id)
        return lead_of(row) if row else None


P = TypeVar("P", bound=Payload)


class Inputs:
    """Reads ids of an input; what is wrong with them is answered together."""

    def __init__(self) -> None:
        self._problems = Problems()

    def id(self, kind: str, value: str, *path: str) -> Any:
        """The UUID of a given id."""
        try:
            return decode_id(PREFIXES[kind], value)
        except BadId:
            self._problems.add(InvalidId(*path, prefix=PREFIXES[kind]))
            return _NOBODY

    def id_or_none(self, kind: str, value: object, *path: str) -> Any:
        """The UUID, or None where none is given."""
        given_value = given(value)
        return None if given_value is None else self.id(kind, str(given_value), *path)

    def ids(self, kind: str, values: Sequence[str], *path: str) -> tuple[Any, ...]:
        """The UUIDs of given ids."""
        return tuple(self.id(kind, value, *path, str(index)) for index, value in enumerate(values))

    def change(self, kind: str, value: object, *path: str) -> Any:
        """An update's id: absent means unchanged, null means cleared."""
        return ABSENT if value is strawberry.UNSET else self.id_or_none(kind, value, *path)

    def owner(self, value: object, *path: str) -> Any:
        """A user: absent stays absent, null stays null."""
        return self.change("user", value, *path)

    @property
    def refusals(self) -> Sequence[Refusal]:
        """What was noted so far."""
        return tuple(self._problems.refusals)

    def stop_if_any(self) -> None:
        """Raise what was noted.

        Raises:
            Refused: some id was none.
        """
        self._problems.stop_if_any()


def given(value: Any, default: Any = None) -> Any:
    """An optional argument's value: absent and null are the default."""
    return default if value is strawberry.UNSET or value is None else value


def change(value: Any) -> Any:
    """An update's value: absent means unchanged, null means cleared."""
    return ABSENT if value is strawberry.UNSET else value


def change_of(value: Any, read: Callable[[Any], T]) -> T | UnsetType | None:
    """As `change`, of what has to be read first."""
    return ABSENT if value is strawberry.UNSET else None if value is None else read(value)


async def answer(info: Info, payload: type[P], input: Any, build: Callable[[Inputs], Command]) -> P:
    """Run the command that an input means; refusals become the payload's errors."""
    context = info.context
    try:
        key = idempotency_of(info.field_name, input)
        inputs = Inputs()
        command = build(inputs)
        inputs.stop_if_any()
        if given(input.dry_run, False):
            proposal = await context.propose(command, key)
            return payload(done=proposal.done, proposed=proposal.entries)
        done = await context.run(command, key)
    except (Refusal, Refused) as error:
        return payload(errors=[user_error(refusal, context.organization) for refusal in refusals_of(error)])
    return payload(cursor=await context.cursor_at(done.position), done=done)


def idempotency_of(mutation: str, input: Any) -> Idempotency | None:
    """The input's key and what it stands for; None: it has none.

    Raises:
        Refused: the key is none.
    """
    key = given(input.idempotency_key)
    if key is None:
        return None
    problems = Problems()
    text = problems.required(key, "idempotency_key", limit=KEY_MAX)
    problems.stop_if_any()
    canonical = msgspec.json.encode([mutation, _content(input)], order="sorted")
    return Idempotency(key=text, fingerprint=hashlib.sha256(canonical).digest())


def key_of_part(whole: Idempotency, part: UUID) -> Idempotency:
    """The key of one of a mutation's several commands: the client's, and behind its greatest length the part."""
    return Idempotency(key=f"{whole.key:<{KEY_MAX + 1}}{part}", fingerprint=whole.fingerprint)


def client_key(key: str | None) -> str | None:
    """The key that the client sent, of a command's or of a part's; it ends in no white space."""
    return key if key is None or len(key) <= KEY_MAX else key[: KEY_MAX + 1].rstrip()


def _content(value: Any) -> Any:
    """An input without its key, without whether it is a dry run, and without what is absent, as JSON's own types."""
    if isinstance(value, list | tuple):
        return [_content(one) for one in value]
    if is_dataclass(value):
        entries = ((one.name, getattr(value, one.name)) for one in fields(value))
        return {
            name: _content(one)
            for name, one in entries
            if name not in _NO_CONTENT and not isinstance(one, UnsetType) and one is not strawberry.UNSET
        }
    return value
