"""Proof over the API: whoever sees an event gets its proof; checkpoints and consistency are for everybody."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from app import proof_check
from app.ids import decode_id, uuid7
from app.proof_check import Checker, Refused
from app.vocabulary import Role
from schema.ids import public_id
from tests.support.api import Api, admin_of_new_organization
from tests.support.histories import log_calls
from tests.support.office import CommonDatabases
from tests.support.serving import serving

CHECKPOINT = "size rootHash note keyName publicKey"
CHECK = f"{{ checkpoint {{ {CHECKPOINT} }} }}"
AUDIT = f"""query ($id: ID!, $size: Long) {{ auditProof(eventId: $id, size: $size) {{
  position treeSize leaf leafHash hashes rootHash checkpoint {{ {CHECKPOINT} }} }} }}"""
CONSISTENCY = f"""query ($from: Long!, $to: Long) {{ consistencyProof(from: $from, to: $to) {{
  fromSize fromRootHash toSize toRootHash hashes checkpoint {{ {CHECKPOINT} }} }} }}"""
EVENTS = "query ($id: ID!) { lead(id: $id) { history { nodes { id position payloadHash type } } } }"


def events_of(api: Api, lead: str) -> list[Any]:
    nodes: list[Any] = api.ask(EVENTS, id=lead)["lead"]["history"]["nodes"]
    return nodes


@pytest.fixture
def event(api: Api, lead: str) -> Any:
    """The lead's first event."""
    return events_of(api, lead)[0]


def audit(api: Api, event_id: str, **more: Any) -> Any:
    return api.ask(AUDIT, id=event_id, **more)["auditProof"]


def test_an_event_that_was_just_recorded_is_proven(api: Api, event: Any) -> None:
    proof = audit(api, event["id"])
    assert proof["position"] == event["position"]
    leaf = json.loads(proof["leaf"])
    assert (leaf["name"], leaf["payloadHash"]) == ("lead.created", event["payloadHash"])
    assert "is at position" in Checker().inclusion(proof)


def test_every_event_is_proven_in_every_tree(api: Api, lead: str) -> None:
    log_calls(api, lead, 3)
    events = events_of(api, lead)
    last = audit(api, events[-1]["id"])["treeSize"]
    for one in events:
        for size in range(one["position"], last + 1):
            proof = audit(api, one["id"], size=size)
            assert proof["treeSize"] == proof["checkpoint"]["size"] == size
            Checker().inclusion(proof)


def test_a_later_log_is_consistent_with_an_earlier_checkpoint(api: Api, event: Any) -> None:
    audit(api, event["id"])
    earlier = api.ask(CHECK)["checkpoint"]
    for _ in range(3):
        later = events_of(api, api.lead())[-1]
        audit(api, later["id"])
    for size in range(1, earlier["size"] + 1):
        Checker().consistency(api.ask(CONSISTENCY, **{"from": size})["consistencyProof"])
    proof = api.ask(CONSISTENCY, **{"from": earlier["size"]})["consistencyProof"]
    assert proof["fromRootHash"] == earlier["rootHash"]
    assert proof["toSize"] > earlier["size"]
    same = api.ask(CONSISTENCY, **{"from": earlier["size"], "to": earlier["size"]})["consistencyProof"]
    assert same["hashes"] == []


def test_a_checkpoint_of_one_size_is_always_the_same(api: Api, event: Any) -> None:
    proof = audit(api, event["id"], size=event["position"])
    assert audit(api, event["id"], size=event["position"]) == proof
    assert proof["checkpoint"]["keyName"] == f"leadstream/{public_id('organization', api.org_id)}"


@pytest.mark.parametrize(
    ("document", "variables"),
    [
        (CONSISTENCY, {"from": 0}),
        (CONSISTENCY, {"from": 10_000}),
        (CONSISTENCY, {"from": 3, "to": 2}),
        (CONSISTENCY, {"from": 3, "to": 10_000}),
        (CONSISTENCY, {"from": 1, "to": 0}),
        (CONSISTENCY, {"from": -1}),
    ],
)
def test_trees_that_are_none_are_invalid(api: Api, event: Any, document: str, variables: Any) -> None:
    assert api.fault(document, **variables)[0] == "INVALID"


def test_a_tree_that_ends_before_the_event_is_invalid(api: Api, event: Any) -> None:
    for size in (0, event["position"] - 1, event["position"] + 10_000):
        assert api.fault(AUDIT, id=event["id"], size=size) == ("INVALID", ["auditProof"])


def test_a_wrong_id_is_invalid_and_an_unknown_one_is_null(api: Api, stranger: Api, lead: str, event: Any) -> None:
    assert api.fault(AUDIT, id=lead) == ("INVALID", ["auditProof"])
    assert audit(api, public_id("event", uuid7())) is None
    assert audit(stranger, event["id"]) is None


def test_members_get_proofs_of_what_they_see_and_all_get_checkpoints(api: Api, event: Any) -> None:
    founding = api.ask("{ events(first: 1) { nodes { id } } }")["events"]["nodes"][0]["id"]
    member = api.colleague()
    assert audit(member, event["id"]) is not None
    assert audit(member, founding) is None
    assert audit(api, founding) is not None
    restricted = api.colleague("res@example.com", Role.RESTRICTED)
    assert audit(restricted, event["id"]) is None
    assert restricted.ask(CHECK)["checkpoint"] is not None
    assert restricted.ask(CONSISTENCY, **{"from": 1})["consistencyProof"] is not None


def test_without_a_key_a_checkpoint_says_what_to_set(common_databases: CommonDatabases, tmp_path: Path) -> None:
    with serving(common_databases.of(18), proof_key_file=tmp_path / "nowhere") as site:
        api = admin_of_new_organization(site)
        (fault,) = api.faults(CHECK)
        assert fault["extensions"]["code"] == "UNAVAILABLE"
        assert "LEADSTREAM_PROOF_KEY_FILE" in fault["message"]
        assert str(tmp_path) not in fault["message"]
        event = events_of(api, api.lead())[0]
        answer = api.send(AUDIT, id=event["id"]).json()
        assert answer["data"]["auditProof"]["checkpoint"] is None
        assert len(answer["data"]["auditProof"]["hashes"]) > 0


def test_answers_are_checked_offline_as_they_are(api: Api, event: Any, tmp_path: Path) -> None:
    """The file alone, copied elsewhere, in a Python that finds nothing else."""
    checker = tmp_path / "check.py"
    checker.write_bytes(Path(proof_check.__file__).read_bytes())
    audit(api, event["id"])
    files = {
        "answer.json": json.dumps(api.send(AUDIT, id=event["id"]).json(), indent=2),
        "proof.json": json.dumps(audit(api, event["id"])),
        "consistency.json": json.dumps(api.ask(CONSISTENCY, **{"from": 2})),
        "note": api.ask(CHECK)["checkpoint"]["note"],
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, "utf-8")
    said = checked(tmp_path, *files)
    assert said.returncode == 0, said.stdout
    assert len(said.stdout.splitlines()) == 4
    key = api.ask(CHECK)["checkpoint"]["publicKey"]
    assert checked(tmp_path, "--key", key, *files).returncode == 0
    other = admin_of_new_organization(api.site).ask(CHECK)["checkpoint"]["publicKey"]
    said = checked(tmp_path, "--key", other, *files)
    assert (said.returncode, said.stdout.count("REFUSED")) == (1, 4)


def checked(directory: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", "check.py", *words], cwd=directory, capture_output=True, text=True, check=False
    )


def test_a_proof_of_which_anything_was_changed_is_refused(api: Api, lead: str) -> None:
    log_calls(api, lead, 5)
    event = events_of(api, lead)[2]
    proof = audit(api, event["id"])
    consistency = api.ask(CONSISTENCY, **{"from": event["position"]})["consistencyProof"]
    for check, value in ((Checker().inclusion, proof), (Checker().consistency, consistency)):
        check(value)
        for name, changed in variants(value):
            with pytest.raises(Refused):
                raise AssertionError(f"{name}: {type(check(changed))}")


def variants(value: Any, path: str = "") -> list[tuple[str, Any]]:
    """Values that differ in one place: in some character of each text, in a number, by a member gone or added."""
    if isinstance(value, dict):
        found: list[tuple[str, Any]] = [(f"{path}.{name} gone", {**value, name: None}) for name in value]
        found.append((f"{path} more", {**value, "more": 1}))
        return found + [
            (where, {**value, name: changed})
            for name, one in value.items()
            for where, changed in variants(one, f"{path}.{name}")
        ]
    if isinstance(value, list):
        found = [(f"{path} shorter", value[:-1]), (f"{path} longer", [*value, "00" * 32])]
        if len(value) > 1:
            found.append((f"{path} turned", value[::-1]))
        return found + [
            (where, [*value[:place], changed, *value[place + 1 :]])
            for place, one in enumerate(value)
            for where, changed in variants(one, f"{path}[{place}]")
        ]
    if isinstance(value, str):
        places = {*range(0, len(value), 1 + len(value) // 9), len(value) - 1}
        flipped = [value[:place] + chr(ord(value[place]) ^ 1) + value[place + 1 :] for place in places]
        return [(f"{path} as {one!r}", one) for one in [*flipped, value[:-1], value + " ", ""]]
    return [(path, value + 1), (path, str(value)), (path, float(value))]


def test_ids_in_leaves_are_those_of_the_api(api: Api, event: Any) -> None:
    leaf = json.loads(audit(api, event["id"])["leaf"])
    assert proof_check.public_id("ev", leaf["eventId"]) == event["id"]
    assert str(decode_id("ev", event["id"])) == leaf["eventId"]


def test_many_who_ask_at_once_for_what_is_not_sealed_yet_all_get_it(api: Api, lead: str) -> None:
    """More than there are connections: none of them waits for what another one holds."""
    log_calls(api, lead, 40)
    events = [one["id"] for one in events_of(api, lead)]
    with ThreadPoolExecutor(24) as pool:
        for proof in pool.map(lambda event: audit(api, event), events):
            Checker().inclusion(proof)
