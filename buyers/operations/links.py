"""Links between accounts and Restcomm sub-accounts."""

import secrets

from django.db import IntegrityError, connection, transaction

from buyers.models import Account, RestcommLink
from buyers.restcomm import SID
from tcxc import audit
from tcxc.actors import Actor
from tcxc.crypto import encrypt
from tcxc.errors import Invalid, NotFound, Refused
from tcxc.models import Platform


@transaction.atomic
def link_account(*, account: Account, platform_id: int, account_sid: str, by: Actor) -> RestcommLink:
    """Tie a sub-account of a platform to an account, with a SIP name, a password and a network id of its own.

    Raises `Invalid`, `NotFound` for the platform, `Refused` (`already_linked`) when the sub-account has its account.
    """
    if not SID.fullmatch(account_sid):
        raise Invalid("That is no sub-account.", errors={"account_sid": ["AC and 32 hex digits in lower case."]})
    platform = Platform.objects.filter(pk=platform_id, is_active=True).first()
    if platform is None:
        raise NotFound("There is no such platform.", errors={"platform": ["There is no such platform."]})
    number = _next_number()
    link = RestcommLink(
        id=number,
        platform=platform,
        account_sid=account_sid,
        account=account,
        sip_username=f"tcxc-{number}",
        encrypted_sip_password=encrypt(secrets.token_urlsafe(24)),
        network_id=number,
    )
    _insert(link)
    audit.record("link.make", link, by=by, company=account.buyer.company, after=_facts(link))
    return link


@transaction.atomic
def unlink_account(*, link: RestcommLink, by: Actor) -> None:
    """Untie a sub-account: its requests are then of an unknown account. Calls under way are charged to their end."""
    before, company = _facts(link), link.account.buyer.company
    audit.record("link.remove", link, by=by, company=company, before=before)
    link.delete()


def _next_number() -> int:
    """The next id of a link, which is its network id too: those are never used again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('buyers_restcommlink', 'id'))")
        return int(cursor.fetchone()[0])


def _insert(link: RestcommLink) -> None:
    try:
        with transaction.atomic():
            link.save(force_insert=True)
    except IntegrityError as exc:
        if "sub_account_linked_once" not in str(exc):
            raise
        sentence = "This sub-account has its account already."
        raise Refused(sentence, errors={"account_sid": [sentence]}, type_="already_linked") from exc


def _facts(link: RestcommLink) -> dict[str, object]:
    names = ("account_id", "platform_id", "account_sid", "sip_username", "network_id")
    return {name: getattr(link, name) for name in names}
