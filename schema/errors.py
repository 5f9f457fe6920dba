"""Expected failures as values: the `errors` of every payload."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any, cast
from uuid import UUID

import msgspec
import strawberry
from strawberry.scalars import JSON

from app.ids import CustomFieldId
from app.lead.custom_values import CustomValueChanged
from app.organization.organization import Organization
from app.refusal import Code, Refusal
from app.request import VersionConflict as VersionRefusal
from app.vocabulary import CustomFieldTarget
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


def user_error(refusal: Refusal, organization: Organization) -> UserError:
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
            differences=_differences(refusal, organization),
            lead_id=refusal.lead_id,
        )
    return RefusalError(code=code, reason=refusal.reason, params=params, message=refusal.message, path=path)


def camel_case(name: str) -> str:
    """`due_at` as `dueAt`."""
    return re.sub("_([a-z])", lambda match: match.group(1).upper(), name)


def plain_json(value: Any) -> Any:
    """A value in which only JSON's own types are left."""
    return msgspec.to_builtins(value, builtin_types=(), str_keys=True)


def _differences(refusal: VersionRefusal, organization: Organization) -> list[LeadDifference]:
    """The first value before and the last one after, for each thing that was changed."""
    found: dict[str, LeadDifference] = {}
    custom = [fact.event for fact in refusal.changes if isinstance(fact.event, CustomValueChanged)]
    for fact in refusal.changes:
        if isinstance(fact.event, CustomValueChanged):
            continue  # told by themselves, below
        if len(fact.event.touched) != 1:
            continue  # the lead's creation: there was nothing before it
        (path,) = fact.event.touched
        before, after = _sides(fact.event)
        known = found.get(path)
        found[path] = LeadDifference(path=[path], before=known.before if known else before, after=after)
    return [*found.values(), *_custom_differences(custom, organization)]


def _custom_differences(events: Iterable[CustomValueChanged], organization: Organization) -> Iterable[LeadDifference]:
    """Values of custom fields as they are shown; those of a field that was deleted are not."""
    from schema.custom_values import value_of

    changed: dict[tuple[UUID, CustomFieldId], tuple[CustomValueChanged, CustomValueChanged]] = {}
    for event in events:
        first, _ = changed.get((event.owner_id, event.field_id), (event, event))
        changed[event.owner_id, event.field_id] = first, event
    for first, last in changed.values():
        field = organization.custom_fields.get(last.field_id)
        if field is not None:
            path = [*_way_to(last), "customFields", public_id("custom field", field.id)]
            before, after = value_of(field, first.before), value_of(field, last.after)
            yield LeadDifference(path=path, before=before, after=after)


def _way_to(event: CustomValueChanged) -> list[str]:
    """From the lead to what has the field."""
    match event.target:
        case CustomFieldTarget.CONTACT:
            return ["contacts", public_id("contact", event.owner_id)]
        case CustomFieldTarget.OPPORTUNITY:
            return ["opportunities", public_id("opportunity", event.owner_id)]
        case _:
            return []


def _sides(event: Any) -> tuple[Any, Any]:
    if hasattr(event, "before_id"):
        return public_id("status", event.before_id), public_id("status", event.after_id)
    return plain_json(event.before), plain_json(event.after)
