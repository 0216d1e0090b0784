"""The operators' admin as a Django app: Django's own, on our site."""

from django.contrib.admin.apps import AdminConfig


class OperatorAdminConfig(AdminConfig):
    """Django's admin with `OperatorSite` as its site."""

    default_site = "tcxc.pages.operators.site.OperatorSite"
