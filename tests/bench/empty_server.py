"""Serves what the settings say as the product does: `tests.bench.empty_settings`."""

import django

django.setup(set_prefix=False)

from tcxc.threads import ThreadedHandler  # noqa: E402

application = ThreadedHandler()
