"""Every refusal of a desk's commands; the docstring is the message."""

from app.refusal import Code, Refusal


class ItemNotFound(Refusal):
    """There is no such item in your inbox, or not any more."""

    code = Code.NOT_FOUND


class NotYourItem(Refusal):
    """This is in somebody else's inbox: you can read it, and its owner alone can act on it."""

    code = Code.FORBIDDEN


class ItemIsDone(Refusal):
    """This item is done. Mark it as not done before it is snoozed."""


class SnoozeInThePast(Refusal):
    """An item can be snoozed until a moment that is still to come, not until {until}."""


class SnoozeTooFar(Refusal):
    """An item can be snoozed for {years} years at most, not until {until}."""
