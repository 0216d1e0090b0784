"""Phone numbers as a Django app."""

from django.apps import AppConfig


class NumbersConfig(AppConfig):
    """Phone numbers."""

    name = "numbers"
    verbose_name = "Phone numbers"
