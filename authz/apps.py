"""Authorization as a Django app."""

from django.apps import AppConfig


class AuthzConfig(AppConfig):
    """Authorization."""

    name = "authz"
    verbose_name = "Authorization"

    def ready(self) -> None:
        """Have the records' partitions looked after, and say what the engine's alerts mean."""
        from tcxc import alerts, partitions

        partitions.register("authz_cdr", "authz_messagerecord")
        alerts.explain("overrun", "traffic went on beyond its grant; it was charged in full")
        alerts.explain("unsolicited", "traffic that was never authorized; it was charged from its own facts")
        alerts.explain("not_charged", "traffic that was used without a price to charge it by; nobody paid for it")
