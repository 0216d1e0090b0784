"""Settings and databases that could lose money or secrets are refused, with what to do about it."""

import subprocess
import sys

import pytest
from cryptography.fernet import Fernet
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured

from tcxc import durability
from tcxc.checks import refuse_unsafe_settings
from tcxc.embedded import CHECKOUT

SAFE = {
    "DEBUG": False,
    "SECRET_KEY": "a secret key of our own that is long enough to be hard to guess",
    "ALLOWED_HOSTS": ["tcxc.example"],
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
    "FIELD_ENCRYPTION_KEYS": [Fernet.generate_key().decode()],
    "DOCUMENT_ENCRYPTION_KEYS": [Fernet.generate_key().decode()],
    "TESTING_DATABASE": False,
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "SECURE_SSL_REDIRECT": True,
    "TRUSTED_PROXY_COUNT": 1,
}


@pytest.fixture
def production(settings):
    """Settings that are safe."""
    for name, value in SAFE.items():
        setattr(settings, name, value)
    return settings


def ours():
    """The ids of what our checks find."""
    return [found.id for found in run_checks() if (found.id or "").startswith("tcxc.")]


def test_safe_settings_are_not_complained_about(production):
    assert ours() == []
    refuse_unsafe_settings()


@pytest.mark.parametrize(
    ("name", "value", "identifier"),
    [
        ("SECRET_KEY", "development-only-secret-key-never-used-in-production", "tcxc.E001"),
        ("SECRET_KEY", "short", "tcxc.E001"),
        ("ALLOWED_HOSTS", [], "tcxc.E002"),
        ("ALLOWED_HOSTS", ["*"], "tcxc.E002"),
        ("SESSION_COOKIE_SECURE", False, "tcxc.E003"),
        ("CSRF_COOKIE_SECURE", False, "tcxc.E003"),
        ("FIELD_ENCRYPTION_KEYS", [], "tcxc.E004"),
        ("FIELD_ENCRYPTION_KEYS", ["no key"], "tcxc.E004"),
        ("FIELD_ENCRYPTION_KEYS", ["ZGV2ZWxvcG1lbnQtb25seS1rZXktMDEyMzQ1Njc4OTA="], "tcxc.E005"),
        ("DOCUMENT_ENCRYPTION_KEYS", [], "tcxc.E004"),
        ("DOCUMENT_ENCRYPTION_KEYS", ["ZGV2ZWxvcG1lbnQtb25seS1kb2N1bWVudC1rZXktMDE="], "tcxc.E005"),
        ("TESTING_DATABASE", True, "tcxc.E006"),
        ("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend", "tcxc.E007"),
    ],
)
def test_an_unsafe_setting_is_an_error_and_stops_the_web_server(production, name, value, identifier):
    setattr(production, name, value)

    assert ours() == [identifier]
    with pytest.raises(ImproperlyConfigured, match=identifier):
        refuse_unsafe_settings()


@pytest.mark.parametrize(("redirect", "identifier"), [(False, "tcxc.W001"), (True, "tcxc.W002")])
def test_a_server_without_a_proxy_before_it_is_worth_a_warning(production, redirect, identifier):
    production.TRUSTED_PROXY_COUNT = 0
    production.SECURE_SSL_REDIRECT = redirect

    assert ours() == [identifier]


@pytest.mark.parametrize(
    ("fsync", "commit", "wrong"),
    [
        ("on", "on", None),
        ("on", "remote_apply", None),
        ("off", "on", "fsync is off"),
        ("on", "off", "synchronous_commit is off"),
    ],
)
def test_a_commit_has_to_be_on_the_disk_before_it_is_acknowledged(fsync, commit, wrong):
    assert durability.judge(fsync, commit) == wrong


def test_nothing_starts_on_a_database_that_may_lose_money(durable_postgres):
    with durable_postgres.connect(autocommit=True) as connection:
        connection.execute("ALTER ROLE tcxc SET synchronous_commit = off")

    for command in (["-c", "import tcxc.asgi"], ["manage.py", "migrate", "--plan"]):
        done = subprocess.run(
            [sys.executable, *command], check=False, cwd=CHECKOUT, env=durable_postgres.environment,
            capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode != 0
        assert "synchronous_commit is off" in done.stderr
