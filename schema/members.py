"""Members: what users may do, whether they may come in, and what they say of themselves."""

from __future__ import annotations

import strawberry

from app.ids import UserId
from app.organization.members import ChangeRole, DeactivateUser, ReactivateUser
from app.organization.users import UpdateViewer
from schema.commands import CommandInput, Inputs, Payload, answer, change
from schema.context import Info
from schema.enums import Role
from schema.fields import plain, resolved
from schema.organization import User, user_with


@strawberry.type(description="What came of a command about a user.")
class _UserPayload(Payload):
    @resolved
    async def user(self, info: Info) -> User | None:
        """The user as it is now; null where nothing was done."""
        return await user_with(info.context, UserId(self.done.ids["user"])) if self.done else None


@strawberry.input(description="Somebody to shut out.")
class DeactivateUserInput(CommandInput):
    user_id: strawberry.ID = plain("The user.")


@strawberry.type(description="What deactivateUser did.")
class DeactivateUserPayload(_UserPayload):
    pass


@strawberry.input(description="Somebody to let in again.")
class ReactivateUserInput(CommandInput):
    user_id: strawberry.ID = plain("The user.")


@strawberry.type(description="What reactivateUser did.")
class ReactivateUserPayload(_UserPayload):
    pass


@strawberry.input(description="Somebody's new role.")
class ChangeRoleInput(CommandInput):
    user_id: strawberry.ID = plain("The user.")
    role: Role = plain("What the user may do from now on.")


@strawberry.type(description="What changeRole did.")
class ChangeRolePayload(_UserPayload):
    pass


@strawberry.input(description="Changes of what the viewer says of themselves. What is absent stays.")
class UpdateViewerInput(CommandInput):
    name: str | None = plain("At most 500 characters; never blank.", default=strawberry.UNSET)
    time_zone: str | None = plain("IANA name; null: the organization's.", default=strawberry.UNSET)


@strawberry.type(description="What updateViewer did.")
class UpdateViewerPayload(Payload):
    @resolved
    async def user(self, info: Info) -> User | None:
        """The viewer as it is now; null where nothing was done."""
        return await user_with(info.context, info.context.principal.user_id) if self.done else None


async def deactivate_user(info: Info, input: DeactivateUserInput) -> DeactivateUserPayload | None:
    """Shut a user out, as an ADMIN: no key of theirs works any more, and their websockets are closed."""

    def build(ids: Inputs) -> DeactivateUser:
        return DeactivateUser(user_id=ids.id("user", input.user_id, "user_id"))

    return await answer(info, DeactivateUserPayload, input, build)


async def reactivate_user(info: Info, input: ReactivateUserInput) -> ReactivateUserPayload | None:
    """Let a user in again, as an ADMIN. Keys that were not revoked work again."""

    def build(ids: Inputs) -> ReactivateUser:
        return ReactivateUser(user_id=ids.id("user", input.user_id, "user_id"))

    return await answer(info, ReactivateUserPayload, input, build)


async def change_role(info: Info, input: ChangeRoleInput) -> ChangeRolePayload | None:
    """Give a user another role, as an ADMIN. There is always one active ADMIN."""

    def build(ids: Inputs) -> ChangeRole:
        return ChangeRole(user_id=ids.id("user", input.user_id, "user_id"), role=input.role)

    return await answer(info, ChangeRolePayload, input, build)


async def update_viewer(info: Info, input: UpdateViewerInput) -> UpdateViewerPayload | None:
    """Change one's own name and time zone."""

    def build(_: Inputs) -> UpdateViewer:
        return UpdateViewer(name=change(input.name), time_zone=change(input.time_zone))

    return await answer(info, UpdateViewerPayload, input, build)
