"""The floor of `numbers`, which import-linter can't see: its name is a standard module's."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tcxc.embedded import CHECKOUT

FLOORS = ["tcxc", "billing", "sellers", "buyers", "numbers", "authz"]
ROOF = {"api", "admin", "portal", "console", "pages", "demo", "dialects", "urls", "asgi", "celery", "management"}
STANDARD = {"Number", "Complex", "Real", "Rational", "Integral"}  # what the standard module `numbers` holds


def imports(source: str) -> Iterator[str]:
    """The modules that a file imports, in full; a name imported from `numbers` itself counts as its module."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name != "numbers")  # the standard one
        elif isinstance(node, ast.ImportFrom) and node.module == "numbers":
            yield from (f"numbers.{alias.name}" for alias in node.names if alias.name not in STANDARD)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def is_roof(path: Path) -> bool:
    """Whether a file translates for the outside, and so may use every floor."""
    return any(part.removesuffix(".py") in ROOF for part in path.parts[1:])


def above(floor: str) -> set[str]:
    """The apps that this one must not know."""
    return set(FLOORS[FLOORS.index(floor) + 1 :])


def trespasses() -> list[str]:
    """Every import that climbs to or from `numbers`."""
    found = []
    for floor in FLOORS:
        for file in (CHECKOUT / floor).rglob("*.py"):
            path = file.relative_to(CHECKOUT)
            if is_roof(path):
                continue
            climbing = [name for name in imports(file.read_text()) if name.split(".")[0] in above(floor)]
            found += [f"{path} imports {name}" for name in climbing if "numbers" in {floor, name.split(".")[0]}]
    return found


def test_numbers_imports_nothing_above_it_and_nothing_below_imports_numbers():
    assert trespasses() == []


@pytest.mark.parametrize(
    ("line", "module"),
    [
        ("import numbers.models", "numbers.models"),
        ("from numbers.models import Did", "numbers.models"),
        ("from numbers import operations", "numbers.operations"),
    ],
)
def test_every_way_to_import_numbers_is_seen(line, module):
    assert list(imports(line)) == [module]


@pytest.mark.parametrize("line", ["import numbers", "from numbers import Number"])
def test_the_standard_module_is_on_no_floor(line):
    assert list(imports(line)) == []
