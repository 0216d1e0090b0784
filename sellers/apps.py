"""Sellers and prices as a Django app."""

from django.apps import AppConfig


class SellersConfig(AppConfig):
    """Sellers and prices."""

    name = "sellers"
    verbose_name = "Sellers and prices"

    def ready(self) -> None:
        """Have the seller's lists exported."""
        from sellers.console import exports

        exports.register_all()
