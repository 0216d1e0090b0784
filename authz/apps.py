"""Authorization as a Django app."""

from django.apps import AppConfig


class AuthzConfig(AppConfig):
    """Authorization."""

    name = "authz"
    verbose_name = "Authorization"
