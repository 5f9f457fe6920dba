"""The key: made once however many need it, or named by the operator; and what it signs is what C2SP says."""

from __future__ import annotations

import base64
import hashlib
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from app.operator_error import OperatorError
from app.private_file import make_private, read_private
from app.proof.checkpoints import checkpoint_of
from app.proof.keys import FILE, NoProofKey, ProofKeys
from app.proof_check import Refused, check_signature, parse_checkpoint, parse_key, signature_holds
from app.settings import Settings

# RFC 8032, 7.1: secret key, public key, message, signature.
VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
            "d25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
            "387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
            "4a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
]


@pytest.fixture
def keys(tmp_path: Path) -> ProofKeys:
    return ProofKeys(Settings(data_dir=tmp_path / "data"))


def pem(key: object, encryption: serialization.KeySerializationEncryption | None = None) -> str:
    assert isinstance(key, Ed25519PrivateKey)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption or serialization.NoEncryption()
    ).decode()


def test_a_key_is_made_once_and_is_ours_alone(keys: ProofKeys, tmp_path: Path) -> None:
    public = keys.public_bytes()
    path = tmp_path / "data" / FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert ProofKeys(Settings(data_dir=tmp_path / "data")).public_bytes() == public
    assert [one.name for one in path.parent.iterdir()] == [FILE]


def test_several_processes_that_need_it_first_have_the_same(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from app.settings import Settings; from app.proof.keys import ProofKeys;"
        "print(ProofKeys(Settings(data_dir=Path(sys.argv[1]))).public_bytes().hex())"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", program, tmp_path], stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    assert len({one.communicate()[0] for one in running}) == 1


def test_whoever_comes_second_gets_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    assert make_private(path, "one") == make_private(path, "two") == read_private(path) == "one"


def test_a_key_that_is_named_is_read_and_never_made(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    named = ProofKeys(Settings(data_dir=tmp_path, proof_key_file=path))
    with pytest.raises(NoProofKey, match="LEADSTREAM_PROOF_KEY_FILE"):
        named.public_bytes()
    assert not path.exists()
    key = Ed25519PrivateKey.generate()
    path.write_text(pem(key))
    assert (
        named.public_bytes() == key.public_key().public_bytes_raw()
    )  # no restart is needed for a key that was missing


def test_what_is_no_key_is_refused_with_what_to_set(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    encrypted = pem(Ed25519PrivateKey.generate(), serialization.BestAvailableEncryption(b"secret"))
    for text in ("", "no key", encrypted, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"):
        path.write_text(text)
        with pytest.raises(OperatorError, match=r"openssl genpkey -algorithm ed25519 -out FILE"):
            ProofKeys(Settings(proof_key_file=path)).sign(b"")
    path.write_bytes(b"\xff")
    with pytest.raises(NoProofKey):
        ProofKeys(Settings(proof_key_file=path)).sign(b"")


def test_a_data_directory_that_cannot_be_made_says_what_to_set(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NoProofKey, match="LEADSTREAM_PROOF_KEY_FILE"):
        ProofKeys(Settings(data_dir=tmp_path / "file" / "data")).sign(b"")


def test_names_of_logs_begin_with_what_the_settings_say() -> None:
    assert ProofKeys(Settings()).host == "leadstream"
    assert ProofKeys(Settings(app_url="https://crm.example.com/sales")).host == "crm.example.com/sales"
    named = replace(Settings(app_url="https://crm.example.com"), proof_origin="acme.example/log")
    assert ProofKeys(named).host == "acme.example/log"
    for text in ("a b", "a+b", "/", "a/"):
        with pytest.raises(OperatorError, match="LEADSTREAM_PROOF_ORIGIN"):
            Settings.load({"LEADSTREAM_PROOF_ORIGIN": text})


def test_a_checkpoint_is_a_signed_note_as_c2sp_has_it(keys: ProofKeys) -> None:
    root = hashlib.sha256(b"root").digest()
    made = checkpoint_of(keys, "orga_1", 7, root)
    body, signature = made.note.split("\n\n")
    assert body == f"leadstream/orga_1\n7\n{base64.b64encode(root).decode()}"
    mark, name, packed = signature.rstrip("\n").split(" ")
    assert (mark, name) == ("\N{EM DASH}", "leadstream/orga_1")
    signed = base64.b64decode(packed)
    key_id = hashlib.sha256(b"leadstream/orga_1\n\x01" + keys.public_bytes()).digest()[:4]
    assert signed[:4] == key_id
    Ed25519PublicKey.from_public_bytes(keys.public_bytes()).verify(signed[4:], f"{body}\n".encode())
    packed = base64.b64encode(b"\x01" + keys.public_bytes()).decode()
    assert made.public_key == f"{name}+{key_id.hex()}+{packed}"
    parsed = parse_checkpoint(made.note)
    assert (parsed.origin, parsed.size, parsed.root) == ("leadstream/orga_1", 7, root)
    assert check_signature(parsed, [parse_key(made.public_key)]).public == keys.public_bytes()


def test_signatures_of_others_may_stand_beside(keys: ProofKeys) -> None:
    made = checkpoint_of(keys, "orga_1", 7, bytes(32))
    witness = base64.b64encode(b"abcd" + bytes(64)).decode()
    check_signature(parse_checkpoint(f"{made.note}\N{EM DASH} witness {witness}\n"), [parse_key(made.public_key)])


def test_a_checkpoint_whose_key_is_not_known_is_refused(keys: ProofKeys, tmp_path: Path) -> None:
    parsed = parse_checkpoint(checkpoint_of(keys, "orga_1", 7, bytes(32)).note)
    other = checkpoint_of(ProofKeys(Settings(data_dir=tmp_path / "other")), "orga_1", 7, bytes(32))
    with pytest.raises(Refused):
        check_signature(parsed, [parse_key(other.public_key)])


@pytest.mark.parametrize("note", ["", "a\n1\n", "a\n1\nAA==\n\n", "a\n01\nAA==\n\n\N{EM DASH} a AAAA\n", "\n\n"])
def test_what_is_no_checkpoint_is_refused(note: str) -> None:
    with pytest.raises(Refused):
        parse_checkpoint(note)


@pytest.mark.parametrize("key", ["", "a", "a+b+c", "a+00000000+AQ==", f"a+00000000+{'A' * 44}"])
def test_what_is_no_key_of_a_note_is_refused(key: str) -> None:
    with pytest.raises(Refused):
        parse_key(key)


@pytest.mark.parametrize(("public", "message", "signature"), VECTORS)
def test_signatures_of_rfc_8032_hold(public: str, message: str, signature: str) -> None:
    words = [bytes.fromhex(one) for one in (public, message, signature)]
    assert signature_holds(*words)
    assert not signature_holds(words[0], words[1] + b"\0", words[2])
    for place in (0, 31, 32, 63):
        changed = bytearray(words[2])
        changed[place] ^= 1
        assert not signature_holds(words[0], words[1], bytes(changed))


@given(seed=st.binary(min_size=32, max_size=32), message=st.binary(max_size=200), flipped=st.integers(0, 511))
def test_signatures_hold_as_openssl_says(seed: bytes, message: bytes, flipped: int) -> None:
    key = Ed25519PrivateKey.from_private_bytes(seed)
    signature, public = key.sign(message), key.public_key().public_bytes_raw()
    assert signature_holds(public, message, signature)
    changed = (int.from_bytes(signature, "little") ^ 1 << flipped).to_bytes(64, "little")
    assert not signature_holds(public, message, changed)


def test_a_scalar_beyond_the_order_is_no_signature() -> None:
    """Else there would be two signatures of everything."""
    public, message, signature = (bytes.fromhex(one) for one in VECTORS[0])
    order = 2**252 + 27742317777372353535851937790883648493
    scalar = int.from_bytes(signature[32:], "little") + order
    assert not signature_holds(public, message, signature[:32] + scalar.to_bytes(32, "little"))


@pytest.mark.parametrize(
    "public", [b"", bytes(31), b"\xff" * 32, (2**255 - 19).to_bytes(32, "little"), b"\x02" + bytes(31)]
)
def test_what_is_no_point_signs_nothing(public: bytes) -> None:
    assert not signature_holds(public, b"", bytes(64))
