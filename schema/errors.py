"""Expected failures as values: the `errors` of every payload."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, cast
from uuid import UUID

import strawberry
from strawberry.scalars import JSON

from app.organization.organization import Organization
from app.refusal import Code, Refusal
from app.request import VersionConflict as VersionRefusal
from app.undo.refusals import LaterChanges
from schema.context import Info
from schema.differences import LeadDifference, camel_case, differences_of, plain_json
from schema.enums import ErrorCode
from schema.fields import plain, resolved

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
            differences=differences_of(refusal, organization),
            lead_id=refusal.lead_id,
        )
    if isinstance(refusal, LaterChanges):
        from schema.undo_conflict import undo_conflict

        return undo_conflict(refusal, code=code, reason=refusal.reason, message=refusal.message, path=path)
    return RefusalError(code=code, reason=refusal.reason, params=params, message=refusal.message, path=path)
