"""Money as a Django app."""

from django.apps import AppConfig


class BillingConfig(AppConfig):
    """Money."""

    name = "billing"
    verbose_name = "Money"

    def ready(self) -> None:
        """Have the entries' partitions looked after."""
        from tcxc import partitions

        partitions.register("billing_entry")
