"""Expected failures as values: the `errors` of every payload."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, cast
from uuid import UUID

import msgspec
import strawberry
from strawberry.scalars import JSON

from app.lead.contact_changes import ContactsReordered
from app.refusal import Code, Refusal
from app.request import VersionConflict as VersionRefusal
from schema.context import Info
from schema.enums import ErrorCode
from schema.fields import plain, resolved
from schema.ids import public_id

if TYPE_CHECKING:
    from schema.leads import Lead


@strawberry.interface(description="A failure that the person can act on; anything else is a top-level error.")
class UserError:
    code: ErrorCode = plain("What a client's code branches on.")  # type: ignore[valid-type]
    reason: str = plain("Stable name of the rule, such as too_many_pins: finer than code, for translations.")
    params: JSON | None = plain('What the message fills in, such as {"limit": 5}.')
    message: str = plain("A sentence for the person who must act.")
    path: list[str] = plain('Input path, such as ["input", "contacts", "0", "emails", "0", "email"].')


@strawberry.type(name="Refusal", description="The state or the input forbids it.")
class RefusalError(UserError):
    pass


@strawberry.type(description="One field that differs between two moments of a lead.")
class LeadDifference:
    path: list[str] = plain("Where, in the words of this API.")
    before: JSON | None = plain("Its value before; null where it had none.")
    after: JSON | None = plain("Its value after; null where it has none.")


@strawberry.type(description="expectedVersion is stale: somebody changed what this input writes.")
class VersionConflict(UserError):
    current_version: int = plain("The lead's version now; send it as expectedVersion to overwrite.")
    differences: list[LeadDifference] = plain("What was changed since the version that you saw.")
    lead_id: strawberry.Private[UUID]

    @resolved
    async def lead(self, info: Info) -> Annotated[Lead, strawberry.lazy("schema.leads")] | None:
        """The lead as it is now."""
        from schema.leads import lead_of

        row = await info.context.lead_row(self.lead_id)
        return lead_of(row) if row else None


def user_error(refusal: Refusal) -> UserError:
    """A refusal as clients see it; its path begins with "input" and speaks their names."""
    path = ["input", *map(camel_case, refusal.path)]
    code = cast(Any, Code(refusal.code))
    params = plain_json(refusal.params) or None
    if isinstance(refusal, VersionRefusal):
        return VersionConflict(
            code=code,
            reason=refusal.reason,
            params=params,
            message=refusal.message,
            path=path,
            current_version=refusal.params["current"],
            differences=_differences(refusal),
            lead_id=refusal.lead_id,
        )
    return RefusalError(code=code, reason=refusal.reason, params=params, message=refusal.message, path=path)


def camel_case(name: str) -> str:
    """`due_at` as `dueAt`."""
    return re.sub("_([a-z])", lambda match: match.group(1).upper(), name)


def plain_json(value: Any) -> Any:
    """A value in which only JSON's own types are left."""
    return msgspec.to_builtins(value, builtin_types=(), str_keys=True)


def _differences(refusal: VersionRefusal) -> list[LeadDifference]:
    """The first value before and the last one after, for each thing that was changed."""
    found: dict[str, LeadDifference] = {}
    for fact in refusal.changes:
        if len(fact.event.touched) != 1:
            continue  # the lead's creation: there was nothing before it
        (word,) = fact.event.touched
        before, after = _sides(fact.event)
        known = found.get(word)
        path = _path(fact.event, word)
        found[word] = LeadDifference(path=path, before=known.before if known else before, after=after)
    return list(found.values())


def _path(event: Any, word: str) -> list[str]:
    """Where a fact's change is; of one of several contacts, with its id."""
    if event.entity != "contact_id":
        return [word]
    return ["contacts", public_id("contact", event.contact_id), word.rpartition(".")[2]]


def _sides(event: Any) -> tuple[Any, Any]:
    if hasattr(event, "before_id"):
        return public_id("status", event.before_id), public_id("status", event.after_id)
    if isinstance(event, ContactsReordered):
        before, after = ([public_id("contact", one) for one in order] for order in (event.before, event.after))
        return before, after
    return _in_our_words(plain_json(event.before)), _in_our_words(plain_json(event.after))


def _in_our_words(value: Any) -> Any:
    """Addresses, numbers and links with the field names that this API gives them."""
    if isinstance(value, list | tuple):
        return [_in_our_words(one) for one in value]
    if isinstance(value, dict):
        return {camel_case(name): one for name, one in value.items()}
    return value
