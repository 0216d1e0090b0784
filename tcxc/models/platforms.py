"""Platforms: the CPaaS installations that send their traffic past us."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Platform(models.Model):
    """One Restcomm cloud. Session ids and sub-account SIDs are unique within it."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    api_url = models.URLField(
        _("REST address"), blank=True, help_text=_("Where calls are hung up and accounts suspended")
    )
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return self.name
