"""Every refusal of a lead's commands; the docstring is the message."""

from app.countries import UnknownCountry as UnknownCountry
from app.refusal import Code, Refusal


class LeadNotFound(Refusal):
    """There is no such lead."""

    code = Code.NOT_FOUND


class IdOfThePast(Refusal):
    """This is an id of the past: use {live_id}."""


class LeadExists(Refusal):
    """This lead exists already."""

    code = Code.CONFLICT


class ContactNotFound(Refusal):
    """There is no such contact on this lead."""

    code = Code.NOT_FOUND


class OpportunityNotFound(Refusal):
    """There is no such opportunity."""

    code = Code.NOT_FOUND


class TaskNotFound(Refusal):
    """There is no such task."""

    code = Code.NOT_FOUND


class ActivityNotFound(Refusal):
    """There is no such activity."""

    code = Code.NOT_FOUND


class NoteNotFound(Refusal):
    """There is no such note."""

    code = Code.NOT_FOUND


class NotPinnable(Refusal):
    """Only notes and custom activities can be pinned."""


class TooManyPins(Refusal):
    """Unpin something first: {limit} activities are pinned."""

    code = Code.LIMIT_REACHED


class TooManyContacts(Refusal):
    """This lead has {limit} contacts already, which is the most it can have."""

    code = Code.LIMIT_REACHED


class TooManyOpportunities(Refusal):
    """This lead has {limit} opportunities already, which is the most it can have."""

    code = Code.LIMIT_REACHED


class TooManyOpenTasks(Refusal):
    """This lead has {limit} open tasks already. Complete some first."""

    code = Code.LIMIT_REACHED


class NotDeletable(Refusal):
    """The entry that says when the lead was created cannot be deleted."""

    code = Code.FORBIDDEN


class MergeEntryStays(Refusal):
    """The entry of a merge cannot be deleted. To take the merge back, un-merge the lead."""

    code = Code.FORBIDDEN


class SameLead(Refusal):
    """Both ids mean the same lead. Name two."""


class MergedAlready(Refusal):
    """This lead was merged into another one already."""

    code = Code.CONFLICT


class NotMerged(Refusal):
    """This lead is not merged into another one."""

    code = Code.CONFLICT


class MergedFurther(Refusal):
    """The lead that this one was merged into was itself merged into another one. Un-merge that one first."""

    code = Code.CONFLICT


class ConversationsMixed(Refusal):
    """E-mails have come since that belong to both leads, by conversations: nobody can say whose they would be."""

    code = Code.CONFLICT


class TooManyMerged(Refusal):
    """{limit} leads were merged into this one already, which is the most that there can be."""

    code = Code.LIMIT_REACHED


class InvalidPhone(Refusal):
    """{value} is no telephone number. Write it with its country code, such as +49 30 1234567, or name its country."""


class InvalidUrl(Refusal):
    """{value} is no web address. It begins with http:// or https:// or is a bare host name such as example.com."""


class PhoneExtension(Refusal):
    """{value} has an extension, which a telephone number in international form cannot hold. Leave it out."""


class EmptyAddress(Refusal):
    """Fill in at least one line of this address, or take it out of the list."""


class EmptyContact(Refusal):
    """Say something of this contact: a name, a title, an e-mail address, a phone number, a link or a custom value."""


class GivenTwice(Refusal):
    """This is in the list already. Give it once."""


class NotHttps(Refusal):
    """A recording's address must begin with https://."""


class OutOfRange(Refusal):
    """{value} is out of range: it must lie between {least} and {most}."""


class TooPrecise(Refusal):
    """{value} has more than {digits} digits after the point, more than any currency counts."""


class BothDueForms(Refusal):
    """Give either dueDate or dueAt, not both."""


class NothingWritten(Refusal):
    """Give the note a text, as text or as html, or a file."""


class CallNotFound(Refusal):
    """There is no such call."""

    code = Code.NOT_FOUND


class MeetingNotFound(Refusal):
    """There is no such meeting."""

    code = Code.NOT_FOUND


class NotOfThisKind(Refusal):
    """This activity is of the kind {found}, not {expected}. Use the command for that kind."""


class NotEditable(Refusal):
    """An entry of the kind {found} tells of what happened and cannot be edited."""

    code = Code.FORBIDDEN


class TooManyEdits(Refusal):
    """This was edited {limit} times, which is the most that is kept of one activity. Write a new one."""

    code = Code.LIMIT_REACHED


class NewStatusMissing(Refusal):
    """Give the new status: its id as newStatusId, or its label as newStatusLabel."""


class EndsBeforeStart(Refusal):
    """A meeting cannot end before it starts."""


class MeetingTooLong(Refusal):
    """A meeting of more than {days} days is a mistake. Log several."""


class NoSendingAccount(Refusal):
    """There is no sending account: only messages that were sent or received elsewhere can be logged."""

    code = Code.UNAVAILABLE


class WrongMessageStatus(Refusal):
    """A message {direction} cannot be logged as {status}."""


class SenderMissing(Refusal):
    """Say who sent it: a message that was received or failed has a sender."""


class NothingSent(Refusal):
    """Give the message a text or a file."""


class NotADraft(Refusal):
    """Only drafts of messages can be edited: this is none."""


class NotOfThisMessage(Refusal):
    """{message} has no such thing: leave it out."""


class ThreadNotFound(Refusal):
    """There is no such thread of e-mails."""

    code = Code.NOT_FOUND


class ThreadTooLarge(Refusal):
    """This thread has more than {limit} e-mails, too many to delete at once. Delete them one by one."""

    code = Code.LIMIT_REACHED


class MessageLogged(Refusal):
    """A message with this Message-ID is on this lead already."""

    code = Code.DUPLICATE


class FutureVersion(Refusal):
    """The lead is at version {current}; nobody can have seen version {expected} yet."""


class FieldNotFound(Refusal):
    """There is no such custom field in this organization."""

    code = Code.NOT_FOUND


class FieldOfAnotherTarget(Refusal):
    """The custom field {name} is a field of each {target}, not of this."""


class FieldOfAnotherType(Refusal):
    """The custom field {name} is a field of another type of activities."""


class FieldGivenTwice(Refusal):
    """This custom field is in the list already. Give each field once."""


class FieldNotEditable(Refusal):
    """Your role may not change the custom field {name}."""

    code = Code.FORBIDDEN


class OneValueForm(Refusal):
    """Give exactly one of set, add and remove for the custom field {name}."""


class NotMultiple(Refusal):
    """The custom field {name} has one value: set it, without a list."""


class NullValue(Refusal):
    """Null is no value. To unset the whole field, set it to null."""


class NotAChoice(Refusal):
    """{value} is no choice of the custom field {name}."""


class NumberInexact(Refusal):
    """{value} has more digits than a JSON number keeps. Write it as a decimal string."""


class UserUnknown(Refusal):
    """There is no user with this id or exact name in this organization."""

    code = Code.NOT_FOUND


class UserAmbiguous(Refusal):
    """{count} users are called {name}. Give the id of one of them."""


class InvalidFieldValue(Refusal):
    """{value} is no value of the custom field {name}: give {expected}."""


class CustomActivityNotFound(Refusal):
    """There is no such custom activity."""

    code = Code.NOT_FOUND


class ActivityTypeArchived(Refusal):
    """The custom activity type {name} is archived. Choose another one."""


class ActivityTypeNotEditable(Refusal):
    """Your role may not record or edit activities of the type {name}."""

    code = Code.FORBIDDEN


class RequiredValueMissing(Refusal):
    """A published activity needs a value of the custom field {name}. Fill it in, or keep the activity as a draft."""


class FileNotFound(Refusal):
    """This file is neither on this lead nor among your uploads of the last day. Upload it again."""

    code = Code.NOT_FOUND


class FileTooLarge(Refusal):
    """The file {name} has {size} bytes; at most {limit} can be attached here."""

    code = Code.TOO_LARGE
