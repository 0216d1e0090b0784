"""Small charts drawn by the server as SVG."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

STEP, BAR, HEIGHT = 10, 8, 32


def bars(values: Sequence[Decimal], label: str) -> SafeString:
    """One bar a value, the highest as high as the drawing; a value of nothing is a hairline."""
    top = max(values, default=Decimal(0)) or Decimal(1)
    shapes = format_html_join(
        "",
        '<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="1"></rect>',
        (_bar(n, value / top) for n, value in enumerate(values)),
    )
    return format_html(
        '<svg class="spark" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" aria-label="{}">{}</svg>',
        max(len(values) * STEP - (STEP - BAR), 1),
        HEIGHT,
        label,
        shapes,
    )


def _bar(n: int, share: Decimal) -> tuple[str, int, str, int, str]:
    height = max(Decimal(share) * HEIGHT, Decimal(1))
    return ("" if share > 0 else "none", n * STEP, f"{HEIGHT - height:.1f}", BAR, f"{height:.1f}")
