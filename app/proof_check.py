"""Checks proofs of a Leadstream log, offline and alone: this file needs Python 3.9 or newer and nothing else.

    python proof_check.py [--key KEY]… FILE…

A FILE is
  * an inclusion or a consistency proof: the JSON that auditProof or consistencyProof answered;
  * an export of a whole log or of one lead: what export-log wrote;
  * a checkpoint, such as one that was kept from earlier: the signed note, as text.
Files that are given together are held against each other too: checkpoints of one log have to fit.

With --key (NAME+ID+BASE64) a signature counts only if it is by that key. Without, it is checked with the key that
stands in the file, and you have to find out by yourself whether that one is the log's.

Exit code 0: everything holds. 1: something does not, and it is said what. 2: the command line is wrong.
docs/proof.md of the project says what a proof shows, and what it does not.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

FORMAT = "leadstream-log/1"
ENVELOPE = {
    *("organizationId", "position", "streamId", "streamVersion", "eventId", "entityId", "name", "schemaVersion"),
    *("payloadHash", "recordedAt", "occurredAt", "actorUser", "actorKey", "source", "correlationId", "causationId"),
    "idempotencyKey",
}
BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
ED25519 = b"\x01"  # how signed notes call this kind of key
SIGNATURE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")
NUMBER = re.compile(r"0|[1-9][0-9]{0,15}")
LINE_MAX = 64 * 1024 * 1024  # characters of one line of an export


class Refused(Exception):
    """Something does not hold; the message says what."""


def require(holds: bool, why: str) -> None:
    """Refuse what does not hold."""
    if not holds:
        raise Refused(why)


# ---------------------------------------------------------------------- the tree of RFC 9162


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of a leaf's bytes."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two neighbours."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of_inclusion(index: int, size: int, hash_of_leaf: bytes, proof: Sequence[bytes]) -> bytes:
    """The root of the tree that an inclusion proof is of: RFC 9162, 2.1.3.2.

    Raises:
        Refused: it has not as many hashes as such a proof has.
    """
    require(0 <= index < size, "the position is outside of the tree")
    place, last, root = index, size - 1, hash_of_leaf
    for one in proof:
        require(last > 0, "the proof has too many hashes")
        if place & 1 or place == last:
            root = node_hash(one, root)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            root = node_hash(root, one)
        place, last = place >> 1, last >> 1
    require(last == 0, "the proof has too few hashes")
    return root


def check_consistency(first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]) -> None:
    """Check that the second tree begins with all of the first: RFC 9162, 2.1.4.2.

    Raises:
        Refused: it does not, or that is not proven.
    """
    require(0 < first <= second, "the trees have no such sizes")
    if first == second:
        require(not proof and first_root == second_root, "two trees of one size have different roots")
        return
    path = list(proof) if first & (first - 1) else [first_root, *proof]
    require(bool(path), "the proof has too few hashes")
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    one = other = path[0]
    for step in path[1:]:
        require(last > 0, "the proof has too many hashes")
        if place & 1 or place == last:
            one, other = node_hash(step, one), node_hash(step, other)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            other = node_hash(other, step)
        place, last = place >> 1, last >> 1
    require(last == 0, "the proof has too few hashes")
    require(one == first_root, "the earlier tree has another root")
    require(other == second_root, "the later tree has another root")


class Tree:
    """A tree that grows leaf by leaf; of it only the few hashes are kept that its root is folded of."""

    def __init__(self) -> None:
        self.size = 0
        self._full: list[tuple[int, bytes]] = []

    def add(self, hash_of_leaf: bytes) -> None:
        """One more leaf."""
        level, added = 0, hash_of_leaf
        while self._full and self._full[-1][0] == level:
            added = node_hash(self._full.pop()[1], added)
            level += 1
        self._full.append((level, added))
        self.size += 1

    def root(self) -> bytes:
        """The root as it is now."""
        if not self._full:
            return hashlib.sha256(b"").digest()
        root = self._full[-1][1]
        for _, left in reversed(self._full[:-1]):
            root = node_hash(left, root)
        return root


# ---------------------------------------------------------------------- Ed25519 of RFC 8032, checking alone

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
Point = tuple[int, int, int, int]


def signature_holds(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether a message bears this signature by this key."""
    point = _point(public_key)
    if point is None or len(signature) != 64:
        return False
    scalar = int.from_bytes(signature[32:], "little")
    if scalar >= ORDER:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public_key + message).digest(), "little") % ORDER
    negative = (P - point[0], point[1], point[2], P - point[3])
    return _packed(_sum(_times(scalar, BASE), _times(challenge, negative))) == signature[:32]


def _point(packed: bytes) -> Point | None:
    number = int.from_bytes(packed, "little")
    y, sign = number & 2**255 - 1, number >> 255
    if len(packed) != 32 or y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


def _packed(point: Point) -> bytes:
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def _sum(one: Point, other: Point) -> Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c = 2 * one[3] * other[3] * D % P
    d = 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(scalar: int, point: Point) -> Point:
    result: Point = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = _sum(result, point)
        point, scalar = _sum(point, point), scalar >> 1
    return result


def _base() -> Point:
    point = _point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
    assert point is not None
    return point


BASE = _base()


# ---------------------------------------------------------------------- checkpoints: C2SP signed-note, tlog-checkpoint


class Key(NamedTuple):
    """A key that signs checkpoints, as NAME+ID+BASE64 tells it."""

    name: str
    id: bytes
    public: bytes


class Checkpoint(NamedTuple):
    """What a signed note says of a log. `signatures` are name, id of the key, and the signature."""

    origin: str
    size: int
    root: bytes
    body: bytes
    signatures: tuple[tuple[str, bytes, bytes], ...]


def parse_key(text: str) -> Key:
    """A key out of its text.

    Raises:
        Refused: it is none.
    """
    name, _, rest = text.partition("+")
    id_text, _, encoded = rest.partition("+")
    packed = _unpacked(encoded, "the key")
    require(packed[:1] == ED25519 and len(packed) == 33, "the key is no Ed25519 key, as NAME+ID+BASE64 has it")
    key = Key(name, hashlib.sha256(name.encode() + b"\n" + packed).digest()[:4], packed[1:])
    require(key.id.hex() == id_text, "the key's id is not that of its name and bytes")
    return key


def parse_checkpoint(note: str) -> Checkpoint:
    """A checkpoint out of its note; nothing is said of its signatures yet.

    Raises:
        Refused: it is none.
    """
    body, separator, rest = note.rpartition("\n\n")
    require(bool(separator) and rest.endswith("\n"), "the checkpoint is no signed note")
    lines = body.split("\n")
    require(len(lines) >= 3 and bool(lines[0]), "the checkpoint has no origin, size and root")
    require(NUMBER.fullmatch(lines[1]) is not None, "the checkpoint's size is no number")
    root = _unpacked(lines[2], "the checkpoint's root")
    require(len(root) == 32, "the checkpoint's root is no hash")
    signatures = []
    for line in rest[:-1].split("\n"):
        found = SIGNATURE.fullmatch(line)
        if found is None:
            raise Refused("a signature of the checkpoint cannot be read")
        packed = _unpacked(found[2], "a signature of the checkpoint")
        signatures.append((found[1], packed[:4], packed[4:]))
    return Checkpoint(lines[0], int(lines[1]), root, (body + "\n").encode(), tuple(signatures))


def check_signature(checkpoint: Checkpoint, keys: Iterable[Key]) -> Key:
    """The one of some keys that signed; a signature in its name that does not hold is refused.

    Raises:
        Refused: none of them did.
    """
    signers = []
    for key in keys:
        for name, key_id, signature in checkpoint.signatures:
            if (name, key_id) == (key.name, key.id):
                require(
                    signature_holds(key.public, checkpoint.body, signature), "the checkpoint's signature does not hold"
                )
                signers.append(key)
    require(bool(signers), "the checkpoint is not signed by a key that is known")
    return signers[0]


def _unpacked(text: str, what: str) -> bytes:
    try:
        packed = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Refused(f"{what} is not written in base64") from None
    require(base64.b64encode(packed).decode() == text, f"{what} is not written in base64")
    return packed


# ---------------------------------------------------------------------- leaves and proofs


def parse_json(text: str) -> Any:
    """JSON in which no member stands twice.

    Raises:
        Refused: it is none.
    """
    try:
        return json.loads(text, object_pairs_hook=_members)
    except (ValueError, RecursionError) as error:
        raise Refused(f"this is no JSON: {error}") from None


def canonical(value: Any) -> bytes:
    """JSON as RFC 8785 writes it, for what has neither fractions nor names beyond ASCII.

    Raises:
        Refused: it has text that is no Unicode.
    """
    try:
        return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise Refused("it has text that is no Unicode") from None


def check_leaf(envelope: Any, payload: Any) -> bytes:
    """The leaf of an event whose payload, unless it is erased, is the one that was recorded.

    Raises:
        Refused: it is no event, or has another payload.
    """
    require(isinstance(envelope, dict) and envelope.keys() == ENVELOPE, "this is no envelope of an event")
    require(type(envelope["position"]) is int, "the position is no whole number")
    require(payload is None or isinstance(payload, str), "the payload is no text")
    if payload is not None:
        digest = hashlib.sha256(payload.encode("utf-8", "surrogatepass")).hexdigest()
        require(digest == envelope["payloadHash"], "the payload is not the one that was recorded")
    return canonical(envelope)


def public_id(prefix: str, uuid: Any) -> str:
    """An id as the API writes it."""
    try:
        number = int(str(uuid).replace("-", ""), 16)
    except ValueError:
        raise Refused(f"{uuid} is no id") from None
    digits = ""
    for _ in range(22):
        number, digit = divmod(number, 62)
        digits = BASE62[digit] + digits
    return f"{prefix}_{digits}"


def is_of(origin: str, envelope: dict[str, Any]) -> bool:
    """Whether a log of this origin is that of the event's organization."""
    return origin.rpartition("/")[2] == public_id("orga", envelope["organizationId"])


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    require(len(members) == len(pairs), "a member stands twice in the JSON")
    return members


def _hashes(value: Any) -> list[bytes]:
    require(isinstance(value, list) and all(isinstance(one, str) for one in value), "the hashes are no list of texts")
    return [_hash(one) for one in value]


def _hash(text: Any) -> bytes:
    require(isinstance(text, str) and re.fullmatch("[0-9a-f]{64}", text) is not None, "a hash is not 64 hex digits")
    return bytes.fromhex(text)


def _only(value: Any, needed: str, possible: str = "") -> dict[str, Any]:
    """An object that has what it needs, and nothing that nobody would check."""
    require(isinstance(value, dict), "an object is missing")
    members = {name: one for name, one in value.items() if name != "__typename"}
    for name in needed.split():
        require(name in members, f"{name} is missing")
    for name in members:
        require(name in needed.split() + possible.split(), f"nothing proves what {name} says: leave it out")
    return members


# ---------------------------------------------------------------------- files


NOTE, PROOF, EXPORT = "note", "proof", "export"  # kinds of files


class Checker:
    """Checks files, and keeps what each says of a log's roots, so that they can be held against each other."""

    def __init__(self, keys: Sequence[Key] = ()) -> None:
        self.keys = list(keys)
        self._along: list[Key] = []
        self._roots: dict[tuple[str, int], bytes] = {}

    def kept(self, path: str) -> Checkpoint:
        """A checkpoint out of a file of its own. Whether it is signed is said later, when more keys are known."""
        try:
            with open(path, encoding="utf-8", newline="\n") as file:  # noqa: PTH123
                checkpoint = parse_checkpoint(file.read(LINE_MAX))
        except (OSError, UnicodeDecodeError) as error:
            raise Refused(f"it cannot be read: {error}") from None
        self.remember(checkpoint.origin, checkpoint.size, checkpoint.root)
        return checkpoint

    def signed(self, checkpoint: Checkpoint) -> str:
        """A checkpoint that was kept, by a key that was named or that stood in another file."""
        require(bool(self.keys or self._along), "no key is known: name the log's with --key")
        check_signature(checkpoint, self.keys or self._along)
        return f"the checkpoint is {_of(checkpoint)}"

    def checkpoint(self, note: Any, public_key: Any = None) -> Checkpoint:
        """A checkpoint whose signature holds."""
        require(isinstance(note, str), "the checkpoint is no text")
        checkpoint = parse_checkpoint(note)
        along = [parse_key(public_key)] if isinstance(public_key, str) else []
        require(bool(self.keys or along), "no key is known: name the log's with --key")
        signer = check_signature(checkpoint, self.keys or along)
        require(not along or signer in along, "the key that stands in the file is not the one that signed")
        self._along += along
        self.remember(checkpoint.origin, checkpoint.size, checkpoint.root)
        return checkpoint

    def remember(self, origin: str, size: int, root: bytes) -> None:
        """A root that a log had."""
        known = self._roots.setdefault((origin, size), root)
        require(known == root, f"two roots are told of the first {size} events of {origin}: it was rewritten")

    def inclusion(self, value: Any) -> str:
        """An answer of auditProof."""
        given = _only(value, "leaf hashes checkpoint", "position treeSize leafHash rootHash")
        checkpoint = self._answered(given["checkpoint"])
        require(isinstance(given["leaf"], str), "the leaf is no text")
        envelope = parse_json(given["leaf"])
        leaf = check_leaf(envelope, None)
        require(leaf == given["leaf"].encode("utf-8", "surrogatepass"), "the leaf is not in its canonical form")
        position, hash_of_leaf = envelope["position"], leaf_hash(leaf)
        _agrees(given, {"position": position, "leafHash": hash_of_leaf.hex()})
        _agrees(given, {"treeSize": checkpoint.size, "rootHash": checkpoint.root.hex()})
        self._included(checkpoint, envelope, hash_of_leaf, _hashes(given["hashes"]))
        return f"event {public_id('ev', envelope['eventId'])} is at position {position} {_of(checkpoint)}"

    def consistency(self, value: Any) -> str:
        """An answer of consistencyProof."""
        given = _only(value, "fromSize fromRootHash hashes checkpoint", "toSize toRootHash")
        checkpoint = self._answered(given["checkpoint"])
        _agrees(given, {"toSize": checkpoint.size, "toRootHash": checkpoint.root.hex()})
        first, root = given["fromSize"], _hash(given["fromRootHash"])
        require(type(first) is int, "fromSize is no whole number")
        check_consistency(first, checkpoint.size, root, checkpoint.root, _hashes(given["hashes"]))
        self.remember(checkpoint.origin, first, root)
        return f"the {first} events with root {root.hex()} are the first {_of(checkpoint)}"

    def export(self, lines: Iterable[str]) -> str:
        """An export of a log or of a lead, line by line."""
        numbered = iter(enumerate(lines, start=1))
        header = _only(parse_json(next(numbered, (1, ""))[1]), "format organizationId leadId size")
        require(header["format"] == FORMAT, f"this is no export of the format {FORMAT}")
        require(type(header["size"]) is int, "the size is no whole number")
        reading = _Lead(self, header) if header["leadId"] is not None else _Log(self, header)
        for number, line in numbered:
            value = parse_json(line)
            if "checkpoint" in value:
                require(next(numbered, None) is None, "something follows the checkpoint")
                return reading.end(_only(value, "checkpoint publicKey events"))
            try:
                reading.event(value)
            except Refused as error:
                raise Refused(f"line {number}: {error}") from None
        raise Refused("it is cut off: it has no checkpoint at its end")

    def roots(self, organization: str) -> dict[int, bytes]:
        """Roots that are told of an organization's log, by size."""
        return {size: root for (origin, size), root in self._roots.items() if origin.rpartition("/")[2] == organization}

    def _answered(self, value: Any) -> Checkpoint:
        given = _only(value, "note", "size rootHash keyName publicKey")
        checkpoint = self.checkpoint(given["note"], given.get("publicKey"))
        told = {"size": checkpoint.size, "rootHash": checkpoint.root.hex(), "keyName": checkpoint.origin}
        _agrees(given, told)
        return checkpoint

    def _included(self, checkpoint: Checkpoint, envelope: Any, hash_of_leaf: bytes, hashes: Sequence[bytes]) -> None:
        require(is_of(checkpoint.origin, envelope), "the event is of another organization than the checkpoint")
        root = root_of_inclusion(envelope["position"] - 1, checkpoint.size, hash_of_leaf, hashes)
        require(root == checkpoint.root, "the event is not in the tree of the checkpoint")


class _Export:
    """What an export of any kind has."""

    is_whole = True

    def __init__(self, checker: Checker, header: dict[str, Any]) -> None:
        self.checker = checker
        self.header = header
        self.events = 0
        self.erased = 0

    def _read(self, value: Any, more: str = "") -> tuple[dict[str, Any], bytes, dict[str, Any]]:
        line = _only(value, f"envelope payload {more}")
        leaf = check_leaf(line["envelope"], line["payload"])
        organization = public_id("orga", line["envelope"]["organizationId"])
        require(organization == self.header["organizationId"], "the event is of another organization")
        self.events += 1
        self.erased += line["payload"] is None
        return line["envelope"], leaf_hash(leaf), line

    def _ended(self, last: dict[str, Any]) -> Checkpoint:
        checkpoint = self.checker.checkpoint(last["checkpoint"], last["publicKey"])
        organization = checkpoint.origin.rpartition("/")[2]
        require(organization == self.header["organizationId"], "the checkpoint is of another organization")
        require(checkpoint.size == self.header["size"], "the checkpoint is of another size")
        require(last["events"] == self.events, f"{last['events']} events were written, and {self.events} are there")
        return checkpoint

    def _said(self, checkpoint: Checkpoint) -> str:
        erased = f"; the payloads of {self.erased} are erased" if self.erased else ""
        return f"{'it has each' if self.is_whole else f'its {self.events} are'} {_of(checkpoint)}{erased}"


class _Log(_Export):
    """A whole log: its tree is made anew."""

    def __init__(self, checker: Checker, header: dict[str, Any]) -> None:
        super().__init__(checker, header)
        self._tree = Tree()
        self._told = checker.roots(header["organizationId"])

    def event(self, value: Any) -> None:
        """The next one."""
        envelope, hash_of_leaf, _ = self._read(value)
        position = envelope["position"]
        require(position == self._tree.size + 1, f"position {self._tree.size + 1} is missing: here is {position}")
        self._tree.add(hash_of_leaf)
        told = self._told.get(position)
        require(told in (None, self._tree.root()), f"an earlier checkpoint tells another root of {position} events")

    def end(self, last: dict[str, Any]) -> str:
        """The checkpoint."""
        checkpoint = self._ended(last)
        require(self._tree.size == checkpoint.size, f"the checkpoint is of {checkpoint.size} events")
        require(self._tree.root() == checkpoint.root, "these are not the events of the checkpoint")
        return self._said(checkpoint)


class _Lead(_Export):
    """A lead: each event has its own proof. What is missing at the end of its streams cannot be seen."""

    is_whole = False

    def __init__(self, checker: Checker, header: dict[str, Any]) -> None:
        super().__init__(checker, header)
        self._roots: dict[bytes, None] = {}
        self._last: dict[Any, int] = {}
        self._position = 0

    def event(self, value: Any) -> None:
        """The next one."""
        envelope, hash_of_leaf, line = self._read(value, "hashes")
        position, stream, version = envelope["position"], envelope["streamId"], envelope["streamVersion"]
        require(position > self._position, f"position {position} stands behind position {self._position}")
        follows = (self._last[stream] + 1,) if stream in self._last else (0, 1)
        require(version in follows, "an event of its stream is missing before it")
        self._position, self._last[stream] = position, version
        root = root_of_inclusion(position - 1, self.header["size"], hash_of_leaf, _hashes(line["hashes"]))
        self._roots[root] = None

    def end(self, last: dict[str, Any]) -> str:
        """The checkpoint."""
        checkpoint = self._ended(last)
        leads = {public_id("lead", stream) for stream in self._last}
        require(self.header["leadId"] in leads, "the lead of the first line has no event here")
        require(set(self._roots) <= {checkpoint.root}, "an event is not in the tree of the checkpoint")
        return self._said(checkpoint)


def check_file(checker: Checker, path: str) -> str:
    """What holds of a proof or an export, as a sentence.

    Raises:
        Refused: something does not.
    """
    try:
        # Not by the newlines of Unicode, some of which may stand in a text.
        with open(path, encoding="utf-8", newline="\n") as file:  # noqa: PTH123 - it is told a name
            first = file.readline(LINE_MAX)
            if _kind(first) == EXPORT:
                return checker.export(_lines(first, file))
            return _proof(checker, parse_json(first + file.read(LINE_MAX)))
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"it cannot be read: {error}") from None


def _lines(first: str, rest: Iterable[str]) -> Iterator[str]:
    yield first
    yield from rest


def _proof(checker: Checker, value: Any) -> str:
    """A proof, as it is or in the whole answer of the API."""
    checks = {"auditProof": checker.inclusion, "consistencyProof": checker.consistency}
    if isinstance(value, dict) and "data" in value and not value.get("errors"):
        value = value["data"]
    if isinstance(value, dict) and value and value.keys() <= checks.keys():
        return "; ".join(checks[name](one) for name, one in value.items())
    if isinstance(value, dict) and "fromSize" in value:
        return checker.consistency(value)
    return checker.inclusion(value)


def _agrees(given: dict[str, Any], told: dict[str, Any]) -> None:
    for name, value in told.items():
        if name in given:
            require(type(given[name]) is type(value) and given[name] == value, f"{name} is not what is proven: {value}")


def _of(checkpoint: Checkpoint) -> str:
    return f"of the {checkpoint.size} events of {checkpoint.origin}, root {checkpoint.root.hex()}"


def main(words: Sequence[str]) -> int:
    """Check files; the exit code."""
    files: list[str] = []
    keys: list[str] = []
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word == "--key" and rest:
            keys.append(rest.pop(0).strip())
        elif word.startswith("-"):
            files, rest = [], []
        else:
            files.append(word)
    if not files:
        sys.stderr.write(__doc__ or "")
        return 2
    return _checked(files, keys)


def _checked(files: Sequence[str], keys: Sequence[str]) -> int:
    try:
        checker = Checker([parse_key(key) for key in keys])
    except Refused as error:
        sys.stderr.write(f"--key: {error}\n")
        return 2
    kinds = {path: _kind_of_file(path) for path in sorted(files, key=_length)}
    notes: dict[str, Checkpoint] = {}

    def keep(path: str) -> None:
        notes[path] = checker.kept(path)

    def check(path: str) -> str:
        return check_file(checker, path)

    def check_note(path: str) -> str:
        return checker.signed(notes[path])

    # Kept checkpoints first, so that all that follows is held against them; whose they are is known at the end.
    steps = ((NOTE, keep), (PROOF, check), (EXPORT, check))
    holds = [_said(path, step) for kind, step in steps for path in kinds if kinds[path] == kind]
    holds += [_said(path, check_note) for path in notes]
    return 0 if all(holds) else 1


def _said(path: str, step: Callable[[str], str | None]) -> bool:
    try:
        sentence = step(path)
    except Refused as error:
        print(f"{path}: REFUSED: {error}")  # noqa: T201 - it is a program
        return False
    if sentence:
        print(f"{path}: {sentence}")  # noqa: T201
    return True


def _kind_of_file(path: str) -> str:
    try:
        with open(path, encoding="utf-8", newline="\n") as file:  # noqa: PTH123
            return _kind(file.readline(LINE_MAX))
    except (OSError, UnicodeDecodeError):
        return PROOF  # which it is refused as


def _length(path: str) -> int:
    """Of exports the longest last, which is held against the others."""
    try:
        return os.path.getsize(path)  # noqa: PTH202
    except OSError:
        return 0


def _kind(line: str) -> str:
    if not line.lstrip().startswith("{"):
        return NOTE
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return PROOF  # of several lines
    return EXPORT if "format" in value else PROOF


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
