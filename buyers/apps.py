"""Buyers and accounts as a Django app."""

from django.apps import AppConfig


class BuyersConfig(AppConfig):
    """Buyers and accounts."""

    name = "buyers"
    verbose_name = "Buyers and accounts"
