"""The product's settings, middleware and all, for nothing but the empty view."""

from tcxc.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.empty"
