"""ProofKeys: the Ed25519 key by which checkpoints are signed. It is in a file, never in the database."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from app.operator_error import OperatorError
from app.private_file import make_private, read_private
from app.settings import Settings

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

FILE = "proof-key"  # in the data directory
DEFAULT_HOST = "leadstream"


class NoProofKey(OperatorError):
    """There is no key to sign with; the sentence says what to set."""


class ProofKeys:
    """Reads the key when it is needed first, and keeps it. Where no file is named, it is made in the data directory."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @property
    def host(self) -> str:
        """With what the origins of this installation's logs begin."""
        if self._settings.proof_origin:
            return self._settings.proof_origin
        address = urlsplit(self._settings.app_url or "")
        return (address.netloc + address.path).rstrip("/") or DEFAULT_HOST

    def sign(self, message: bytes) -> bytes:
        """The signature of a message; always the same one.

        Raises:
            NoProofKey: the key cannot be read.
        """
        return self._key.sign(message)

    def public_bytes(self) -> bytes:
        """The public key's 32 bytes.

        Raises:
            NoProofKey: the key cannot be read.
        """
        return self._key.public_key().public_bytes_raw()

    @cached_property
    def _key(self) -> Ed25519PrivateKey:
        try:
            return _read(self._text())
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise NoProofKey(
                f"Checkpoints cannot be signed, {self._path} cannot be used as the key ({reason}): name a file with"
                " an Ed25519 key in LEADSTREAM_PROOF_KEY_FILE, such as"
                " `openssl genpkey -algorithm ed25519 -out FILE` makes."
            ) from None

    @property
    def _path(self) -> str:
        return str(self._settings.proof_key_file or self._made)

    @property
    def _made(self) -> Path:
        return self._settings.data_dir.expanduser() / FILE

    def _text(self) -> str:
        named = self._settings.proof_key_file
        if named is not None:
            return named.read_text("ascii")  # its operator may have reasons for a link
        self._made.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return read_private(self._made) or make_private(self._made, _new())


def _new() -> str:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return (
        Ed25519PrivateKey.generate()
        .private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        .decode()
    )


def _read(text: str) -> Ed25519PrivateKey:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(text.encode(), password=None)
    except (TypeError, UnsupportedAlgorithm):
        raise ValueError("it is encrypted, or of another kind") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError("it is no Ed25519 key")
    return key
