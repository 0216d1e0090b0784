"""`python -m tests.needs` says what the tests need and this machine lacks, before they start."""

import sys

from tests.browser import chromium

try:
    chromium()
except LookupError as problem:
    sys.exit(str(problem))
