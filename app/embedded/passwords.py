"""The three roles of the embedded cluster, their passwords, and the addresses made of them."""

import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from app.embedded.postmaster import PORT
from app.private_file import read_private, write_private

DATABASE = "leadstream"
SUPERUSER = "postgres"
OWNER = "leadstream_owner"
APP = "leadstream_app"
ROLES = (SUPERUSER, OWNER, APP)

# In the cluster's own directory, so that the two are moved, copied and removed together.
FILE = "leadstream-passwords.json"


@dataclass(frozen=True, kw_only=True)
class Passwords:
    """A password for each of ROLES."""

    of: dict[str, str]

    @classmethod
    def random(cls) -> "Passwords":
        """New ones. Hexadecimal: they need quoting nowhere."""
        return cls(of={role: secrets.token_hex(24) for role in ROLES})

    @classmethod
    def read(cls, cluster: Path) -> "Passwords | None":
        """Those of a cluster, or None if its file is gone or damaged."""
        text = read_private(cluster / FILE)
        try:
            found = json.loads(text or "null")
        except ValueError:
            return None
        if not isinstance(found, dict) or not all(isinstance(found.get(role), str) for role in ROLES):
            return None
        return cls(of=found)

    def write(self, cluster: Path, owner: tuple[int, int]) -> None:
        """Keep them with the cluster, mode 0600."""
        write_private(cluster / FILE, json.dumps(self.of, indent=1) + "\n", owner=owner)

    def url(self, role: str, socket_dir: Path, database: str = DATABASE) -> str:
        """The address by which a role reaches a database over the socket."""
        return f"postgresql://{role}:{self.of[role]}@/{database}?host={quote(str(socket_dir))}&port={PORT}"


def creation(passwords: Passwords) -> list[str]:
    """The statements that make roles and database in a new cluster.

    The one that serves may connect and nothing else: the migrations grant it what it needs, table by table.
    """
    return [
        *(f"CREATE ROLE {role} LOGIN;" for role in (OWNER, APP)),
        *passwords_set(passwords),
        f"CREATE DATABASE {DATABASE} OWNER {OWNER};",
        f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC;",
        f"GRANT CONNECT ON DATABASE {DATABASE} TO {APP};",
        "REVOKE ALL ON DATABASE postgres FROM PUBLIC;",
    ]


def passwords_set(passwords: Passwords) -> list[str]:
    """The statements that give the roles these passwords."""
    return [f"ALTER ROLE {role} PASSWORD '{password}';" for role, password in passwords.of.items()]
