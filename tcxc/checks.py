"""System checks: combinations of settings that must not go into production, each with what to do about it.

`manage.py` runs them before every command, and `refuse_unsafe_settings` before a web server process starts.
"""

from collections.abc import Callable
from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError

from tcxc import durability, partitions

SHORTEST_SECRET_KEY = 50


def secret_key(**_: Any) -> list[CheckMessage]:
    """The signing key is our own and long."""
    key = settings.SECRET_KEY
    if settings.DEBUG or (key != settings.DEVELOPMENT_SECRET_KEY and len(key) >= SHORTEST_SECRET_KEY):
        return []
    hint = "Set SECRET_KEY to the output of: openssl rand -base64 48"
    return [Error("DEBUG is off and SECRET_KEY is the development one or short.", hint=hint, id="tcxc.E001")]


def allowed_hosts(**_: Any) -> list[CheckMessage]:
    """The names we answer to are listed."""
    if settings.DEBUG or (settings.ALLOWED_HOSTS and "*" not in settings.ALLOWED_HOSTS):
        return []
    hint = "Set ALLOWED_HOSTS to the host names people use, separated by commas."
    return [Error("DEBUG is off and ALLOWED_HOSTS is empty or allows any name.", hint=hint, id="tcxc.E002")]


def cookies(**_: Any) -> list[CheckMessage]:
    """Cookies travel over TLS only."""
    if settings.DEBUG or (settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE):
        return []
    return [Error("DEBUG is off and cookies would travel in clear text.", hint="Unset SECURE_COOKIES.", id="tcxc.E003")]


def encryption_keys(**_: Any) -> list[CheckMessage]:
    """There are keys for encrypted fields and documents; they work, and they are our own."""
    wrong = (
        _keys_at_fault("FIELD_ENCRYPTION_KEYS", settings.DEVELOPMENT_FIELD_ENCRYPTION_KEY, "field"),
        _keys_at_fault("DOCUMENT_ENCRYPTION_KEYS", settings.DEVELOPMENT_DOCUMENT_ENCRYPTION_KEY, "document"),
    )
    return [found for found in wrong if found is not None]


def _keys_at_fault(name: str, public: str, what: str) -> CheckMessage | None:
    keys = getattr(settings, name)
    hint = f"Set {name} to the output of: openssl rand -base64 32 | tr +/ -_"
    if not keys or not all(_is_fernet(key) for key in keys):
        return Error(f"{name} is empty or holds what is no key.", hint=hint, id="tcxc.E004")
    if not settings.DEBUG and public in keys:
        return Error(f"DEBUG is off and a {what} encryption key is the public one.", hint=hint, id="tcxc.E005")
    return None


def _is_fernet(key: str) -> bool:
    try:
        Fernet(key)
    except ValueError:
        return False
    return True


def testing_database(**_: Any) -> list[CheckMessage]:
    """A database that may lose everything is for tests."""
    if settings.DEBUG or not settings.TESTING_DATABASE:
        return []
    return [Error("DEBUG is off and TESTING_DATABASE is set.", hint="Unset TESTING_DATABASE.", id="tcxc.E006")]


def mail(**_: Any) -> list[CheckMessage]:
    """Mail leaves the house."""
    if settings.DEBUG or "console" not in settings.EMAIL_BACKEND:
        return []
    hint = "Set EMAIL_URL, for example smtp+tls://user:password@mail.example.com:587"
    return [Error("DEBUG is off and mail would be printed, not sent.", hint=hint, id="tcxc.E007")]


def transport(**_: Any) -> list[CheckMessage]:
    """Somebody ends TLS: we redirect to it, or a trusted proxy does."""
    if settings.DEBUG or settings.SECURE_SSL_REDIRECT or settings.TRUSTED_PROXY_COUNT:
        return []
    hint = "Unset SECURE_SSL_REDIRECT, or set TRUSTED_PROXY_COUNT to the number of proxies before this server."
    return [Warning("Requests in clear text are answered.", hint=hint, id="tcxc.W001")]


def proxies(**_: Any) -> list[CheckMessage]:
    """Behind a proxy that nobody declared, a redirect to https never ends and every client has one address."""
    if settings.DEBUG or not settings.SECURE_SSL_REDIRECT or settings.TRUSTED_PROXY_COUNT:
        return []
    hint = "Set TRUSTED_PROXY_COUNT to the number of proxies before this server."
    return [Warning("TRUSTED_PROXY_COUNT is 0, and this server itself does not speak TLS.", hint=hint, id="tcxc.W002")]


def durable_database(**context: Any) -> list[CheckMessage]:
    """PostgreSQL acknowledges nothing that it can still lose (asked by `migrate` and `check --database default`)."""
    wrong = durability.ask() if context.get("databases") else None
    if wrong is None:
        return []
    hint = "Set both to on in postgresql.conf, and look for ALTER ROLE … SET and ALTER DATABASE … SET."
    return [Error(f"PostgreSQL would lose acknowledged money: {wrong}.", hint=hint, id="tcxc.E008")]


def month_partitions(**context: Any) -> list[CheckMessage]:
    """Next month's rows have a partition to go to (asked by `migrate` and `check --database default`)."""
    try:
        missing = partitions.missing_next_month() if context.get("databases") else []
    except OperationalError:  # nobody is there to be asked
        missing = []
    if not missing:
        return []
    hint = "Run: manage.py partitions. Celery beat should do so every day; is it running?"
    return [Warning(f"Next month has no partition: {', '.join(missing)}.", hint=hint, id="tcxc.W003")]


SETTINGS_CHECKS: tuple[Callable[..., list[CheckMessage]], ...] = (
    secret_key, allowed_hosts, cookies, encryption_keys, testing_database, mail, transport, proxies,
)  # fmt: skip


def register_all() -> None:
    """Make Django run the checks; the app's `ready` calls it."""
    for check in SETTINGS_CHECKS:
        register(check, Tags.security)
    register(durable_database, Tags.database)
    register(month_partitions, Tags.database)


def refuse_unsafe_settings() -> None:
    """Raise ImproperlyConfigured with every error there is: a web server must not start with any."""
    errors = [found for check in SETTINGS_CHECKS for found in check() if found.is_serious()]
    if errors:
        raise ImproperlyConfigured("\n".join(f"{error.id} {error.msg} {error.hint}" for error in errors))
