"""Choices of a custom field: which lists of them are good, and how a list changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec import UNSET, UnsetType

from app.folding import label_key
from app.organization.custom_fields import (
    CHOICE_MAX,
    CHOICES_MAX,
    CustomFieldChoicesAdded,
    CustomFieldChoicesRemoved,
    CustomFieldChoicesReplaced,
)
from app.organization.event import OrganizationEvent
from app.organization.refusals import (
    BothChoiceForms,
    ChoicesMisplaced,
    ChoicesMissing,
    ChoiceTaken,
    TooManyChoices,
)
from app.text import Problems
from app.vocabulary import CustomFieldType

if TYPE_CHECKING:
    from app.organization.custom_fields import CustomField


def kept_choices(choices: Sequence[str], problems: Problems, word: str) -> tuple[str, ...]:
    """The choices as they are kept; blank ones, and two that are the same, are problems."""
    kept: dict[str, str] = {}
    for index, choice in enumerate(problems.bounded(choices, word, limit=CHOICES_MAX)):
        text = problems.required(choice, word, str(index), limit=CHOICE_MAX)
        if text and label_key(text) in kept:
            problems.add(ChoiceTaken(word, str(index), value=text))
        elif text:
            kept[label_key(text)] = text
    return tuple(kept.values())


@dataclass(frozen=True, kw_only=True)
class ChoicesChange:
    """Either a whole list, or some to add and some to remove: so that two people who do so at once lose nothing."""

    choices: tuple[str, ...] | UnsetType | None = UNSET
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()

    def decide(self, field: CustomField, problems: Problems) -> Sequence[OrganizationEvent]:
        """The facts that follow; what is wrong is noted. What is removed goes before what is added comes."""
        if field.type is not CustomFieldType.CHOICES:
            return self._refuse(problems)
        if self.choices is UNSET:
            return self._edited(field, problems)
        if self.add or self.remove:
            problems.add(BothChoiceForms("choices"))
            return ()
        return self._replaced(field, self.choices or (), problems)

    def _refuse(self, problems: Problems) -> Sequence[OrganizationEvent]:
        """A field of another type has none, and stays so."""
        for word, given in (("choices", self.choices), ("add_choices", self.add), ("remove_choices", self.remove)):
            if given:
                problems.add(ChoicesMisplaced(word))
        return ()

    def _replaced(self, field: CustomField, choices: Sequence[str], problems: Problems) -> Sequence[OrganizationEvent]:
        if not choices:
            problems.add(ChoicesMissing("choices"))
        after = kept_choices(choices, problems, "choices")
        if after == field.choices:
            return ()
        return (CustomFieldChoicesReplaced(field_id=field.id, before=field.choices, after=after),)

    def _edited(self, field: CustomField, problems: Problems) -> Sequence[OrganizationEvent]:
        """What is there already, or gone already, is as was wanted."""
        unwanted = {label_key(one) for one in kept_choices(self.remove, problems, "remove_choices")}
        left = {label_key(one): one for one in field.choices}
        removed = tuple(left.pop(key) for key in list(left) if key in unwanted)
        wanted = kept_choices(self.add, problems, "add_choices")
        for text in wanted:
            if left.get(label_key(text), text) != text:
                problems.add(ChoiceTaken("add_choices", str(self._place(text)), value=left[label_key(text)]))
        added = tuple(text for text in wanted if label_key(text) not in left)
        if len(left) + len(added) > CHOICES_MAX:
            problems.add(TooManyChoices("add_choices", limit=CHOICES_MAX))
        if not left and not added:
            problems.add(ChoicesMissing("remove_choices"))
        events: list[OrganizationEvent] = []
        if removed:
            events.append(CustomFieldChoicesRemoved(field_id=field.id, choices=removed))
        if added:
            events.append(CustomFieldChoicesAdded(field_id=field.id, choices=added))
        return events

    def _place(self, text: str) -> int:
        return [one.strip() for one in self.add].index(text)
