"""The left navigation: by task, at most seven entries, the same words on both sides."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tcxc.roles import Permission

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Entry:
    """A place one can go to: the name of its address, and what is to be called."""

    label: Words
    url_name: str
    icon: str = ""
    inside: tuple["Entry", ...] = ()
    also: tuple[str, ...] = ()  # first parts of further address names that belong to it
    exactly: tuple[str, ...] = ()  # whole names of such addresses
    needs: Permission | None = None  # shown to those only whose role has it


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry as the page shows it: `current` is "page" where one is, "true" on the way there."""

    label: Words
    url: str
    icon: str
    current: str
    inside: tuple["Shown", ...]


DEVELOPERS = Entry(_("Developers"), "developers:keys", "code", also=("developers:",), needs=Permission.MANAGE_KEYS)
SETTINGS = Entry(
    _("Settings"),
    "settings:profile",
    "settings",
    inside=(
        Entry(_("Profile"), "settings:profile"),
        Entry(_("Security"), "mfa_index", also=("mfa", "account", "usersessions")),
        Entry(_("Company"), "settings:company", also=("settings:company",)),
        Entry(_("Team"), "settings:team", also=("settings:member", "settings:invitation")),
        Entry(_("Audit log"), "settings:audit", also=("settings:audit",), needs=Permission.MANAGE_TEAM),
    ),
)
SIGN_IN = (
    Entry(_("Second factor and passkeys"), "mfa_index", "shield-check"),
    Entry(_("Password"), "account_change_password", "lock"),
    Entry(_("E-mail address"), "account_email", "mail"),
    Entry(_("Sessions"), "usersessions_list", "laptop"),
)
COMMANDS = (
    Entry(_("Invite a colleague"), "settings:invitation_new", "plus", needs=Permission.MANAGE_TEAM),
    Entry(_("Make an API key"), "developers:key_new", "plus", needs=Permission.MANAGE_KEYS),
    Entry(_("Change the company's details"), "settings:company_edit", "pencil", needs=Permission.MANAGE_TEAM),
    Entry(_("Change your name or time zone"), "settings:profile_edit", "pencil"),
    Entry(_("Download the audit log"), "settings:audit_csv", "download", needs=Permission.MANAGE_TEAM),
    Entry(_("Read the API's documentation"), "api-docs", "external-link"),
)


def navigation(entries: Iterable[Entry], here: str, permissions: Collection[Permission]) -> list[Shown]:
    """The entries as seen from the address named `here`; only the one that one is in shows what is inside it."""
    return [_shown(entry, here, permissions) for entry in allowed(entries, permissions)]


def allowed(entries: Iterable[Entry], permissions: Collection[Permission]) -> list[Entry]:
    """The entries that somebody with these permissions may open."""
    return [entry for entry in entries if entry.needs is None or entry.needs in permissions]


def _shown(entry: Entry, here: str, permissions: Collection[Permission]) -> Shown:
    inside = tuple(_shown(child, here, permissions) for child in allowed(entry.inside, permissions))
    on_the_way = any(child.current for child in inside)
    is_here = not on_the_way and _is_at(entry, here)
    current = "page" if is_here and not inside else "true" if on_the_way or is_here else ""
    return Shown(entry.label, reverse(entry.url_name), entry.icon, current, inside if current else ())


def _is_at(entry: Entry, here: str) -> bool:
    return here in {entry.url_name, *entry.exactly} or any(_begins(here, name) for name in entry.also)


def _begins(here: str, name: str) -> bool:
    return here == name or here.startswith(name if name.endswith(":") else f"{name}_")
