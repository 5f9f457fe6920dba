"""Checkpoints: the size and root of a log, signed. C2SP's tlog-checkpoint in a signed-note, with Ed25519."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass

from app.proof.keys import ProofKeys
from app.proof_check import ED25519

KEY_ID_BYTES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """What a log was like at a size, and who says so.

    Attributes:
        note: the signed text, as auditors keep it.
        key_name: whose the signature is; the same as the log's origin.
        public_key: by which it is checked, as C2SP writes verifier keys: NAME+ID+BASE64.
    """

    size: int
    root: bytes
    note: str
    key_name: str
    public_key: str


def checkpoint_of(keys: ProofKeys, organization: str, size: int, root: bytes) -> Checkpoint:
    """The signed checkpoint of a log. It is always the same one: nothing of it has to be kept.

    Args:
        organization: its public id.

    Raises:
        NoProofKey: there is none to sign with.
    """
    origin = f"{keys.host}/{organization}"
    body = f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n"
    packed = ED25519 + keys.public_bytes()
    key_id = hashlib.sha256(f"{origin}\n".encode() + packed).digest()[:KEY_ID_BYTES]
    signature = base64.b64encode(key_id + keys.sign(body.encode())).decode()
    return Checkpoint(
        size=size,
        root=root,
        note=f"{body}\n— {origin} {signature}\n",
        key_name=origin,
        public_key=f"{origin}+{key_id.hex()}+{base64.b64encode(packed).decode()}",
    )
