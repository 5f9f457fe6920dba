"""Enums of the API: the application's own words, with a description for each value."""

from __future__ import annotations

from enum import Enum

import strawberry

from app.refusal import Code
from app.vocabulary import (
    ActivityKind,
    AddressLabel,
    AttendeeResponse,
    CallDisposition,
    ContactPointType,
    CustomFieldTarget,
    CustomFieldType,
    Direction,
    InboxItemKind,
    InboxView,
    MeetingStatus,
    MessageStatus,
    OpportunityStatusType,
    PublicationStatus,
    Role,
    TaskPriority,
    ValuePeriod,
    VisibilityBehavior,
)

__all__ = [
    "ActivityKind",
    "AddressLabel",
    "AttendeeResponse",
    "CallDisposition",
    "ContactPointType",
    "ContactSort",
    "CustomFieldTarget",
    "CustomFieldType",
    "Direction",
    "ErrorCode",
    "InboxItemKind",
    "InboxView",
    "LeadSort",
    "MeetingStatus",
    "MessageStatus",
    "OpportunitySort",
    "OpportunityStatusType",
    "PublicationStatus",
    "Role",
    "TaskPriority",
    "TaskSort",
    "ValuePeriod",
    "VisibilityBehavior",
]


class LeadSort(Enum):
    """What a list of leads is sorted by."""

    CREATED_DESC = "CREATED_DESC"
    CREATED_ASC = "CREATED_ASC"
    UPDATED_DESC = "UPDATED_DESC"
    UPDATED_ASC = "UPDATED_ASC"
    NAME_ASC = "NAME_ASC"
    NAME_DESC = "NAME_DESC"
    LAST_ACTIVITY_DESC = "LAST_ACTIVITY_DESC"
    LAST_ACTIVITY_ASC = "LAST_ACTIVITY_ASC"
    RELEVANCE = "RELEVANCE"


class ContactSort(Enum):
    """What a list of contacts is sorted by."""

    NAME_ASC = "NAME_ASC"
    NAME_DESC = "NAME_DESC"
    CREATED_ASC = "CREATED_ASC"
    CREATED_DESC = "CREATED_DESC"


class OpportunitySort(Enum):
    """What a list of opportunities is sorted by."""

    CREATED_DESC = "CREATED_DESC"
    CREATED_ASC = "CREATED_ASC"
    UPDATED_DESC = "UPDATED_DESC"
    DATE_WON_ASC = "DATE_WON_ASC"
    DATE_WON_DESC = "DATE_WON_DESC"
    VALUE_DESC = "VALUE_DESC"
    VALUE_ASC = "VALUE_ASC"


class TaskSort(Enum):
    """What a list of tasks is sorted by."""

    DUE_ASC = "DUE_ASC"
    CREATED_DESC = "CREATED_DESC"


ErrorCode = strawberry.enum(Code, name="ErrorCode", description="What a client's code branches on; `reason` is finer.")
for _kind in (
    ActivityKind,
    AddressLabel,
    AttendeeResponse,
    CallDisposition,
    ContactPointType,
    ContactSort,
    CustomFieldTarget,
    CustomFieldType,
    Direction,
    InboxItemKind,
    InboxView,
    LeadSort,
    MeetingStatus,
    MessageStatus,
    OpportunitySort,
    OpportunityStatusType,
    PublicationStatus,
    Role,
    TaskPriority,
    TaskSort,
    ValuePeriod,
    VisibilityBehavior,
):
    strawberry.enum(_kind, description=(_kind.__doc__ or "").strip())

VALUE_DESCRIPTIONS = {
    "ActivityKind": {
        "CALL": "A telephone call, or an attempt at one.",
        "EMAIL": "One message of an e-mail thread.",
        "SMS": "A text message.",
        "NOTE": "What somebody wrote down.",
        "CUSTOM": "An activity of a type that the organization defined.",
        "MEETING": "A meeting, to come or past.",
        "CREATED": "The lead came into being.",
        "LEAD_STATUS_CHANGE": "The lead went from one status to another.",
        "OPPORTUNITY_STATUS_CHANGE": "An opportunity went from one stage to another.",
        "TASK_COMPLETED": "Somebody finished a task.",
        "LEAD_MERGE": "Another lead was merged into this one.",
    },
    "AddressLabel": {"BUSINESS": "Where they work.", "MAILING": "Where post goes.", "OTHER": "Anything else."},
    "AttendeeResponse": {
        "YES": "Will be there.",
        "NO": "Will not be there.",
        "MAYBE": "May be there.",
        "NO_REPLY": "Has not answered.",
    },
    "CallDisposition": {
        "ANSWERED": "Somebody answered.",
        "NO_ANSWER": "Nobody answered.",
        "VOICEMAIL_LEFT": "We left a message on the customer's machine.",
        "VOICEMAIL_RECEIVED": "The customer left a message on ours.",
        "BUSY": "The line was busy.",
        "BLOCKED": "The number does not take our calls.",
        "ERROR": "The call failed for a technical reason.",
        "ABANDONED": "The caller hung up before anybody answered.",
    },
    "ContactPointType": {
        "OFFICE": "At work.",
        "MOBILE": "A mobile telephone.",
        "HOME": "At home.",
        "DIRECT": "A direct line.",
        "FAX": "A fax machine.",
        "URL": "A web page.",
        "OTHER": "Anything else.",
    },
    "ContactSort": {
        "NAME_ASC": "By name, without regard to case and accents; those without a name first.",
        "NAME_DESC": "By name, backwards.",
        "CREATED_ASC": "Oldest first.",
        "CREATED_DESC": "Newest first.",
    },
    "CustomFieldTarget": {
        "LEAD": "Of each lead.",
        "CONTACT": "Of each contact.",
        "OPPORTUNITY": "Of each opportunity.",
        "ACTIVITY": "Of each custom activity of one type.",
    },
    "CustomFieldType": {
        "TEXT": "Any text.",
        "TEXTAREA": "A text of several lines; for activities only.",
        "NUMBER": "A whole or decimal number; exact.",
        "DATE": "A calendar day.",
        "DATETIME": "An instant.",
        "CHOICES": "One of the field's choices, or several.",
        "USER": "A user of the organization, active or not, or several.",
        "CONTACT": "A contact of the same lead, or several.",
        "HIDDEN": "Any JSON; for programs, no front end shows it.",
    },
    "Direction": {"INBOUND": "From the customer to us.", "OUTBOUND": "From us to the customer."},
    "ErrorCode": {
        "NOT_FOUND": "There is no such thing, or not for you.",
        "FORBIDDEN": "It exists and you may see it, but you may not do this.",
        "INVALID": "The input is wrong; `path` says where.",
        "CONFLICT": "The present state stands against it.",
        "LIMIT_REACHED": "There are as many as there can be.",
        "DUPLICATE": "There is one already.",
        "TOO_LARGE": "It is larger than what is kept.",
        "IDEMPOTENCY_MISMATCH": "The idempotency key was used for another input.",
        "UNAVAILABLE": "What is needed for it is not set up.",
    },
    "InboxItemKind": {
        "TASK": "A task, from the day it is due; done when the task is.",
        "INCOMING_EMAIL": "E-mail that the owner received a copy of: what is unread of one thread.",
        "EMAIL_FOLLOWUP": "Nobody has answered an e-mail of the owner's by the moment that was set.",
        "MISSED_CALL": "A call that nobody took.",
        "VOICEMAIL": "A message that a customer left.",
        "DETACHED_CALL": "A call that was answered, from a number that no contact has.",
        "OPPORTUNITY_DUE": "An active opportunity has reached its dateWon.",
        "INCOMING_SMS": "A text message that came in.",
        "MENTION": "Somebody else named the owner in a note, or assigned them a task.",
    },
    "InboxView": {
        "INBOX": "To be handled now; oldest first by arrivedAt.",
        "FUTURE": "Snoozed, or not yet due; what comes next first.",
        "DONE": "Handled; what was done first is first.",
    },
    "LeadSort": {
        "CREATED_DESC": "Newest first.",
        "CREATED_ASC": "Oldest first.",
        "UPDATED_DESC": "Latest event first.",
        "UPDATED_ASC": "Latest event last.",
        "NAME_ASC": "By display name, without regard to case and accents.",
        "NAME_DESC": "By display name, backwards.",
        "LAST_ACTIVITY_DESC": "Latest activity first; leads without any at the end.",
        "LAST_ACTIVITY_ASC": "Latest activity last; leads without any first.",
        "RELEVANCE": "Of a search: the whole name first, then its beginning, its words, and whatever else matched.",
    },
    "MeetingStatus": {
        "UPCOMING": "It has not begun.",
        "IN_PROGRESS": "It has begun.",
        "COMPLETED": "It has ended.",
        "CANCELED": "It does not take place.",
    },
    "MessageStatus": {
        "INBOX": "Received.",
        "DRAFT": "Being written.",
        "SCHEDULED": "To be sent later.",
        "OUTBOX": "About to be sent.",
        "SENT": "Sent.",
        "ERROR": "Could not be sent.",
    },
    "OpportunitySort": {
        "CREATED_DESC": "Newest first.",
        "CREATED_ASC": "Oldest first.",
        "UPDATED_DESC": "Last changed first.",
        "DATE_WON_ASC": "Earliest dateWon first; those without one at the end.",
        "DATE_WON_DESC": "Latest dateWon first; those without one at the end.",
        "VALUE_DESC": "Highest value first; those without one at the end.",
        "VALUE_ASC": "Lowest value first; those without one at the end.",
    },
    "OpportunityStatusType": {"ACTIVE": "Still open.", "WON": "Ended well.", "LOST": "Ended badly."},
    "PublicationStatus": {
        "DRAFT": "Being written; required fields may be empty.",
        "PUBLISHED": "Finished; every required field had a value when it was last written.",
    },
    "Role": {
        "ADMIN": "May change the organization too.",
        "MEMBER": "Works with leads.",
        "RESTRICTED": "Works with those leads in whose visibility fields the user is named.",
    },
    "TaskPriority": {"HIGH": "Before all others.", "MEDIUM": "Before normal ones.", "NORMAL": "As usual."},
    "TaskSort": {
        "DUE_ASC": "Due first at the front. A calendar day stands before the instants of the same day where the viewer "
        "is; those that are due whenever stand at the end, oldest first.",
        "CREATED_DESC": "Newest first.",
    },
    "ValuePeriod": {"ONE_TIME": "Paid once.", "MONTHLY": "Paid every month.", "ANNUAL": "Paid every year."},
    "VisibilityBehavior": {
        "REQUIRE_ASSIGNMENT": "Nothing of them.",
        "ALLOW_UNASSIGNED": "All of them.",
    },
}
