"""The ground floor as a Django app."""

from django.apps import AppConfig


class TcxcConfig(AppConfig):
    """People, companies, keys and audit."""

    name = "tcxc"
    verbose_name = "People and companies"
