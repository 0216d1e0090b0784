"""Icons: shapes of one sprite, which `assets/icons.txt` lists."""

from functools import cache

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString


@cache
def _sprite() -> str:
    return static("img/icons.svg")


def icon(name: str, *, label: str = "", extra: str = "") -> SafeString:
    """One icon; without a label it is decoration, and assistive technology passes over it."""
    classes = f"icon {extra}".rstrip()
    if label:
        shape = '<svg class="{}" role="img" aria-label="{}"><use href="{}#{}"></use></svg>'
        return format_html(shape, classes, label, _sprite(), name)
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}#{}"></use></svg>', classes, _sprite(), name)
