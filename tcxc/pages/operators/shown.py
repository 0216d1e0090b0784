"""How admin pages show a value that is more than a text."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Model
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tcxc.pages.formats import NONE


def link(thing: Model | None) -> str | SafeString:
    """A link to the admin page of a thing."""
    if thing is None:
        return NONE
    names = thing._meta
    return format_html(
        '<a href="{}">{}</a>', reverse(f"admin:{names.app_label}_{names.model_name}_change", args=[thing.pk]), thing
    )


def link_by_id(model: type[Model], pk: int | None) -> str | SafeString:
    """A link by a plain number; records name other tables' rows so, since they outlive them."""
    if pk is None:
        return NONE
    names = model._meta
    address = reverse(f"admin:{names.app_label}_{names.model_name}_change", args=[pk])
    return format_html('<a href="{}">{}</a>', address, pk)


def rows_of(model: type[Model], label: str, **filters: Any) -> SafeString:
    """A link to a table, narrowed."""
    names = model._meta
    query = "&".join(f"{name}={value}" for name, value in filters.items())
    return format_html(
        '<a href="{}?{}">{}</a>', reverse(f"admin:{names.app_label}_{names.model_name}_changelist"), query, label
    )


def table(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> str | SafeString:
    """A small table within a page."""
    body = [format_html("<tr>{}</tr>", format_html_join("", "<td>{}</td>", ((cell,) for cell in row))) for row in rows]
    if not body:
        return NONE
    head = format_html_join("", '<th scope="col">{}</th>', ((heading,) for heading in headings))
    return format_html(
        '<table class="facts-table"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>',
        head,
        format_html_join("", "{}", ((row,) for row in body)),
    )


def change(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> str | SafeString:
    """What an audit row says: each field before and after, those that differ first."""
    old, new = before or {}, after or {}
    names = sorted(old.keys() | new.keys(), key=lambda name: (old.get(name) == new.get(name), name))
    return table([_("Field"), _("Before"), _("After")], [(n, old.get(n, NONE), new.get(n, NONE)) for n in names])
