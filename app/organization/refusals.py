"""Every refusal of an organization's commands; the docstring is the message."""

from app.refusal import Code, Refusal


class StatusNotFound(Refusal):
    """There is no such lead status. Choose one of the organization's."""

    code = Code.NOT_FOUND


class StatusLabelNotFound(Refusal):
    """There is no lead status with the label {label}. Choose one of the organization's."""

    code = Code.NOT_FOUND


class StatusArchived(Refusal):
    """The lead status {label} is archived. Choose another one."""


class StatusInUse(Refusal):
    """Move the leads that have this status to another one first: {count} in all."""

    code = Code.CONFLICT


class LastStatus(Refusal):
    """This is the last lead status that is not archived; an organization needs one."""

    code = Code.CONFLICT


class TooManyStatuses(Refusal):
    """This organization has {limit} statuses already, which is the most it can have. Delete unused ones first."""

    code = Code.LIMIT_REACHED


class BothStatusForms(Refusal):
    """Give either status or statusId, not both."""


class StatusMissing(Refusal):
    """Give the new status: its id as statusId, or its label as status."""


class StageLabelNotFound(Refusal):
    """There is no opportunity status with the label {label}. Choose one of a pipeline's."""

    code = Code.NOT_FOUND


class OpportunityStatusNotFound(Refusal):
    """There is no such opportunity status. Choose one of the pipeline's."""

    code = Code.NOT_FOUND


class PipelineNotFound(Refusal):
    """There is no such pipeline."""

    code = Code.NOT_FOUND


class OpportunityStatusInUse(Refusal):
    """Move the opportunities in this status to another one first: {count} in all."""

    code = Code.CONFLICT


class LastOpportunityStatus(Refusal):
    """This is the organization's last opportunity status; new opportunities need one."""

    code = Code.CONFLICT


class PipelineNotEmpty(Refusal):
    """Delete the {count} statuses of this pipeline first, or move them to another one."""

    code = Code.CONFLICT


class PipelineEmpty(Refusal):
    """This pipeline has no statuses. Add one first, or choose another pipeline."""

    code = Code.CONFLICT


class LastPipeline(Refusal):
    """This is the last pipeline; an organization needs one."""

    code = Code.CONFLICT


class TooManyPipelines(Refusal):
    """This organization has {limit} pipelines already, which is the most it can have."""

    code = Code.LIMIT_REACHED


class StatusOfAnotherPipeline(Refusal):
    """This status belongs to another pipeline. Give one of the two."""


class UserNotFound(Refusal):
    """There is no such active user in this organization."""

    code = Code.NOT_FOUND


class UserExists(Refusal):
    """A user with this e-mail address is in the organization already."""

    code = Code.DUPLICATE


class UserIsInactive(Refusal):
    """The user with this e-mail address is deactivated. Reactivate that user instead of inviting somebody new."""

    code = Code.CONFLICT


class LastAdmin(Refusal):
    """This is the last active ADMIN of the organization. Make somebody else an ADMIN first."""

    code = Code.CONFLICT


class InvitationNotOpen(Refusal):
    """This link is wrong, used, replaced or too old. Ask for a new one."""

    code = Code.NOT_FOUND


class TooManyInvitations(Refusal):
    """There are {limit} open invitations already. Wait until some are accepted or run out."""

    code = Code.LIMIT_REACHED


class ApiKeyNotFound(Refusal):
    """There is no such API key. Perhaps it is revoked already."""

    code = Code.NOT_FOUND


class TooManyApiKeys(Refusal):
    """This user has {limit} API keys already. Revoke one that is not in use any more."""

    code = Code.LIMIT_REACHED


class VisibilityFieldNotFound(Refusal):
    """There is no such custom field. Choose one of the organization's."""

    code = Code.NOT_FOUND


class NotAVisibilityField(Refusal):
    """{name} names no users of a lead. Choose custom fields of leads that have the type USER."""


class LabelTaken(Refusal):
    """Another one has this label. Labels differ in more than upper and lower case."""

    code = Code.DUPLICATE


class NameTaken(Refusal):
    """Another one has this name. Names differ in more than upper and lower case."""

    code = Code.DUPLICATE


class ListedTwice(Refusal):
    """This one is in the list already. Name each once."""


class CustomFieldNotFound(Refusal):
    """There is no such custom field in this organization."""

    code = Code.NOT_FOUND


class NotOfTarget(Refusal):
    """The custom field {name} belongs to another target, or to another type of activities."""


class TooManyFields(Refusal):
    """This organization has {limit} custom fields already, which is the most it can have."""

    code = Code.LIMIT_REACHED


class CustomActivityTypeNotFound(Refusal):
    """There is no such custom activity type in this organization."""

    code = Code.NOT_FOUND


class TooManyActivityTypes(Refusal):
    """This organization has {limit} custom activity types already, which is the most it can have."""

    code = Code.LIMIT_REACHED


class ActivityTypeMissing(Refusal):
    """Say which custom activity type it is a field of: a field of activities belongs to one."""


class ActivityTypeMisplaced(Refusal):
    """Only custom fields of the target ACTIVITY belong to a custom activity type."""


class RequirementMisplaced(Refusal):
    """Only custom fields of activities can be required."""


class TextareaMisplaced(Refusal):
    """Only custom fields of activities are of the type TEXTAREA. Choose TEXT."""


class ChoicesMisplaced(Refusal):
    """Only custom fields of the type CHOICES have choices."""


class ChoicesMissing(Refusal):
    """Leave at least one choice: a custom field of the type CHOICES needs one."""


class ChoiceTaken(Refusal):
    """There is the choice {value} already. Choices differ in more than upper and lower case."""

    code = Code.DUPLICATE


class TooManyChoices(Refusal):
    """A custom field has at most {limit} choices. Remove some first."""

    code = Code.LIMIT_REACHED


class BothChoiceForms(Refusal):
    """Give either choices, or addChoices and removeChoices."""


class MultipleMisplaced(Refusal):
    """Only custom fields of the types CHOICES, USER and CONTACT accept multiple values."""


class UnknownTimeZone(Refusal):
    """{value} is no time zone of the IANA database, such as Europe/Berlin."""


class UnknownCurrency(Refusal):
    """{value} is no currency code of three capital letters, such as EUR."""


class NotAllowed(Refusal):
    """Only an ADMIN of the organization may do this."""

    code = Code.FORBIDDEN


class OrganizationExists(Refusal):
    """This organization exists already."""

    code = Code.CONFLICT
