"""What the tests of the pages share."""

from pathlib import Path

import pytest
from django.core.cache import cache

from tests.pages.cast import Cast, make_cast


@pytest.fixture(autouse=True)
def media(settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    settings.EXPORT_ROOT = str(tmp_path / "exports")


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    """Limits on how often somebody signs in are kept in the cache: each test begins without any."""
    cache.clear()


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()
