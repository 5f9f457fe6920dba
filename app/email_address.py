"""E-mail addresses: syntax only, never a look-up in the DNS."""

import re

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email
from email_validator.rfc_constants import CASE_INSENSITIVE_MAILBOX_NAMES

from app.refusal import Refusal
from app.text import Problems


class InvalidEmail(Refusal):
    """{value} is no e-mail address."""


def normalised_email(value: str, problems: Problems, *path: str) -> str | None:
    """The address as it is kept: trimmed, Unicode normalised, domain in lower case; None and a problem if none."""
    text = problems.required(value, *path, limit=320)
    if not text:
        return None
    if (plain := _plain(text)) is not None:
        return plain
    try:
        return validate_email(text, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError:
        problems.add(InvalidEmail(*path, value=text))
        return None


# What most addresses are: dots between ASCII letters, digits and few signs, in a host name without oddities.
_PLAIN = re.compile(
    r"([A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*)@((?:[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*\.)+[A-Za-z0-9]*[A-Za-z])", re.ASCII
)
_SPECIAL = tuple(f".{domain}" for domain in SPECIAL_USE_DOMAIN_NAMES)
_PLAIN_MAX = 63  # characters of either half: no other limit is met


def _plain(text: str) -> str | None:
    """A plain address as the validator would have it, thirty times as fast; None: let it look."""
    match = _PLAIN.fullmatch(text)
    if match is None:
        return None
    local, domain = match[1], match[2].lower()
    if len(local) > _PLAIN_MAX or len(domain) > _PLAIN_MAX or local.lower() in CASE_INSENSITIVE_MAILBOX_NAMES:
        return None
    if f".{domain}".endswith(_SPECIAL):
        return None
    return f"{local}@{domain}"
