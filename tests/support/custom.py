"""Custom fields of every type, with fixed ids, and a way to put them into an organization."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from app import onboarding
from app.ids import CustomFieldId, UserId, uuid7
from app.lead.custom_values import ValueChange
from app.organization.custom_fields import CustomField, CustomFieldCreated
from app.organization.event import OrganizationEvent
from app.organization.visibility import Visibility, VisibilityChanged
from app.situation import Situation
from app.vocabulary import CustomFieldTarget, CustomFieldType, Role, VisibilityBehavior
from schema.ids import public_id
from tests.support.acme import VISIT_TYPE, VISITS, thing
from tests.support.api import Api


def field(
    number: int,
    name: str,
    kind: CustomFieldType,
    target: CustomFieldTarget = CustomFieldTarget.LEAD,
    **others: Any,
) -> CustomFieldCreated:
    """The fact of a field whose id is the number's."""
    return CustomFieldCreated(
        field_id=CustomFieldId(thing(600 + number)), name=name, type=kind, target=target, **others
    )


SLOGAN = field(1, "Slogan", CustomFieldType.TEXT)
SCORE = field(2, "Score", CustomFieldType.NUMBER)
FOUNDED = field(3, "Founded", CustomFieldType.DATE)
SEEN = field(4, "Last seen", CustomFieldType.DATETIME)
REGION = field(5, "Region", CustomFieldType.CHOICES, choices=("North", "South", "Østerbro"))
TAGS = field(6, "Tags", CustomFieldType.CHOICES, choices=("a", "b", "c"), accepts_multiple_values=True)
OWNER = field(7, "Owner", CustomFieldType.USER)
TEAM = field(8, "Team", CustomFieldType.USER, accepts_multiple_values=True)
REFERRER = field(9, "Referrer", CustomFieldType.CONTACT)
BUYERS = field(10, "Buyers", CustomFieldType.CONTACT, accepts_multiple_values=True)
HIDDEN = field(11, "Payload", CustomFieldType.HIDDEN)
BUDGET = field(12, "Budget", CustomFieldType.NUMBER, editable_with_roles=(Role.ADMIN,))
NICKNAME = field(21, "Nickname", CustomFieldType.TEXT, CustomFieldTarget.CONTACT)
BOSS = field(22, "Boss", CustomFieldType.CONTACT, CustomFieldTarget.CONTACT)
MARGIN = field(31, "Margin", CustomFieldType.NUMBER, CustomFieldTarget.OPPORTUNITY)
CHAMPION = field(32, "Champion", CustomFieldType.CONTACT, CustomFieldTarget.OPPORTUNITY)

# Of custom activities of the type Visit, beside its Purpose.
REPORT = field(41, "Report", CustomFieldType.TEXTAREA, CustomFieldTarget.ACTIVITY, activity_type_id=VISITS)
MET = field(
    42,
    "Met",
    CustomFieldType.CONTACT,
    CustomFieldTarget.ACTIVITY,
    activity_type_id=VISITS,
    accepts_multiple_values=True,
)
TOPICS = field(
    43,
    "Topics",
    CustomFieldType.CHOICES,
    CustomFieldTarget.ACTIVITY,
    activity_type_id=VISITS,
    choices=("a", "b", "c"),
    accepts_multiple_values=True,
)
GUIDE = field(44, "Guide", CustomFieldType.USER, CustomFieldTarget.ACTIVITY, activity_type_id=VISITS)
ROUTE = field(45, "Route", CustomFieldType.HIDDEN, CustomFieldTarget.ACTIVITY, activity_type_id=VISITS)
VISIT_FIELDS = (VISIT_TYPE[1], REPORT, MET, TOPICS, GUIDE, ROUTE)

FIELDS = (
    *(SLOGAN, SCORE, FOUNDED, SEEN, REGION, TAGS, OWNER, TEAM, REFERRER, BUYERS, HIDDEN, BUDGET),
    *(NICKNAME, BOSS, MARGIN, CHAMPION),
)


def own(created: CustomFieldCreated) -> CustomFieldCreated:
    """The same field with an id of its own, for what looks at several organizations at once."""
    return msgspec.structs.replace(created, field_id=CustomFieldId(uuid7()))


def definition(created: CustomFieldCreated) -> CustomField:
    """What a field is as long as nobody changes it."""
    facts = msgspec.structs.asdict(created)
    names = {one.name for one in msgspec.structs.fields(CustomField)}
    return CustomField(id=created.field_id, **{name: value for name, value in facts.items() if name in names})


def setting(created: CustomFieldCreated, value: Any) -> ValueChange:
    """An input that replaces the whole value."""
    return ValueChange(field_id=created.field_id, set=value)


def adding(created: CustomFieldCreated, *values: Any) -> ValueChange:
    """An input that puts values in."""
    return ValueChange(field_id=created.field_id, add=values)


def removing(created: CustomFieldCreated, *values: Any) -> ValueChange:
    """An input that takes values out."""
    return ValueChange(field_id=created.field_id, remove=values)


@dataclass(frozen=True)
class Record:
    """A command that decides what it is told to: facts of the organization that a test begins with."""

    events: Sequence[OrganizationEvent]

    def decide(self, organization: object, at: Situation) -> Sequence[OrganizationEvent]:
        """They."""
        del organization, at
        return self.events


def record(api: Api, *events: OrganizationEvent) -> None:
    """Let this have happened in an organization that a front end looks at."""
    api.site.operate(api.site.system.dispatch.run(Record(events), onboarding.system_request(api.org_id)))


def public(created: CustomFieldCreated) -> str:
    """The id that clients see."""
    return public_id("custom_field", created.field_id)


def seen_by_named(*fields: CustomFieldCreated, allow_unassigned: bool = False) -> VisibilityChanged:
    """RESTRICTED users see leads in whose fields they are named."""
    behavior = VisibilityBehavior.ALLOW_UNASSIGNED if allow_unassigned else VisibilityBehavior.REQUIRE_ASSIGNMENT
    after = Visibility(field_ids=tuple(one.field_id for one in fields), behavior=behavior)
    return VisibilityChanged(before=Visibility(), after=after)


def user_named(user_id: UserId) -> str:
    """A user's id as clients see it."""
    return public_id("user", user_id)
