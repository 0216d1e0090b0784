"""The ground floor as a Django app."""

from django.apps import AppConfig


class TcxcConfig(AppConfig):
    """People, companies, keys and audit."""

    name = "tcxc"
    verbose_name = "People and companies"

    def ready(self) -> None:
        """Load the Celery application, so that tasks sent from here find it, and register the system checks."""
        import tcxc.celery  # noqa: F401
        from tcxc import checks

        checks.register_all()
