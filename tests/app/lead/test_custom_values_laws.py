"""Laws of custom values: whatever is put in and taken out, whatever numbers are written, whatever JSON is kept."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
from hypothesis import given as for_all
from hypothesis import strategies as st

from app.lead.custom_values import CustomValueChanged, ValueChange, valid_values
from app.lead.details import UpdateLead
from app.lead.field_values import NUMBER_DIGITS, read_day, read_instant, read_number
from app.refusal import Refused
from projections.lead_view.terms import number_of
from tests.support.acme import ACME_AND_PEOPLE, BY_ADMIN, LEAD, LEAD_CREATED, NOW
from tests.support.custom import FIELDS, HIDDEN, SLOGAN, TAGS, adding, definition, removing, setting
from tests.support.given import facts_of, ground, lead_of, organization_of

CHOICES = tuple("abcdef")
MANY = msgspec.structs.replace(TAGS, choices=CHOICES)
LISTS = st.lists(st.sampled_from(CHOICES), max_size=8)
BEGINNING = [*FIELDS, MANY, LEAD_CREATED]
FORMS = st.one_of(
    LISTS.map(lambda values: setting(MANY, values)),
    LISTS.map(lambda values: adding(MANY, *values)),
    LISTS.map(lambda values: removing(MANY, *values)),
)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


def after(*changes: ValueChange) -> tuple[list[CustomValueChanged], Any]:
    """What was decided, one input after the other, and the lead behind it."""
    events: list[Any] = []
    for change in changes:
        command = UpdateLead(lead_id=LEAD, custom_fields=(change,))
        facts = facts_of(ACME_AND_PEOPLE, [*BEGINNING, *events])
        state, situation = ground(command, facts, by=BY_ADMIN, now=NOW, answers={})
        events += command.decide(state, situation)  # type: ignore[arg-type]
    lead = lead_of(facts_of(ACME_AND_PEOPLE, [*BEGINNING, *events]))
    assert lead is not None
    return events, lead


def tags(*changes: ValueChange) -> tuple[str, ...]:
    found: tuple[str, ...] = after(*changes)[1].custom.get(MANY.field_id, ())
    return found


@for_all(st.lists(FORMS, max_size=5))
def test_a_value_never_has_an_entry_twice_and_every_fact_changes_something(changes: list[ValueChange]) -> None:
    events, lead = after(*changes)
    kept = lead.custom.get(MANY.field_id, ())
    assert len(set(kept)) == len(kept)
    assert all(event.before != event.after for event in events)
    assert (MANY.field_id in lead.custom) == bool(kept)
    assert [event.before for event in events[1:]] == [event.after for event in events[:-1]]


@for_all(LISTS, LISTS)
def test_what_was_added_and_is_removed_leaves_what_was_before(first: list[str], then: list[str]) -> None:
    new = [one for one in then if one not in first]
    assert tags(setting(MANY, first), adding(MANY, *new), removing(MANY, *new)) == tags(setting(MANY, first))


@for_all(LISTS, LISTS)
def test_adding_is_a_union_and_removing_a_difference(first: list[str], then: list[str]) -> None:
    assert set(tags(setting(MANY, first), adding(MANY, *then))) == {*first, *then}
    assert set(tags(setting(MANY, first), removing(MANY, *then))) == {*first} - {*then}


@for_all(LISTS, st.sets(st.sampled_from(CHOICES)), st.booleans())
def test_what_counts_is_kept_in_order_and_all_of_it_is_back_with_the_choices(
    values: list[str], choices: set[str], several: bool
) -> None:
    organization = organization_of(facts_of(ACME_AND_PEOPLE, FIELDS))
    kept = tuple(dict.fromkeys(values))
    fewer = msgspec.structs.replace(definition(MANY), choices=tuple(sorted(choices)), accepts_multiple_values=several)
    counting = [one for one in kept if one in choices]
    assert valid_values(fewer, kept, organization) == tuple(counting if several else counting[:1])
    assert valid_values(definition(MANY), kept, organization) == kept


NUMBERS = st.one_of(
    st.integers(-(10**51), 10**51),
    st.floats(),
    st.decimals(allow_nan=False, allow_infinity=False).map(lambda one: f"{one:f}"),
    st.from_regex(r"\A[+-]?[0-9]{1,30}(\.[0-9]{1,30})?\Z"),
    st.text(max_size=4),
)


@for_all(NUMBERS)
def test_a_number_that_is_read_is_plain_exact_and_read_again_as_it_is(written: Any) -> None:
    plain = read_number(written)
    if plain is None:
        return
    assert Decimal(plain) == Decimal(repr(written) if isinstance(written, float) else written)
    assert read_number(plain) == plain
    assert "E" not in plain.upper()
    assert len(plain.lstrip("-").replace(".", "")) <= NUMBER_DIGITS
    assert number_of((plain,)) == Decimal(plain)


@for_all(st.decimals(-(10**15), 10**15, places=2))
def test_decimals_up_to_ten_to_the_fifteenth_are_exact_to_the_cent(value: Decimal) -> None:
    assert Decimal(read_number(str(value)) or "") == value


@for_all(st.datetimes(), st.datetimes())
def test_instants_and_days_are_compared_as_they_follow_each_other(one: Any, other: Any) -> None:
    instants = [read_instant(f"{moment.isoformat(timespec='microseconds')}Z") for moment in (one, other)]
    numbers = [number_of((instant,)) for instant in instants]
    assert (numbers[0] < numbers[1], numbers[0] == numbers[1]) == (one < other, one == other)  # type: ignore[operator]
    assert [read_instant(instant) for instant in instants] == instants
    days = [read_day(moment.date().isoformat()) for moment in (one, other)]
    assert (number_of((days[0],)) < number_of((days[1],))) == (one.date() < other.date())  # type: ignore[operator]


@for_all(JSON)
def test_hidden_json_is_kept_as_it_is_or_refused(value: Any) -> None:
    try:
        events, lead = after(setting(HIDDEN, value))
    except Refused:
        return
    if value is None:
        assert events == []
        return
    assert lead.custom[HIDDEN.field_id] == (value,)
    (event,) = events
    assert msgspec.json.decode(msgspec.json.encode(event), type=CustomValueChanged) == event


@for_all(st.text())
def test_a_text_is_kept_as_it_is_or_refused_or_blank(text: str) -> None:
    try:
        _, lead = after(setting(SLOGAN, text))
    except Refused:
        assert "\0" in text or any("\ud800" <= one <= "\udfff" for one in text)
        return
    assert lead.custom.get(SLOGAN.field_id, ()) == ((text,) if text.strip() else ())
