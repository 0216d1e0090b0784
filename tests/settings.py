"""The product's settings on servers of the tests' own, which forget everything in a crash and are quick for it."""

import hashlib
import os
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "gw0")

# Before the product's settings are read. Nobody's DATABASE_URL is ours to write into.
os.environ |= {
    "DATABASE_URL": os.environ.get("TEST_DATABASE_URL", ""),
    "REDIS_URL": os.environ.get("TEST_REDIS_URL", ""),
    "TCXC_DATA": str(CHECKOUT / ".data" / "test"),
    "TESTING_DATABASE": "1",
    "DJANGO_ALLOW_ASYNC_UNSAFE": "1",  # playwright runs an event loop in the thread that also asks the database
    "LOG_LEVEL": "WARNING",
}

from tcxc import embedded  # noqa: E402
from tcxc.embedded.redis import broker_url  # noqa: E402
from tcxc.settings import *  # noqa: E402, F403
from tcxc.settings import BASE_DIR, CACHES, DATABASES, REDIS_URL, STORAGES  # noqa: E402


def schema_version() -> str:
    """A digest of every migration: a test database made by others is not used again."""
    digest = hashlib.sha256()
    for file in sorted(BASE_DIR.glob("*/migrations/*")):
        if file.suffix in {".py", ".sql"}:
            digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:12]


# pytest-django appends the worker's name.
DATABASES["default"]["TEST"] = {"NAME": f"test_{schema_version()}"}

# A Redis database for each worker.
REDIS_URL = f"{REDIS_URL.partition('?')[0]}?db={int(WORKER.removeprefix('gw')) + 1}"
CACHES["default"]["LOCATION"] = REDIS_URL
CELERY_BROKER_URL = broker_url(REDIS_URL)

# Documents of tests go away with their process; tests/tcxc/test_file_intake.py has the real vault.
KEPT_DOCUMENTS = STORAGES["documents"]
STORAGES = STORAGES | {"documents": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}

# Nothing is collected for tests: an empty folder, which tests/conftest.py makes.
STATIC_ROOT = embedded.data_folder() / "static"

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
