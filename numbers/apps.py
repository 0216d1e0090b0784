"""Phone numbers as a Django app."""

from django.apps import AppConfig


class NumbersConfig(AppConfig):
    """Phone numbers."""

    name = "numbers"
    verbose_name = "Phone numbers"

    def ready(self) -> None:
        """Have the numbers proved with the ledger."""
        from billing import auditing
        from numbers.auditing import CHECKS

        auditing.register(*CHECKS)
