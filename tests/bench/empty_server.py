"""Serves what the settings say: `tests.bench.empty_settings` or `tests.bench.bare_settings`."""

from django.core.asgi import get_asgi_application

application = get_asgi_application()
