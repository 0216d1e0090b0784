"""A choice among rows that have names: a list while it can be read, and beyond that a text that finds one of them."""

from collections.abc import Iterable, Iterator
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.db.models.functions import Length
from django.utils.translation import gettext as _

MOST_LISTED = 200
MOST_NAMED = 3
_MOST_DIGITS = 18  # of a number that the database can compare


class Picks:
    """Rows that one may choose among. `rows` have a `name`, of their own or annotated, and an order.

    No more than `MOST_LISTED` of them are ever read: where there are more, one is found by what is typed.
    """

    def __init__(self, rows: QuerySet[Any]) -> None:
        self.rows = rows
        self._first: dict[int, str] = dict(rows.values_list("pk", "name")[: MOST_LISTED + 1])

    @property
    def are_many(self) -> bool:
        """Whether there are more than a list can show."""
        return len(self._first) > MOST_LISTED

    def __bool__(self) -> bool:
        return bool(self._first)

    def __iter__(self) -> Iterator[tuple[int, str]]:
        """What a list offers: all of them, or none where they are many."""
        return iter(() if self.are_many else self._first.items())

    def names(self, keys: Iterable[int | None]) -> dict[int, str]:
        """What the rows with these keys are called; another query only where they are many."""
        if not self.are_many:
            return self._first
        return dict(self.rows.filter(pk__in={key for key in keys if key}).values_list("pk", "name"))

    def find(self, text: str) -> tuple[int, str]:
        """The one that is meant: by its number, else by its name, else the only one whose name begins so.

        Raises `ValidationError` where there is none, or more than one.
        """
        if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS:
            numbered = self.rows.filter(pk=text).values_list("pk", "name").first()
            if numbered is not None:
                return cast("tuple[int, str]", numbered)
        begun = self.rows.filter(name__istartswith=text).order_by(Length("name"), "name")
        found: list[tuple[int, str]] = list(begun.values_list("pk", "name")[:MOST_NAMED])
        exact = [one for one in found if one[1] == text] or [one for one in found if one[1].lower() == text.lower()]
        return _only(exact or found, text)


def _only(found: list[tuple[int, str]], text: str) -> tuple[int, str]:
    if len(found) == 1:
        return found[0]
    if not found:
        raise forms.ValidationError(_("Nothing has this number, or a name that begins with “%s”.") % text)
    shown = ", ".join(f"{name} ({key})" for key, name in found)
    raise forms.ValidationError(
        _("Several begin with “%(text)s”, such as %(shown)s. Give more of the name, or the number.")
        % {"text": text, "shown": shown}
    )


class PickField(forms.CharField):
    """One of many, by its number or by how its name begins. Once found, its whole name is shown."""

    def __init__(self, picks: Picks, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
        super().__init__(max_length=120, widget=widget, **kwargs)
        self._picks = picks
        self._found = ""

    def clean(self, value: Any) -> Any:
        """The key of the row that is meant."""
        text = super().clean(value)
        if not text:
            return ""
        key, self._found = self._picks.find(text)
        return key

    def bound_data(self, data: Any, initial: Any) -> Any:
        """What the field shows again."""
        return self._found or super().bound_data(data, initial)


def offer(form: forms.Form, name: str, options: Iterable[tuple[Any, Any]]) -> None:
    """Let a field of a form choose among these; where they are too many to be listed, by typing."""
    given = form.fields[name]
    if isinstance(options, Picks) and options.are_many:
        label = _("%(what)s: its name begins with, or its number") % {"what": given.label}
        form.fields[name] = PickField(options, label=label, required=given.required)
    else:
        first = () if given.required else (("", _("All")),)
        cast("forms.ChoiceField", given).choices = [*first, *options]
