"""Settings: what is listed, and what stops a start."""

import pytest

from app.operator_error import OperatorError
from app.settings import Settings, masked, served_address
from tests.front_door.commands import run


def test_every_setting_is_listed_with_its_passwords_masked() -> None:
    ended = run("settings", DATABASE_URL="postgresql://ann:secret@db/crm?sslpassword=secret")
    assert ended.code == 0
    assert "DATABASE_URL=postgresql://ann:***@db/crm?sslpassword=***" in ended.out
    assert "LEADSTREAM_BODY_LIMIT_BYTES=262144" in ended.out
    assert "secret" not in ended.out


def test_a_secret_that_is_no_address_is_masked_as_a_whole() -> None:
    ended = run("settings", LEADSTREAM_FILE_STORE_KEY_ID="ann", LEADSTREAM_FILE_STORE_SECRET="secret")
    assert "LEADSTREAM_FILE_STORE_SECRET=***" in ended.out
    assert "secret" not in ended.out


def test_a_misspelt_setting_stops_the_start_with_its_name() -> None:
    ended = run("serve", LEADSTREAM_PROT="8000")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == (
        "LEADSTREAM_PROT is not a setting of Leadstream: did you mean LEADSTREAM_PORT? "
        "`python -m app settings` lists them all.\n"
    )


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("LEADSTREAM_PORT", "http", 'LEADSTREAM_PORT must be a whole number from 0 to 65535, not "http".'),
        ("LEADSTREAM_PORT", "70000", 'LEADSTREAM_PORT must be a whole number from 0 to 65535, not "70000".'),
        (
            "LEADSTREAM_ACCEPT_PRIVILEGED_ROLE",
            "perhaps",
            'LEADSTREAM_ACCEPT_PRIVILEGED_ROLE must be yes or no, not "perhaps".',
        ),
        (
            "LEADSTREAM_FILE_STORE",
            "s3://key:password@bucket",
            (
                "LEADSTREAM_FILE_STORE must be an address like "
                "s3://bucket/folder?endpoint=https://s3.example.com&region=eu-1."
            ),
        ),
        ("LEADSTREAM_APP_URL", "crm", 'LEADSTREAM_APP_URL must be an address like https://crm.example.com, not "crm".'),
        (
            "DATABASE_URL",
            "sqlite:///secret.db",
            "DATABASE_URL must be an address like postgresql://user:password@host:5432/database.",
        ),
    ],
)
def test_a_value_that_cannot_be_read_is_named(name: str, value: str, sentence: str) -> None:
    with pytest.raises(OperatorError) as stopped:
        Settings.load({name: value})
    assert str(stopped.value) == sentence


def test_an_empty_value_counts_as_not_set() -> None:
    assert Settings.load({"DATABASE_URL": "", "LEADSTREAM_PORT": ""}) == Settings()


def test_values_are_read_by_their_kind() -> None:
    settings = Settings.load(
        {
            "LEADSTREAM_ACCEPT_PRIVILEGED_ROLE": "yes",
            "LEADSTREAM_ALLOWED_ORIGINS": "https://a.example, https://b.example/",
            "LEADSTREAM_READ_POOL_SIZE": "7",
        }
    )
    assert settings.accept_privileged_role
    assert settings.allowed_origins == ("https://a.example", "https://b.example")
    assert settings.read_pool_size == 7


def test_permalinks_begin_with_the_served_address_unless_told_otherwise() -> None:
    assert Settings(host="0.0.0.0", port=81).public_url == "http://127.0.0.1:81"
    assert Settings(app_url="https://crm.example").public_url == "https://crm.example"
    assert served_address("::1", 80) == "http://[::1]:80"


@pytest.mark.parametrize("url", ["postgresql://db/crm", "postgresql://ann@db/crm", "postgresql:///crm?host=/tmp/x"])
def test_an_address_without_a_password_is_shown_as_it_is(url: str) -> None:
    assert masked(url) == url
