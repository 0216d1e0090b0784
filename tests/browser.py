"""Finds the Chromium that the browser tests drive."""

import os
import shutil
from pathlib import Path

NAMES = "chromium", "chromium-browser", "google-chrome"
HOW_TO_INSTALL = "Browser tests need Chromium: sudo apt-get install chromium (or set CHROMIUM to a browser's path)."


def chromium() -> Path:
    """The browser to use: CHROMIUM, else the first found; raises LookupError that says how to install one."""
    chosen = os.environ.get("CHROMIUM")
    if chosen:
        return Path(chosen)
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return Path(found)
    raise LookupError(HOW_TO_INSTALL)
