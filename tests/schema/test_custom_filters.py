"""Filters of leads by custom fields: every condition on every type, right and wrong."""

from __future__ import annotations

from typing import Any

import pytest

from tests.schema.finding import LEADS, field, found, lead_with, refused
from tests.support.api import Api

DAYS = {"a": "2026-01-31", "b": "2026-02-01", "c": "1969-12-31"}
INSTANTS = {"a": "2026-01-31T23:30:00Z", "b": "2026-02-01T00:30:00.000001+01:00", "c": "1969-12-31T00:00:00Z"}
NUMBERS = {"a": 1, "b": "1250.50", "c": "-0.5"}


def by(api: Api, field_id: str, **condition: Any) -> set[str]:
    return found(api, customFields=[{"fieldId": field_id, **condition}])


def at(api: Api, field_id: str, **condition: Any) -> str:
    """Where a condition is refused."""
    return refused(api, customFields=[{"fieldId": field_id, **condition}]).removeprefix("customFields.0.")


def filled(api: Api, field_id: str, values: dict[str, Any]) -> str:
    """Leads with these values, called by the keys, and one without, called "none"."""
    for name, value in values.items():
        lead_with(api, name, field_id, value)
    api.lead(name="none")
    return field_id


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ({"equals": "Zürich"}, {"a", "b"}),
        ({"equals": "ZURICH "}, {"a", "b"}),
        ({"equals": "Zuric"}, set()),
        ({"equals": "C++"}, {"c"}),
        ({"equals": "C"}, set()),
        ({"in": ["c++", "zurich am see"]}, {"c", "d"}),
        ({"in": []}, set()),
        ({"contains": "zur"}, {"a", "b", "d"}),
        ({"contains": "SEE zü"}, {"d"}),
        ({"contains": "urich"}, set()),
        ({"contains": "!"}, {"a", "b", "c", "d"}),
        ({"contains": "zur", "equals": "zürich"}, {"a", "b"}),
        ({"equals": "zürich", "in": ["c++"]}, set()),
        ({"isSet": True}, {"a", "b", "c", "d"}),
        ({"isSet": False}, {"none"}),
        ({"isSet": True, "not": True}, {"none"}),
        ({"isSet": False, "not": True}, {"a", "b", "c", "d"}),
        ({"isSet": True, "equals": "C++"}, {"c"}),
        ({"isSet": False, "equals": "C++"}, set()),
        ({"isSet": False, "equals": "C++", "not": True}, {"a", "b", "c", "d", "none"}),
        ({"equals": "C++", "not": True}, {"a", "b", "d", "none"}),
        ({"contains": "see", "equals": "x", "not": True}, {"a", "b", "c", "d", "none"}),
        ({"in": [], "not": True}, {"a", "b", "c", "d", "none"}),
        ({"equals": "' | 'x:* & !y \\"}, set()),
        ({"equals": "🀄" * 2_000}, set()),
    ],
)
def test_texts(api: Api, condition: dict[str, Any], names: set[str]) -> None:
    field_id = filled(api, field(api, "TEXT"), {"a": "Zürich", "b": "zurich", "c": "C++", "d": "Zürich am See"})
    assert by(api, field_id, **condition) == names


def test_long_texts_are_told_apart_behind_what_an_index_holds(api: Api) -> None:
    field_id = filled(api, field(api, "TEXT"), {"a": "x" * 9_000, "b": "x" * 9_000 + "y"})
    assert (by(api, field_id, equals="x" * 9_000), by(api, field_id, equals="x" * 8_000)) == ({"a"}, set())


@pytest.mark.parametrize(
    ("kind", "values", "between"),
    [
        ("NUMBER", NUMBERS, (0, "1250.51")),
        ("DATE", DAYS, ("1970-01-01", "2026-02-02")),
        ("DATETIME", INSTANTS, ("1970-01-01T00:00:00Z", "2026-02-01T00:00:00Z")),
    ],
)
def test_what_has_an_order(api: Api, kind: str, values: dict[str, Any], between: tuple[Any, Any]) -> None:
    field_id = filled(api, field(api, kind), values)
    since, until = between
    assert by(api, field_id, gte=since) == by(api, field_id, gte=since, lt=until) == {"a", "b"}
    assert by(api, field_id, lt=since) == {"c"}
    assert by(api, field_id, gte=values["b"]) | by(api, field_id, lt=values["b"]) == {"a", "b", "c"}
    assert by(api, field_id, equals=values["b"]) == by(api, field_id, contains=values["b"]) == {"b"}
    assert by(api, field_id, **{"in": [values["a"], values["c"], since]}) == {"a", "c"}
    assert by(api, field_id, **{"in": [values["a"], values["c"]], "gte": since}) == {"a"}
    assert by(api, field_id, **{"in": [values["a"]], "equals": values["c"]}) == set()
    assert by(api, field_id, **{"gte": since, "lt": until, "not": True}) == {"c", "none"}
    assert by(api, field_id, isSet=False) == {"none"}


def test_numbers_are_the_same_however_they_are_written(api: Api) -> None:
    field_id = filled(api, field(api, "NUMBER"), {"a": "1250.50", "b": 0.1, "c": "-0"})
    for number in ("1250.5", 1250.5, "+1250.500"):
        assert by(api, field_id, equals=number) == {"a"}
    assert (by(api, field_id, equals="0.10"), by(api, field_id, equals=0)) == ({"b"}, {"c"})


def test_instants_are_the_same_in_every_zone(api: Api) -> None:
    field_id = filled(api, field(api, "DATETIME"), INSTANTS)
    assert by(api, field_id, equals="2026-02-01T00:30:00+01:00") == {"a"}
    assert by(api, field_id, gte="2026-01-31T23:30:00.000001Z") == {"b"}


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ({"equals": "A+"}, {"a", "ab"}),
        ({"equals": "a+"}, {"a", "ab"}),
        ({"equals": "A"}, {"plain"}),
        ({"contains": "B"}, {"ab"}),
        ({"equals": "A+", "contains": "B"}, {"ab"}),
        ({"in": ["B", "A"]}, {"ab", "plain"}),
        ({"equals": "Gone"}, set()),
        ({"isSet": True}, {"a", "ab", "plain"}),
        ({"isSet": False}, {"gone", "none"}),
        ({"equals": "A+", "not": True}, {"plain", "gone", "none"}),
    ],
)
def test_choices(api: Api, condition: dict[str, Any], names: set[str]) -> None:
    field_id = field(api, "CHOICES", choices=["A+", "A", "B", "Gone"], acceptsMultipleValues=True)
    filled(api, field_id, {"a": ["A+"], "ab": ["A+", "B", "Gone"], "plain": ["A"], "gone": ["Gone"]})
    api.do("updateCustomField", fieldId=field_id, choices=["A+", "A", "B"])
    assert by(api, field_id, **condition) == names


def test_a_choice_that_is_back_is_found_again(api: Api) -> None:
    field_id = filled(api, field(api, "CHOICES", choices=["A", "B"]), {"a": "A", "b": "B"})
    for choices, names in ((["A"], {"a"}), (["A", "B"], {"a", "b"})):
        api.do("updateCustomField", fieldId=field_id, choices=choices)
        assert by(api, field_id, isSet=True) == names


def test_of_several_choices_the_first_counts_once_one_alone_is_accepted(api: Api) -> None:
    field_id = field(api, "CHOICES", choices=["A", "B"], acceptsMultipleValues=True)
    filled(api, field_id, {"ab": ["A", "B"], "b": ["B"]})
    assert by(api, field_id, equals="B") == {"ab", "b"}
    api.do("updateCustomField", fieldId=field_id, acceptsMultipleValues=False)
    assert (by(api, field_id, equals="B"), by(api, field_id, equals="A")) == ({"b"}, {"ab"})
    assert by(api, field_id, equals="B", **{"not": True}) == {"ab", "none"}


def test_users(api: Api) -> None:
    me = api.ask("{ viewer { id } }")["viewer"]["id"]
    them = api.colleague().ask("{ viewer { id } }")["viewer"]["id"]
    field_id = filled(api, field(api, "USER", acceptsMultipleValues=True), {"a": me, "b": [me, them]})
    assert (by(api, field_id, equals=them), by(api, field_id, equals=me)) == ({"b"}, {"a", "b"})
    assert by(api, field_id, equals=me, contains=them) == {"b"}
    assert by(api, field_id, equals=them, **{"not": True}) == {"a", "none"}


def test_contacts_count_as_long_as_they_are_there(api: Api) -> None:
    field_id = field(api, "CONTACT")
    lead = api.lead(name="a", contacts=[{"name": "Lindsay"}])
    api.lead(name="none")
    contact = api.look(lead, "primaryContact { id }")["primaryContact"]["id"]
    api.do("updateLead", leadId=lead, customFields=[{"fieldId": field_id, "set": contact}])
    assert (by(api, field_id, equals=contact), by(api, field_id, isSet=True)) == ({"a"}, {"a"})
    api.do("removeContact", contactId=contact)
    assert (by(api, field_id, equals=contact), by(api, field_id, isSet=True)) == (set(), set())
    assert by(api, field_id, isSet=False) == {"a", "none"}


def test_hidden_texts(api: Api) -> None:
    field_id = filled(api, field(api, "HIDDEN"), {"a": "key 1", "b": {"x": 1}})
    assert (by(api, field_id, equals="KEY 1"), by(api, field_id, isSet=True)) == ({"a"}, {"a", "b"})


def test_a_field_of_contacts_means_one_contact_of_whom_all_holds(api: Api) -> None:
    field_id = field(api, "TEXT", target="CONTACT")
    for name, values in (("one", ["red hot"]), ("two", ["red", "hot"]), ("none", [None])):
        contacts = [{"name": "x", "customFields": [{"fieldId": field_id, "set": value}]} for value in values]
        api.lead(name=name, contacts=contacts)
    assert by(api, field_id, contains="red hot") == {"one"}
    assert by(api, field_id, contains="red") == {"one", "two"}
    assert by(api, field_id, contains="red hot", **{"not": True}) == {"two", "none"}
    assert by(api, field_id, isSet=False) == {"none"}


def test_a_field_of_opportunities_is_forgotten_with_the_opportunity(api: Api) -> None:
    field_id, lead = field(api, "NUMBER", target="OPPORTUNITY"), api.lead(name="a")
    text = field(api, "TEXT", target="OPPORTUNITY")
    values = [{"fieldId": field_id, "set": 7}, {"fieldId": text, "set": "x"}]
    made = api.do("addOpportunity", "opportunity { id }", leadId=lead, customFields=values)["opportunity"]["id"]
    assert by(api, field_id, gte=7) == by(api, text, equals="x") == {"a"}
    api.do("removeOpportunity", opportunityId=made)
    assert by(api, field_id, gte=7) == by(api, text, equals="x") == by(api, text, isSet=True) == set()


def test_a_value_is_found_as_it_is_now(api: Api) -> None:
    field_id = field(api, "TEXT")
    lead = lead_with(api, "a", field_id, "red")
    api.do("updateLead", leadId=lead, customFields=[{"fieldId": field_id, "set": "blue"}])
    assert (by(api, field_id, equals="red"), by(api, field_id, contains="bl")) == (set(), {"a"})
    api.do("updateLead", leadId=lead, customFields=[{"fieldId": field_id, "set": None}])
    assert by(api, field_id, contains="bl") == by(api, field_id, isSet=True) == set()


def test_conditions_narrow_each_other_and_other_filters(api: Api) -> None:
    text, number = field(api, "TEXT"), field(api, "NUMBER")
    for name, value, count in (("Bluth", "red", 1), ("Blue", "red", 2), ("Else", "red", 1)):
        api.lead(name=name, customFields=[{"fieldId": text, "set": value}, {"fieldId": number, "set": count}])
    conditions = [{"fieldId": text, "equals": "red"}, {"fieldId": number, "lt": 2}]
    assert found(api, customFields=conditions) == {"Bluth", "Else"}
    assert found(api, search="blu", customFields=conditions, hasOpenTask=False) == {"Bluth"}


@pytest.mark.parametrize(
    ("kind", "condition", "path"),
    [
        ("TEXT", {}, ""),
        ("TEXT", {"not": True}, ""),
        ("TEXT", {"equals": 1}, "equals"),
        ("TEXT", {"equals": None}, ""),
        ("TEXT", {"equals": ["a"]}, "equals"),
        ("TEXT", {"equals": "a\0"}, "equals"),
        ("TEXT", {"in": ["a", 1]}, "in.1"),
        ("TEXT", {"in": ["x"] * 101}, "in"),
        ("TEXT", {"contains": 1}, "contains"),
        ("TEXT", {"gte": "a"}, "gte"),
        ("CHOICES", {"lt": "a"}, "lt"),
        ("CHOICES", {"contains": 1}, "contains"),
        ("NUMBER", {"equals": "x"}, "equals"),
        ("NUMBER", {"equals": True}, "equals"),
        ("NUMBER", {"equals": "1e400"}, "equals"),
        ("NUMBER", {"gte": "NaN"}, "gte"),
        ("NUMBER", {"lt": "١٢"}, "lt"),
        ("NUMBER", {"in": [1, {}]}, "in.1"),
        ("DATE", {"gte": "2026-02-30"}, "gte"),
        ("DATE", {"equals": "2026-01-01T00:00:00Z"}, "equals"),
        ("DATETIME", {"lt": "2026-01-01"}, "lt"),
        ("DATETIME", {"lt": "2026-01-01T00:00:00"}, "lt"),
        ("USER", {"equals": "Ada"}, "equals"),
        ("USER", {"in": ["lead_0000000000000000000000"]}, "in.0"),
        ("CONTACT", {"contains": 5}, "contains"),
        ("HIDDEN", {"equals": {"x": 1}}, "equals"),
    ],
)
def test_what_no_value_can_be_is_refused_by_its_name(api: Api, kind: str, condition: dict[str, Any], path: str) -> None:
    field_id = field(api, kind, choices=["a"] if kind == "CHOICES" else [])
    assert at(api, field_id, **condition) == (path or "customFields.0")


def test_a_field_that_is_none_is_refused_by_its_name(api: Api, stranger: Api) -> None:
    gone = field(api, "TEXT")
    api.do("deleteCustomField", fieldId=gone)
    for field_id in (gone, field(stranger, "TEXT"), "lead_1", "cf_0000000000000000000000"):
        assert at(api, field_id, isSet=True) == "fieldId"


def test_more_than_can_be_asked_at_once_is_refused(api: Api) -> None:
    condition = {"fieldId": field(api, "TEXT"), "in": ["x"] * 100}
    assert refused(api, customFields=[condition] * 21) == "customFields"
    assert refused(api, customFields=[condition] * 6) == "customFields"
    long = {**condition, "in": [f"{number}🀄" * 200 for number in range(12)]}
    assert api.ask(LEADS, filter={"customFields": [long] * 5})["leads"]["nodes"] == []
