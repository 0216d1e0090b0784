"""The ground floor: settings, people, companies, keys, audit, and the helpers everything stands on."""

from pathlib import Path

import numbers

# Our app `numbers` has the name of a standard module, which `decimal` imports before us.
# Giving that module a path makes `numbers.models` and its siblings importable beside `numbers.Number`.
numbers.__path__ = [str(Path(__file__).resolve().parent.parent / "numbers")]
