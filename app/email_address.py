"""E-mail addresses: syntax only, never a look-up in the DNS."""

from email_validator import EmailNotValidError, validate_email

from app.refusal import Refusal
from app.text import Problems


class InvalidEmail(Refusal):
    """{value} is no e-mail address."""


def normalised_email(value: str, problems: Problems, *path: str) -> str | None:
    """The address as it is kept: trimmed, Unicode normalised, domain in lower case; None and a problem if none."""
    text = problems.required(value, *path, limit=320)
    if not text:
        return None
    try:
        return validate_email(text, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError:
        problems.add(InvalidEmail(*path, value=text))
        return None
