"""The left navigation: by task, at most seven entries, the same words on both sides."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Entry:
    """A place one can go to: the name of its address, and what is to be called."""

    label: Words
    url_name: str
    icon: str = ""
    inside: tuple["Entry", ...] = ()
    also: tuple[str, ...] = ()  # first parts of further address names that belong to it


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry as the page shows it: `current` is "page" where one is, "true" on the way there."""

    label: Words
    url: str
    icon: str
    current: str
    inside: tuple["Shown", ...]


def navigation(entries: Iterable[Entry], here: str) -> list[Shown]:
    """The entries as seen from the address named `here`; only the one that one is in shows what is inside it."""
    return [_shown(entry, here) for entry in entries]


def _shown(entry: Entry, here: str) -> Shown:
    inside = tuple(_shown(child, here) for child in entry.inside)
    on_the_way = any(child.current for child in inside)
    is_here = not on_the_way and _is_at(entry, here)
    current = "page" if is_here and not inside else "true" if on_the_way or is_here else ""
    return Shown(entry.label, reverse(entry.url_name), entry.icon, current, inside if current else ())


def _is_at(entry: Entry, here: str) -> bool:
    return here == entry.url_name or any(here == name or here.startswith(f"{name}_") for name in entry.also)
