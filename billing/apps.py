"""Money as a Django app."""

from django.apps import AppConfig


class BillingConfig(AppConfig):
    """Money."""

    name = "billing"
    verbose_name = "Money"

    def ready(self) -> None:
        """Have the entries looked after and proved."""
        from billing import auditing
        from billing.audit_checks import CHECKS
        from tcxc import alerts, partitions

        auditing.register(*CHECKS)
        partitions.register("billing_entry")
        alerts.explain("audit", "the books are not right: stop payouts and look at once")
