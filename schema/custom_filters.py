"""Conditions on custom fields in filters, and what they mean for fields of each type."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import strawberry
from strawberry.scalars import JSON

from app.folding import bare, label_key
from app.ids import BadId, CustomFieldId, decode_id, past_id
from app.lead.field_values import read_day, read_instant, read_number
from app.lead.refusals import IdOfThePast
from app.organization.custom_fields import CustomField
from app.organization.organization import Organization
from app.vocabulary import CustomFieldTarget, CustomFieldType
from projections.lead_view.custom_criteria import CustomCriterion
from projections.lead_view.search_query import searched_words
from projections.lead_view.terms import number_of
from schema.commands import given
from schema.connections import LIST_MAX
from schema.fields import plain
from schema.filters import refused, storable
from schema.ids import PREFIXES, id_argument

CONDITIONS_MAX = 20  # in one filter
VALUES_MAX = 500  # in one filter
_TEXTS = (CustomFieldType.TEXT, CustomFieldType.TEXTAREA, CustomFieldType.HIDDEN)
_NAMED = {CustomFieldType.USER: "user", CustomFieldType.CONTACT: "contact"}
_READERS: dict[CustomFieldType, Callable[[Any], str | None]] = {
    CustomFieldType.NUMBER: read_number,
    CustomFieldType.DATE: read_day,
    CustomFieldType.DATETIME: read_instant,
}
_MEANT = {
    CustomFieldType.NUMBER: "a number, or a decimal as a string",
    CustomFieldType.DATE: 'a day such as "2026-11-22"',
    CustomFieldType.DATETIME: 'an instant such as "2026-11-22T08:30:00Z"',
}

Given = Sequence[tuple[Any, tuple[str, ...]]]  # values with their paths, one of which it must be


@strawberry.input(
    description="What the value of a custom field must be; what is given narrows. A field of contacts or opportunities "
    "means leads with one for which it holds. Neither case nor accents of texts matter."
)
class CustomFieldCondition:
    field_id: strawberry.ID = plain("The field.")
    equals: JSON | None = plain("It is this, or among several values there is this.", default=strawberry.UNSET)
    in_: list[JSON] | None = plain("As equals, for one of these; at most 100.", name="in", default=strawberry.UNSET)
    contains: JSON | None = plain(
        "Of a text: words that begin like these. Else as equals: one of its values is this.", default=strawberry.UNSET
    )
    gte: JSON | None = plain("This or more; of NUMBER, DATE and DATETIME.", default=strawberry.UNSET)
    lt: JSON | None = plain("Less than this; of NUMBER, DATE and DATETIME.", default=strawberry.UNSET)
    is_set: bool | None = plain("Whether there is any value.", default=strawberry.UNSET)
    not_: bool | None = plain("The opposite of all this together.", name="not", default=False)


def custom_criteria(
    conditions: Sequence[CustomFieldCondition], organization: Organization, *path: str
) -> tuple[CustomCriterion, ...]:
    """What some conditions mean.

    Raises:
        ClientError: INVALID, with the path of what is wrong.
    """
    if len(conditions) > CONDITIONS_MAX:
        raise refused(f"at most {CONDITIONS_MAX} conditions.", *path)
    if sum(len(given(one.in_, ())) for one in conditions) > VALUES_MAX:
        raise refused(f"at most {VALUES_MAX} values together.", *path)
    return tuple(_criterion(one, organization, *path, str(index)) for index, one in enumerate(conditions))


def _criterion(condition: CustomFieldCondition, organization: Organization, *path: str) -> CustomCriterion:
    field_id = CustomFieldId(id_argument("custom_field", condition.field_id, *path, "fieldId"))
    field = organization.custom_fields.get(field_id)
    if field is None:
        raise refused("there is no such custom field.", *path, "fieldId")
    if field.target is CustomFieldTarget.ACTIVITY:
        raise refused("leads are not found by custom fields of activities.", *path, "fieldId")
    sets, words = _sets(condition, field, *path), _words(condition, field, *path)
    bounds = [_bound(getattr(condition, word), field, *path, word) for word in ("gte", "lt")]
    is_set = given(condition.is_set)
    says_more = bool(sets) or words is not None or bounds != [None, None]
    if not says_more and is_set is None:
        raise refused("say what the value must be.", *path)
    negated = bool(given(condition.not_, False))
    if is_set is False and says_more:
        return CustomCriterion(field_id=field.id, exactly=[()], negated=negated)  # no value is both
    return CustomCriterion(
        field_id=field.id,
        of_lead=field.target is CustomFieldTarget.LEAD,
        exactly=_exactly(sets, field),
        only_first=not field.accepts_multiple_values,
        like=[[_text(value, field, *here) for value, here in one] for one in sets] if field.type in _TEXTS else (),
        words=words or (),
        numbers=_numbers(sets, field) if sets and field.type in _READERS else None,
        least=bounds[0],
        below=bounds[1],
        names_contact=field.type is CustomFieldType.CONTACT,
        negated=negated is not (is_set is False),
    )


def _sets(condition: CustomFieldCondition, field: CustomField, *path: str) -> list[Given]:
    """What equals, in and contains ask for: of each of these sets the value must be one."""
    sets: list[Given] = []
    if given(condition.equals) is not None:
        sets.append([(condition.equals, (*path, "equals"))])
    if given(condition.in_) is not None:
        values: Sequence[Any] = given(condition.in_)
        if len(values) > LIST_MAX:
            raise refused(f"at most {LIST_MAX} values.", *path, "in")
        sets.append([(value, (*path, "in", str(index))) for index, value in enumerate(values)])
    if given(condition.contains) is not None and not _has_words(field):
        sets.append([(condition.contains, (*path, "contains"))])
    return sets


def _exactly(sets: Sequence[Given], field: CustomField) -> list[list[str]]:
    """Choices and ids. Values that are no choice any more do not count."""
    if field.type is CustomFieldType.CHOICES:
        chosen = [[choice for value, here in one for choice in _choices(value, field, *here)] for one in sets]
        return chosen or [list(field.choices)]
    if field.type in _NAMED:
        return [[_id(value, field, *here) for value, here in one] for one in sets]
    return []


def _choices(value: Any, field: CustomField, *path: str) -> list[str]:
    """Those that are meant: that one alone which is written so, if there is one."""
    text = _text(value, field, *path)
    if text in field.choices:
        return [text]
    same = [choice for choice in field.choices if label_key(choice) == label_key(text)]
    return same or [choice for choice in field.choices if bare(choice) == bare(text)]


def _id(value: Any, field: CustomField, *path: str) -> str:
    kind = _NAMED[field.type]
    text = _text(value, field, *path)
    try:
        return str(decode_id(PREFIXES[kind], text))
    except BadId:
        if (past := past_id(text)) is not None:
            raise refused(IdOfThePast(*path, live_id=past[0]).message, *path) from None
        raise refused(f"the custom field {field.name} is compared with ids of a {kind}.", *path) from None


def _text(value: Any, field: CustomField, *path: str) -> str:
    if not isinstance(value, str):
        raise refused(f"the custom field {field.name} is compared with texts.", *path)
    return storable(value.strip(), *path)


def _has_words(field: CustomField) -> bool:
    return field.type in (CustomFieldType.TEXT, CustomFieldType.TEXTAREA)


def _words(condition: CustomFieldCondition, field: CustomField, *path: str) -> Sequence[str] | None:
    text = given(condition.contains)
    if text is None or not _has_words(field):
        return None
    return searched_words(_text(text, field, *path, "contains"))


def _numbers(sets: Sequence[Given], field: CustomField) -> list[Decimal]:
    """A value is alone: it is one of each set only if it is in all of them."""
    return sorted(set.intersection(*({_number(value, field, *here) for value, here in one} for one in sets)))


def _bound(value: object, field: CustomField, *path: str) -> Decimal | None:
    if given(value) is None:
        return None
    if field.type not in _READERS:
        raise refused(f"values of the custom field {field.name} have no order.", *path)
    return _number(value, field, *path)


def _number(value: Any, field: CustomField, *path: str) -> Decimal:
    text = _READERS[field.type](value)
    number = None if text is None else number_of((text,))
    if number is None:
        raise refused(f"the custom field {field.name} is compared with {_MEANT[field.type]}.", *path)
    return number
