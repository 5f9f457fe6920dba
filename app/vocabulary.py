"""Words that organization and lead share: closed lists of values that events store as text."""

from enum import StrEnum


class Role(StrEnum):
    """What a user may do in an organization. RESTRICTED sees only some leads."""

    ADMIN = "ADMIN"
    MEMBER = "MEMBER"
    RESTRICTED = "RESTRICTED"


class VisibilityBehavior(StrEnum):
    """What RESTRICTED users see of leads in whose visibility fields nobody is named."""

    REQUIRE_ASSIGNMENT = "REQUIRE_ASSIGNMENT"
    ALLOW_UNASSIGNED = "ALLOW_UNASSIGNED"


class CustomFieldTarget(StrEnum):
    """What a custom field is a field of."""

    LEAD = "LEAD"
    CONTACT = "CONTACT"
    OPPORTUNITY = "OPPORTUNITY"
    ACTIVITY = "ACTIVITY"


class CustomFieldType(StrEnum):
    """What values of a custom field are. TEXTAREA is for activities only."""

    TEXT = "TEXT"
    TEXTAREA = "TEXTAREA"
    NUMBER = "NUMBER"
    DATE = "DATE"
    DATETIME = "DATETIME"
    CHOICES = "CHOICES"
    USER = "USER"
    CONTACT = "CONTACT"
    HIDDEN = "HIDDEN"


class OpportunityStatusType(StrEnum):
    """Whether an opportunity in this status is still open, and how it ended."""

    ACTIVE = "ACTIVE"
    WON = "WON"
    LOST = "LOST"


class ActivityKind(StrEnum):
    """Kinds of items in a lead's history."""

    CALL = "CALL"
    EMAIL = "EMAIL"
    SMS = "SMS"
    NOTE = "NOTE"
    CUSTOM = "CUSTOM"
    MEETING = "MEETING"
    CREATED = "CREATED"
    LEAD_STATUS_CHANGE = "LEAD_STATUS_CHANGE"
    OPPORTUNITY_STATUS_CHANGE = "OPPORTUNITY_STATUS_CHANGE"
    TASK_COMPLETED = "TASK_COMPLETED"
    LEAD_MERGE = "LEAD_MERGE"


class PublicationStatus(StrEnum):
    """Whether a custom activity is finished. PUBLISHED: every required field has a value."""

    DRAFT = "DRAFT"
    PUBLISHED = "PUBLISHED"


class Direction(StrEnum):
    """INBOUND: from the customer to us."""

    INBOUND = "INBOUND"
    OUTBOUND = "OUTBOUND"


class CallDisposition(StrEnum):
    """How a call ended."""

    ANSWERED = "ANSWERED"
    NO_ANSWER = "NO_ANSWER"
    VOICEMAIL_LEFT = "VOICEMAIL_LEFT"
    VOICEMAIL_RECEIVED = "VOICEMAIL_RECEIVED"
    BUSY = "BUSY"
    BLOCKED = "BLOCKED"
    ERROR = "ERROR"
    ABANDONED = "ABANDONED"


class InboxItemKind(StrEnum):
    """Why something stands in somebody's inbox."""

    TASK = "TASK"
    INCOMING_EMAIL = "INCOMING_EMAIL"
    EMAIL_FOLLOWUP = "EMAIL_FOLLOWUP"
    MISSED_CALL = "MISSED_CALL"
    VOICEMAIL = "VOICEMAIL"
    DETACHED_CALL = "DETACHED_CALL"
    OPPORTUNITY_DUE = "OPPORTUNITY_DUE"
    INCOMING_SMS = "INCOMING_SMS"
    MENTION = "MENTION"


class InboxView(StrEnum):
    """The parts of an inbox. INBOX: to be handled now; FUTURE: snoozed, or not yet due."""

    INBOX = "INBOX"
    FUTURE = "FUTURE"
    DONE = "DONE"


class MeetingStatus(StrEnum):
    """Where a meeting stands. But for CANCELED the clock says so."""

    UPCOMING = "UPCOMING"
    IN_PROGRESS = "IN_PROGRESS"
    COMPLETED = "COMPLETED"
    CANCELED = "CANCELED"


class AttendeeResponse(StrEnum):
    """What somebody answered to an invitation."""

    YES = "YES"
    NO = "NO"
    MAYBE = "MAYBE"
    NO_REPLY = "NO_REPLY"


class MessageStatus(StrEnum):
    """Where a message stands. INBOX: received; SENT: it left us."""

    INBOX = "INBOX"
    DRAFT = "DRAFT"
    SCHEDULED = "SCHEDULED"
    OUTBOX = "OUTBOX"
    SENT = "SENT"
    ERROR = "ERROR"


class ContactPointType(StrEnum):
    """What an address, number or link is for."""

    OFFICE = "OFFICE"
    MOBILE = "MOBILE"
    HOME = "HOME"
    DIRECT = "DIRECT"
    FAX = "FAX"
    URL = "URL"
    OTHER = "OTHER"


class AddressLabel(StrEnum):
    """What a postal address is for."""

    BUSINESS = "BUSINESS"
    MAILING = "MAILING"
    OTHER = "OTHER"


class ValuePeriod(StrEnum):
    """How often an opportunity's value is paid."""

    ONE_TIME = "ONE_TIME"
    MONTHLY = "MONTHLY"
    ANNUAL = "ANNUAL"


class TaskPriority(StrEnum):
    """How urgent a task is; NORMAL unless said otherwise."""

    HIGH = "HIGH"
    MEDIUM = "MEDIUM"
    NORMAL = "NORMAL"
