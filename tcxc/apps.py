"""The ground floor as a Django app."""

from django.apps import AppConfig


class TcxcConfig(AppConfig):
    """People, companies, keys and audit."""

    name = "tcxc"
    verbose_name = "People and companies"

    def ready(self) -> None:
        """Load the Celery application, so that tasks sent from here find it; register checks and outbox topics."""
        import tcxc.celery  # noqa: F401
        from tcxc import alerts, checks, delivery, invitation_mail, mail
        from tcxc.operations import invitations

        checks.register_all()
        delivery.register(mail.TOPIC, mail.deliver)
        delivery.register(invitations.TOPIC, invitation_mail.deliver)
        delivery.register_digest(alerts.TOPIC, alerts.send_digest, pause=alerts.PAUSE, at_once=alerts.AT_ONCE)
        alerts.explain("partition", "a month's partition could not be made")
