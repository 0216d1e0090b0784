"""Authorization as a Django app."""

from django.apps import AppConfig


class AuthzConfig(AppConfig):
    """Authorization."""

    name = "authz"
    verbose_name = "Authorization"

    def ready(self) -> None:
        """Have the records looked after and proved, and say what the engine's alerts mean."""
        from authz import hanging_up
        from authz.auditing import CHECKS
        from billing import auditing
        from tcxc import alerts, delivery, partitions

        delivery.register(hanging_up.TOPIC, hanging_up.deliver)
        auditing.register(*CHECKS)
        partitions.register("authz_cdr", "authz_messagerecord")
        alerts.explain("overrun", "traffic went on beyond its grant; it was charged in full")
        alerts.explain("unsolicited", "traffic that was never authorized; it was charged from its own facts")
        alerts.explain("not_charged", "traffic that was used without a price to charge it by; nobody paid for it")
