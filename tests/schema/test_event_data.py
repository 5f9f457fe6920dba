"""What clients see of an event: this API's ids, names and scalars, and nothing that lets somebody in."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given, settings

from app.event import Event
from app.ids import CustomFieldId, UserId
from app.lead.custom_values import CustomValueChanged
from app.vocabulary import CustomFieldTarget, CustomFieldType
from schema import event_data
from schema.event_data import SECRETS, holds_secrets, public_data, structs_in
from schema.ids import public_id, thread_public_id
from tests.app.test_golden import SAMPLES, Sample, decoded
from tests.support.acme import CONTACT, EMAIL_LOGGED, LEAD, MEMBER, OPPORTUNITY, TASK, THREAD, thing
from tests.support.any_event import EVENT_TYPES, any_event

SUSPICIOUS = re.compile(r"hash|token|secret|password|passphrase|credential|signature|private_key", re.IGNORECASE)
UUID_TEXT = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
HARMLESS: set[tuple[str, str]] = set()  # members that only sound like a secret


class Keyed(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    token_hash: str


class Vague(Event, frozen=True, kw_only=True, tag="test.vague"):
    thing: UUID


class DoorOpened(Event, frozen=True, kw_only=True, tag="test.door_opened"):
    by: UserId
    keys: tuple[Keyed, ...]
    password_hash: str


def members() -> set[tuple[str, str]]:
    return {(one.__name__, name) for kind in EVENT_TYPES for one in structs_in(kind) for name in one.__struct_fields__}


def test_what_sounds_like_a_secret_is_declared() -> None:
    suspicious = {(struct, name) for struct, name in members() if SUSPICIOUS.search(name)}
    assert suspicious <= SECRETS | HARMLESS, (
        "a secret goes into SECRETS of schema/event_data.py, the rest into HARMLESS"
    )


def test_what_is_declared_is_there() -> None:
    assert members() >= SECRETS | HARMLESS


def test_a_declared_secret_is_left_out_wherever_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = frozenset({("DoorOpened", "password_hash"), ("Keyed", "token_hash")})
    monkeypatch.setattr(event_data, "SECRETS", secrets)
    event = DoorOpened(by=MEMBER, keys=(Keyed(name="Front", token_hash="t"),), password_hash="p")
    assert public_data(event) == {"by": public_id("user", MEMBER), "keys": [{"name": "Front"}]}
    assert holds_secrets(DoorOpened)
    holds_secrets.cache_clear()
    event_data._struct.cache_clear()  # it was made with another list


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES.keys())
def test_every_event_has_data_without_a_bare_id(sample: Sample) -> None:
    data = public_data(decoded(sample))
    data.pop("customValues", None)  # what they name is another test's
    text = msgspec.json.encode(data).decode()
    assert not UUID_TEXT.search(text)


@given(event=any_event())
@settings(max_examples=200)
def test_data_of_any_event_is_json_in_this_apis_words(event: Event) -> None:
    data = public_data(event)
    assert msgspec.json.decode(msgspec.json.encode(data)) == data
    assert not [name for name in names_in(data) if "_" in name]


def names_in(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value) | {name for one in value.values() for name in names_in(one)}
    if isinstance(value, list):
        return {name for one in value for name in names_in(one)}
    return set()


def test_a_thread_has_the_id_that_clients_know() -> None:
    assert public_data(EMAIL_LOGGED)["threadId"] == thread_public_id(THREAD)


def test_values_that_name_somebody_are_ids_where_the_field_is_known() -> None:
    field = CustomFieldId(thing(77))
    event = CustomValueChanged(target=CustomFieldTarget.LEAD, owner_id=LEAD, field_id=field, after=(str(MEMBER),))
    assert public_data(event, {field: CustomFieldType.USER})["after"] == [public_id("user", MEMBER)]
    assert public_data(event, {field: CustomFieldType.TEXT})["after"] == [str(MEMBER)]


@pytest.mark.parametrize(
    ("target", "owner"),
    [
        (CustomFieldTarget.LEAD, LEAD),
        (CustomFieldTarget.CONTACT, CONTACT),
        (CustomFieldTarget.OPPORTUNITY, OPPORTUNITY),
    ],
)
def test_what_has_a_value_is_named_by_its_kind(target: CustomFieldTarget, owner: Any) -> None:
    event = CustomValueChanged(target=target, owner_id=owner, field_id=CustomFieldId(thing(77)))
    assert public_data(event)["ownerId"] == public_id(target.value.lower(), owner)


def test_a_bare_uuid_has_to_say_what_it_names() -> None:
    with pytest.raises(NotImplementedError):
        public_data(Vague(thing=TASK))


def test_structs_are_found_within_each_other() -> None:
    assert {one.__name__ for one in structs_in(DoorOpened)} == {"DoorOpened", "Keyed"}
