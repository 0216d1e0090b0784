"""Money as a Django app."""

from django.apps import AppConfig


class BillingConfig(AppConfig):
    """Money."""

    name = "billing"
    verbose_name = "Money"
