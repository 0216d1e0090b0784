"""The CPaaS installations that send their traffic past us."""

from django.db import transaction

from tcxc import audit
from tcxc.actors import Actor
from tcxc.errors import Refused
from tcxc.models import Platform


@transaction.atomic
def open_platform(*, name: str, by: Actor, api_url: str = "") -> Platform:
    """Admit one Restcomm cloud; `api_url` is where its own REST API answers. Raises `Refused` (`name_taken`)."""
    platform, is_new = Platform.objects.get_or_create(name=name, defaults={"api_url": api_url})
    if not is_new:
        raise Refused(f"There is a platform named {name} already.", type_="name_taken")
    audit.record("platform.open", platform, by=by, after={"name": name, "api_url": api_url})
    return platform
