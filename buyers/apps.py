"""Buyers and accounts as a Django app."""

from django.apps import AppConfig


class BuyersConfig(AppConfig):
    """Buyers and accounts."""

    name = "buyers"
    verbose_name = "Buyers and accounts"

    def ready(self) -> None:
        """Deliver the notices that publications of prices cause."""
        from buyers.notices import prices
        from buyers.portal import exports
        from tcxc import delivery

        exports.register_all()
        delivery.register(prices.PUBLISHED, prices.owe_notices)
        delivery.register(prices.NOTICE, prices.send_notice)
