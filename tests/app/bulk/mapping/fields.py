"""Custom fields for tests of maps."""

from __future__ import annotations

from app.ids import CustomFieldId
from app.organization.field_edits import CreateCustomField
from app.vocabulary import CustomFieldTarget, CustomFieldType
from tests.support.office import Office


async def make_field(
    office: Office,
    name: str,
    type: CustomFieldType = CustomFieldType.TEXT,  # noqa: A002  # as the command calls it
    *,
    target: CustomFieldTarget = CustomFieldTarget.LEAD,
    choices: tuple[str, ...] = (),
    multiple: bool = False,
) -> CustomFieldId:
    """A new custom field."""
    command = CreateCustomField(target=target, name=name, type=type, choices=choices, accepts_multiple_values=multiple)
    await office.run(command)
    return command.field_id
