"""Events are for ever: a sample of every event ever released, in every shape, can still be read.

A sample is the payload as the log holds it, in tests/app/golden/<name>.<schema version>.json; where one payload
cannot fill every field, more of them stand beside it as <name>.<schema version>.<case>.json. Samples are never
changed: a new event, shape or optional field gets a new one, with every field filled as life would fill it:

    .venv/bin/python -c 'from tests.app.test_golden import *; keep(LeadRenamed(before="Acme", after="Ajax"))'
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from app.codecs import EVENTS
from app.event import Event
from app.lead.details import LeadRenamed
from app.lead.event import LeadEvent
from app.store.store import payload_hash
from tests.support.any_event import EVENT_TYPES
from tests.support.recorded import recorded

GOLDEN = Path(__file__).parent / "golden"


class Sample(NamedTuple):
    name: str
    schema_version: int
    payload: bytes


def samples() -> dict[str, Sample]:
    found = {}
    for path in sorted(GOLDEN.glob("*.json")):
        family, verb, version, *_ = path.name.split(".")
        found[path.stem] = Sample(f"{family}.{verb}", int(version), path.read_bytes().removesuffix(b"\n"))
    return found


def keep(event: Event, case: str = "") -> Path:
    """Write an event down as a sample; one that is there already is not touched."""
    name, schema_version, payload, _ = EVENTS.encode(event)
    path = GOLDEN / ".".join(filter(None, [name, str(schema_version), case, "json"]))
    with path.open("xb") as file:
        file.write(payload + b"\n")
    return path


def decoded(sample: Sample) -> Event:
    return EVENTS.decode(
        recorded(
            LeadRenamed(),
            name=sample.name,
            schema_version=sample.schema_version,
            payload=sample.payload,
            payload_hash=payload_hash(sample.payload),
        )
    )


SAMPLES = samples()
TYPES = {kind.event_name(): kind for kind in EVENT_TYPES}
each = pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES.keys())


def test_every_event_has_a_sample_of_every_shape() -> None:
    shapes = {(name, version) for name in EVENTS.names for version in range(1, TYPES[name].schema_version + 1)}
    assert shapes == {(sample.name, sample.schema_version) for sample in SAMPLES.values()}


@each
def test_every_sample_can_be_read(sample: Sample) -> None:
    assert decoded(sample).event_name() == sample.name


@each
def test_a_sample_of_the_present_shape_is_written_as_it_was(sample: Sample) -> None:
    if sample.schema_version == TYPES[sample.name].schema_version:
        assert EVENTS.encode(decoded(sample))[2] == sample.payload


@pytest.mark.parametrize("name", EVENTS.names)
def test_samples_of_the_present_shape_fill_every_field(name: str) -> None:
    """So that renaming one is noticed."""
    kind = TYPES[name]
    filled = {"event"}
    for sample in SAMPLES.values():
        if (sample.name, sample.schema_version) == (name, kind.schema_version):
            filled |= msgspec.json.decode(sample.payload).keys()
    own = {field.encode_name for field in msgspec.structs.fields(kind)} - set(LeadEvent.__struct_fields__)
    assert own <= filled


def test_there_is_a_sample_of_what_every_fact_about_a_lead_may_say() -> None:
    filled = {member for sample in SAMPLES.values() for member in msgspec.json.decode(sample.payload)}
    assert set(LeadEvent.__struct_fields__) <= filled
