"""Every setting: its name in the environment, unit, default and reason."""

import difflib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from app.operator_error import OperatorError

PREFIX = "LEADSTREAM_"
LOG_LEVELS = ("debug", "info", "warning", "error")


class Unparsable(ValueError):
    """A value cannot be read; the message says what it must be, as the end of a sentence."""


def whole(low: int, high: int) -> Callable[[str], int]:
    """A parser of whole numbers from ``low`` to ``high``, both included."""

    def parse(text: str) -> int:
        expected = f"must be a whole number from {low} to {high}"
        try:
            number = int(text)
        except ValueError:
            raise Unparsable(expected) from None
        if not low <= number <= high:
            raise Unparsable(expected)
        return number

    return parse


def yes_or_no(text: str) -> bool:
    """A switch: yes, true, on, 1 or no, false, off, 0."""
    word = text.strip().lower()
    if word in {"yes", "true", "on", "1"}:
        return True
    if word in {"no", "false", "off", "0"}:
        return False
    raise Unparsable("must be yes or no")


def http_address(text: str) -> str:
    """An http or https address without a trailing slash."""
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise Unparsable("must be an address like https://crm.example.com")
    return text.rstrip("/")


def http_addresses(text: str) -> tuple[str, ...]:
    """Addresses separated by commas."""
    return tuple(http_address(each.strip()) for each in text.split(",") if each.strip())


def database_address(text: str) -> str:
    """A PostgreSQL address; whether it answers is found out by app.database."""
    if urlsplit(text).scheme not in {"postgresql", "postgres"}:
        raise Unparsable("must be an address like postgresql://user:password@host:5432/database")
    return text


def file_store(text: str) -> str:
    """An S3-compatible store; whether it answers is found out when a file is kept."""
    parts = urlsplit(text)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if parts.scheme != "s3" or not parts.netloc or "@" in parts.netloc or options.keys() - {"endpoint", "region"}:
        raise Unparsable("must be an address like s3://bucket/folder?endpoint=https://s3.example.com&region=eu-1")
    if "endpoint" in options:
        http_address(options["endpoint"])
    return text


def key_name(text: str) -> str:
    """What can stand in a signed note's name of a key."""
    if not re.fullmatch(r"[^\s+]{1,200}", text) or text.endswith("/"):
        raise Unparsable("must be a name like crm.example.com, without spaces or +")
    return text


def log_level(text: str) -> str:
    """One of LOG_LEVELS."""
    if text.lower() not in LOG_LEVELS:
        raise Unparsable(f"must be one of {', '.join(LOG_LEVELS)}")
    return text.lower()


def setting(
    env: str, parse: Callable[[str], Any], why: str, *, default: Any = None, unit: str = "", secret: bool = False
) -> Any:
    """Declare a setting; Any because dataclasses type a field by its annotation."""
    return field(default=default, metadata={"env": env, "parse": parse, "why": why, "unit": unit, "secret": secret})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What an operator can change. Sizes in bytes, times as the name's ending says (s, ms, days)."""

    database_url: str | None = setting(
        "DATABASE_URL", database_address, "PostgreSQL 16 or newer to use; none: the embedded one", secret=True
    )
    owner_database_url: str | None = setting(
        PREFIX + "OWNER_DATABASE_URL",
        database_address,
        "the role that owns the tables, for `migrate`, so that the one that serves cannot rewrite history;"
        " none: DATABASE_URL",
        secret=True,
    )
    data_dir: Path = setting(
        PREFIX + "DATA_DIR", Path, "embedded database and stored files", default=Path(".data"), unit="directory"
    )
    host: str = setting(
        PREFIX + "HOST", str, "where to listen; this machine alone until you say otherwise", default="127.0.0.1"
    )
    port: int = setting(
        PREFIX + "PORT", whole(0, 65535), "where to listen; 0 takes a free one", default=8000, unit="TCP port"
    )
    app_url: str | None = setting(
        PREFIX + "APP_URL", http_address, "what permalinks begin with; none: the served address"
    )
    allowed_origins: tuple[str, ...] = setting(
        PREFIX + "ALLOWED_ORIGINS",
        http_addresses,
        "other sites whose pages may open websockets; a browser names its page's",
        default=(),
        unit="addresses",
    )
    body_limit_bytes: int = setting(
        PREFIX + "BODY_LIMIT_BYTES",
        whole(1024, 64 * 1024 * 1024),
        "the longest /graphql request; above any page of a person's own writing",
        default=262_144,
        unit="bytes",
    )
    file_store: str | None = setting(
        PREFIX + "FILE_STORE",
        file_store,
        "an S3-compatible store for files, s3://bucket/folder?endpoint=…&region=…; none: files/ in the data directory",
        secret=True,  # somebody may try to write a password into it
    )
    file_store_key_id: str | None = setting(
        PREFIX + "FILE_STORE_KEY_ID",
        str,
        "access key of that store; none: what the machine gives (AWS_ACCESS_KEY_ID, its role)",
        secret=True,
    )
    file_store_secret: str | None = setting(
        PREFIX + "FILE_STORE_SECRET", str, "what that access key is proven with", secret=True
    )
    file_limit_bytes: int = setting(
        PREFIX + "FILE_LIMIT_BYTES",
        whole(1, 5 * 1024 * 1024 * 1024),
        "the longest file that is taken; e-mails take up to 25 MiB, SMS up to 5 MiB, whatever stands here",
        default=26_214_400,
        unit="bytes",
    )
    operation_timeout_s: int = setting(
        PREFIX + "OPERATION_TIMEOUT_S",
        whole(1, 600),
        "one GraphQL operation; a person has gone by then",
        default=10,
        unit="seconds",
    )
    statement_timeout_ms: int = setting(
        PREFIX + "STATEMENT_TIMEOUT_MS",
        whole(100, 600_000),
        "one SQL statement; less than an operation, so that PostgreSQL gives up first",
        default=9_000,
        unit="milliseconds",
    )
    read_pool_size: int = setting(
        PREFIX + "READ_POOL_SIZE",
        whole(1, 500),
        "connections that read, per worker; more only queue inside PostgreSQL",
        default=10,
        unit="connections",
    )
    append_connections: int = setting(
        PREFIX + "APPEND_CONNECTIONS",
        whole(1, 100),
        "connections that append, per worker; one organization uses one at a time",
        default=4,
        unit="connections",
    )
    accept_privileged_role: bool = setting(
        PREFIX + "ACCEPT_PRIVILEGED_ROLE",
        yes_or_no,
        "serve although the role of DATABASE_URL could rewrite history",
        default=False,
        unit="yes/no",
    )
    idempotency_days: int = setting(
        PREFIX + "IDEMPOTENCY_DAYS",
        whole(1, 3650),
        "how long a repeated idempotencyKey gets its first result",
        default=30,
        unit="days",
    )
    proof_key_file: Path | None = setting(
        PREFIX + "PROOF_KEY_FILE",
        Path,
        "the Ed25519 key (PEM) that signs checkpoints, the same on every machine; none: proof-key in the data"
        " directory, made when it is first needed",
        unit="file",
    )
    proof_origin: str | None = setting(
        PREFIX + "PROOF_ORIGIN",
        key_name,
        "with what the names of logs and of the key begin in checkpoints; none: LEADSTREAM_APP_URL without its scheme,"
        " else leadstream",
    )
    log_level: str = setting(
        PREFIX + "LOG_LEVEL", log_level, "the least that is logged: " + ", ".join(LOG_LEVELS), default="info"
    )

    @classmethod
    def load(cls, environ: Mapping[str, str]) -> "Settings":
        """Read the settings from an environment; an empty value counts as not set.

        Raises:
            OperatorError: a LEADSTREAM_ name is none of ours, or a value cannot be read.
        """
        known = {each.metadata["env"]: each for each in fields(cls)}
        for name in environ:
            if name.startswith(PREFIX) and name not in known:
                raise OperatorError(_unknown(name, known))
        return cls(**{each.name: _read(each, environ[name]) for name, each in known.items() if environ.get(name)})

    @property
    def public_url(self) -> str:
        """What permalinks begin with, without a trailing slash."""
        return self.app_url or served_address(self.host, self.port)


def served_address(host: str, port: int) -> str:
    """The address a person on this machine types for a listening host and port."""
    reachable = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "": "127.0.0.1"}.get(host, host)  # noqa: S104  # not a bind
    bracketed = f"[{reachable}]" if ":" in reachable and not reachable.startswith("[") else reachable
    return f"http://{bracketed}:{port}"


def listing(settings: Settings) -> Iterator[tuple[str, str, str, str, str]]:
    """Name, value, unit, default and reason of every setting; passwords are masked."""
    for each in fields(settings):
        value = getattr(settings, each.name)
        yield (
            each.metadata["env"],
            masked(value) if each.metadata["secret"] and value else _shown(value),
            each.metadata["unit"],
            _shown(each.default),
            each.metadata["why"],
        )


def masked(url: str) -> str:
    """A secret as stars; of a database address its passwords alone, wherever they stand."""
    if "://" not in url:
        return "***"
    shown = re.sub(r"(?<=//)([^:/?#@]*):[^/?#]*(?=@)", r"\1:***", url)
    return re.sub(r"([?&]\w*password=)[^&]*", r"\1***", shown, flags=re.IGNORECASE)


def _read(each: "Field[Any]", text: str) -> Any:
    try:
        return each.metadata["parse"](text)
    except ValueError as error:
        expected = str(error) if isinstance(error, Unparsable) else "cannot be read"
        shown = "" if each.metadata["secret"] else f', not "{text}"'
        raise OperatorError(f"{each.metadata['env']} {expected}{shown}.") from None


def _unknown(name: str, known: Mapping[str, object]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]}? " if near else ""
    return f"{name} is not a setting of Leadstream: {hint}`python -m app settings` lists them all."


def _shown(value: object) -> str:
    if value is None or value is MISSING or value == ():
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return str(value)
