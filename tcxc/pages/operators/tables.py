"""The kinds of admin tables: for operators, read-only, and for tables with millions of rows."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.forms import BaseForm, Media
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy

from tcxc.actors import Actor
from tcxc.errors import Refused
from tcxc.pages.again import ask_again, is_recent
from tcxc.pages.forms import add_refusal
from tcxc.pages.seats import actor_of

M = TypeVar("M", bound=Model)
MOST_COUNTED = 5_000


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a deed answers when it made a secret: shown on this one page, and never again."""

    text: str
    secret: str


@dataclass(frozen=True, slots=True)
class Onward:
    """What a deed answers when the operator goes on elsewhere, after a last step with the request."""

    to: str
    step: Callable[[HttpRequest], object]


@dataclass(frozen=True, slots=True)
class Deed:
    """Something an operator does to one thing, by a form: what it is called, asks, previews and runs.

    `preview` says what will happen, with the figures after it; the form is then asked for once more. `run` calls the
    operation and returns the sentence of the receipt, a `Receipt` or an `Onward`; what the operation refuses is shown
    on the form. `asks_again` is for money and power: whoever has not shown lately who they are does so first.
    """

    name: str
    label: str | Promise
    form: type[BaseForm]
    run: Callable[[Any, dict[str, Any], Actor], "str | Receipt | Onward"]
    says: str | Promise = ""
    preview: Callable[[Any, dict[str, Any]], str] | None = None
    applies: Callable[[Any], bool] = lambda _thing: True
    initial: Callable[[Any], dict[str, Any]] = lambda _thing: {}
    is_grave: bool = False
    asks_again: bool = False


class CappedPaginator(Paginator):  # type: ignore[type-arg]  # generic for type checkers only
    """Counts no further than a few thousand rows: what lies beyond is found by searching, not by leafing."""

    @cached_property
    def count(self) -> int:
        """How many rows there are, at most `MOST_COUNTED`."""
        rows = self.object_list
        if isinstance(rows, QuerySet):
            return rows.order_by()[:MOST_COUNTED].count()
        return len(rows)


def words_of(column: str, title: str | Promise, words: Iterable[str]) -> type[admin.SimpleListFilter]:
    """A filter by a column's known words. Django's own reads millions of rows to find them."""

    class OfWord(admin.SimpleListFilter):
        """One of the words, or all rows."""

        def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
            """The words, in their order."""
            return [(word, word) for word in words]

        def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
            """The rows with the chosen word."""
            return queryset.filter(**{column: self.value()}) if self.value() else queryset

    OfWord.title, OfWord.parameter_name = title, column  # type: ignore[assignment]
    return OfWord


if TYPE_CHECKING:

    class _Table(admin.ModelAdmin[M]):
        """Django's own, which only type checkers see as generic."""

else:

    class _Table(admin.ModelAdmin, Generic[M]):
        """Django's own, made generic."""


class OperatorAdmin(_Table[M]):
    """A table that every operator may see; changes go through `deeds` and operations, each with its audit row."""

    show_full_result_count = False
    list_per_page = 50
    deeds: tuple[Deed, ...] = ()
    change_form_template = "admin/operator_change_form.html"

    @property
    def media(self) -> Media:
        """None of Django's scripts: they serve bulk actions, inlines and filled-in fields, which no table has here."""
        return Media()

    def has_module_permission(self, request: HttpRequest) -> bool:
        """The site has let only operators in."""
        return bool(request.user.is_active and request.user.is_staff)

    def has_view_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        """Operators see everything."""
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nothing is added here unless a table says so."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        """Nothing is changed here unless a table says so."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        """Nothing is ever deleted here."""
        return False

    @admin.display(description=gettext_lazy("No."), ordering="pk")
    def number(self, thing: M) -> Any:
        """The number of a row."""
        return thing.pk

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """No bulk actions: each deed needs a reason of its own."""
        return {}

    def get_urls(self) -> list[URLPattern]:
        """The stock addresses, and one for each deed."""
        names = self.opts
        mine = [
            path(
                f"<path:object_id>/{deed.name}/",
                self.admin_site.admin_view(self._deed_view(deed)),
                name=f"{names.app_label}_{names.model_name}_{deed.name}",
            )
            for deed in self.deeds
        ]
        return [*mine, *super().get_urls()]

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """The page of one thing, with the deeds that apply to it."""
        thing = kwargs.get("obj") or context.get("original")
        context["deeds"] = [(deed, self._address(deed, thing)) for deed in self.deeds if thing and deed.applies(thing)]
        return super().render_change_form(request, context, *args, **kwargs)

    def _address(self, deed: Deed, thing: M) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{deed.name}", args=[thing.pk])

    def _deed_view(self, deed: Deed) -> Callable[..., HttpResponse]:
        def view(request: HttpRequest, object_id: str) -> HttpResponse:
            thing = self.get_object(request, object_id)
            if thing is None or not deed.applies(thing):
                raise Http404
            if deed.asks_again and not is_recent(request):
                return ask_again(request)
            return self._do(request, deed, thing)

        return view

    def _do(self, request: HttpRequest, deed: Deed, thing: M) -> HttpResponse:
        data = request.POST if request.method == "POST" else None
        form = deed.form(data, initial=deed.initial(thing))
        asked = ""
        if form.is_valid():
            try:
                if deed.preview is None or "sure" in request.POST:
                    return self._answer(request, deed, thing, deed.run(thing, form.cleaned_data, actor_of(request)))
                asked = deed.preview(thing, form.cleaned_data)
            except Refused as refused:
                add_refusal(form, refused)
        return self._form_page(request, deed, thing, form, asked)

    def _answer(self, request: HttpRequest, deed: Deed, thing: M, receipt: str | Receipt | Onward) -> HttpResponse:
        if isinstance(receipt, Onward):
            receipt.step(request)
            return redirect(receipt.to)
        if isinstance(receipt, Receipt):
            context = self.admin_site.each_context(request) | {"opts": self.opts, "original": thing, "receipt": receipt}
            return TemplateResponse(request, "admin/secret.html", context | {"title": deed.label})
        messages.success(request, receipt)
        return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", thing.pk)

    def _form_page(self, request: HttpRequest, deed: Deed, thing: M, form: BaseForm, asked: str) -> HttpResponse:
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "original": thing,
            "title": deed.label,
            "deed": deed,
            "form": form,
            "asked": asked,
            "is_previewed": deed.preview is not None,
        }
        return TemplateResponse(request, "admin/deed.html", context, status=422 if form.errors else 200)


class BigTableAdmin(OperatorAdmin[M]):
    """A read-only table with millions of rows: newest first by its key, counted only so far, searched by exact ids."""

    paginator = CappedPaginator
    ordering: ClassVar[tuple[str, ...]] = ("-id",)

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[M], search_term: str) -> Any:
        """The rows that the text names exactly; no LIKE over millions of rows."""
        text = search_term.strip()
        return (self.named(queryset, text) if text else queryset), False

    def named(self, rows: QuerySet[M], text: str) -> QuerySet[M]:
        """The rows with this id: by number, unless a table knows better names."""
        return rows.filter(pk=int(text)) if text.isascii() and text.isdigit() and len(text) < 19 else rows.none()
