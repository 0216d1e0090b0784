"""Filters of tables: they stand in the address, so that a view can be kept and sent on."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tcxc.pages.picking import offer

NUMBERS_WITHIN = timedelta(days=31)


class DateInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


class DayField(forms.DateField):
    """A day that this exchange may have to do with: of what lies before or after, moments can't be reckoned."""

    widget = DateInput

    def __init__(self, **kwargs: Any) -> None:
        within = [MinValueValidator(date(1970, 1, 1)), MaxValueValidator(date(2999, 12, 31))]
        super().__init__(validators=within, **kwargs)


class FilterForm(forms.Form):
    """Filters that are all optional; a value that makes no sense is shown as wrong and narrows nothing."""

    def __init__(self, data: QueryDict, **choices: Iterable[tuple[Any, Any]]) -> None:
        super().__init__(data, auto_id="filter_%s")  # a form in a dialog over the table has the same names
        for name, options in choices.items():
            offer(self, name, options)
        self.is_valid()

    @property
    def chosen(self) -> dict[str, Any]:
        """The filters that are set."""
        return {name: value for name, value in self.cleaned_data.items() if value not in {None, ""}}

    note: str | Promise = ""  # what else narrows the rows, if anything does

    @property
    def is_narrowed(self) -> bool:
        """Whether any filter is set."""
        return bool(self.chosen)


class PeriodFilter(FilterForm):
    """Days from and to, both included, in the reader's time zone."""

    since = DayField(label=_("From"), required=False)
    until = DayField(label=_("To"), required=False)

    def period(self, field: str) -> dict[str, datetime]:
        """The conditions on a moment."""
        chosen = self.chosen
        conditions = {}
        if "since" in chosen:
            conditions[f"{field}__gte"] = day_start(chosen["since"])
        if "until" in chosen:
            conditions[f"{field}__lt"] = day_start(chosen["until"] + timedelta(days=1))
        return conditions

    @property
    def bounds(self) -> tuple[datetime, datetime | None]:
        """When the chosen period begins, and when it ends if it does; only a form with a first day has them."""
        chosen = self.chosen
        until = day_start(chosen["until"] + timedelta(days=1)) if "until" in chosen else None
        return day_start(chosen["since"]), until


class TrafficFilter(PeriodFilter):
    """Calls or messages by number called, result and time; each side adds whose they are."""

    number = forms.CharField(label=_("Number begins with"), required=False, max_length=20)
    result = forms.ChoiceField(label=_("Result"), required=False)
    paths: ClassVar[dict[str, str]] = {"number": "callee__startswith", "result": "result"}

    def clean_number(self) -> str:
        """The digits, without a plus."""
        number: str = self.cleaned_data["number"].strip().removeprefix("+")
        return number

    def lookups(self) -> dict[str, Any]:
        """The conditions. No index has the number, so it is looked for within a period only."""
        conditions: dict[str, Any] = {**self.period("recorded_at")}
        if "number" in self.chosen and "since" not in self.chosen:
            self.note = _("Numbers are looked for in the last 31 days; choose a day to look further back.")
            conditions["recorded_at__gte"] = timezone.now() - NUMBERS_WITHIN
        return conditions | {self.paths[name]: value for name, value in self.chosen.items() if name in self.paths}


def day_start(day: date) -> datetime:
    """When a day begins for the reader."""
    return timezone.make_aware(datetime.combine(day, time.min))
