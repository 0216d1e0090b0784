"""Serves `tests.bench.bare_settings` as Django comes."""

from django.core.asgi import get_asgi_application

application = get_asgi_application()
