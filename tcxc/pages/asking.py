"""The one way a page asks for something and does it: a form, an operation, a receipt."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.utils.functional import Promise

from tcxc.errors import Refused
from tcxc.pages.forms import add_refusal
from tcxc.pages.gate import PageRequest
from tcxc.pages.overlay import leave, render_over

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Question:
    """What a form page says: its heading and explanation, its button, and where it leads back to."""

    heading: Words
    verb: Words
    back: str
    back_label: Words
    says: Words = ""
    is_grave: bool = False
    template: str = "over/form.html"


@dataclass(frozen=True, slots=True)
class Done:
    """A receipt, and where to go on with it."""

    receipt: str
    to: str


@dataclass(frozen=True, slots=True)
class Reveal:
    """An answer that is shown this once, since it holds a secret: a template that extends `frame`, and its facts."""

    template: str
    facts: dict[str, Any]


def posted(request: PageRequest) -> QueryDict | None:
    """What a form is bound to: what was posted, if anything was."""
    return request.POST if request.method == "POST" else None


def ask(
    request: PageRequest,
    question: Question,
    form: forms.BaseForm,
    do: Callable[[dict[str, Any]], str | Done | Reveal],
    **more: Any,
) -> HttpResponse:
    """Show the form; when it comes back right, `do` it and go back, or on, with the sentence that `do` returns.

    What the operation refuses is shown on the form, with the status 422. `more` goes to the template.
    """
    context = {name: getattr(question, name) for name in ("heading", "verb", "back", "back_label", "says", "is_grave")}
    if form.is_bound and form.is_valid():
        try:
            answer = do(form.cleaned_data)
            if isinstance(answer, Reveal):
                return _reveal(request, answer, context)
            done = answer if isinstance(answer, Done) else Done(answer, question.back)
            messages.success(request, done.receipt)
            return leave(request, done.to)
        except Refused as refused:
            add_refusal(form, refused)
    status = 422 if form.errors else 200
    return render_over(request, question.template, context | {"form": form} | more, status=status)


def _reveal(request: PageRequest, answer: Reveal, context: dict[str, Any]) -> HttpResponse:
    page = render_over(request, answer.template, context | answer.facts)
    page["Cache-Control"] = "no-store"
    return page
