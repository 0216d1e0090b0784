"""Settings, the same on both sides: one's profile, the company, its team, its keys, its audit log."""

from functools import partial

from tcxc.pages.gate import page_of

settings_page = partial(page_of, None)
