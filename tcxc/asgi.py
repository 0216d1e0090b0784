"""The ASGI entry point: what a web server process loads."""

import gc
import os

# Before the settings are read: they choose pools and timeouts by role.
os.environ.setdefault("TCXC_ROLE", "web")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tcxc.settings")

import django

from tcxc.embedded.lifeline import follow_parent

if "TCXC_SUPERVISED" in os.environ:
    follow_parent()  # the server's worker processes are grandchildren of the supervisor

django.setup(set_prefix=False)

# These use models, which can be loaded from here on.
from authz.gateways.http.door import Door  # noqa: E402
from tcxc.checks import refuse_unsafe_settings  # noqa: E402
from tcxc.durability import refuse_unsafe_database  # noqa: E402
from tcxc.pages.live.door import LivePages  # noqa: E402
from tcxc.threads import ThreadedHandler  # noqa: E402

pages = ThreadedHandler()
application = Door(LivePages(pages))
refuse_unsafe_settings()
refuse_unsafe_database()

# What is loaded by now stays for good: the collector need not look through it again and again while calls wait.
gc.collect()
gc.freeze()
# A batch of calls makes thousands of objects at once, which end with it: no reason to look for circles among them.
gc.set_threshold(20_000, 20, 20)
