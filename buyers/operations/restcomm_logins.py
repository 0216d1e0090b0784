"""The credentials with which we read one Restcomm's list of numbers."""

from django.db import transaction

from buyers.locks import lock_account
from buyers.models import Account, RestcommLogin
from buyers.restcomm import SID
from sellers.terminations import sip_fault
from tcxc import audit
from tcxc.actors import Actor
from tcxc.clock import utc_now
from tcxc.crypto import encrypt
from tcxc.errors import Invalid
from tcxc.outbound import check_address

LONGEST_URL = 255


@transaction.atomic
def set_restcomm_login(
    *, account: Account, api_url: str, account_sid: str, auth_token: str, by: Actor, sip_domain: str = ""
) -> RestcommLogin:
    """Keep where an account's Restcomm answers, and with what; its numbers are compared soon.

    `api_url` is the address of its REST API, such as https://cloud.example/restcomm, and `sip_domain` (host or
    host:port) where its numbers should be delivered, if that is to be compared. Raises `Invalid` by field.
    """
    _check(api_url, account_sid, auth_token, sip_domain)
    held = lock_account(account.pk)
    now = utc_now()
    facts = {"api_url": api_url, "account_sid": account_sid, "sip_domain": sip_domain}
    secret = {"encrypted_token": encrypt(auth_token), "set_at": now, "due_at": now}
    login, _ = RestcommLogin.objects.update_or_create(account=held, defaults=facts | secret)
    audit.record("restcomm_login.set", login, by=by, company=held.buyer.company, after=facts)
    return login


@transaction.atomic
def remove_restcomm_login(*, account: Account, by: Actor) -> None:
    """Forget the credentials; there may be none."""
    held = lock_account(account.pk)
    login = RestcommLogin.objects.filter(account=held).first()
    if login is not None:
        before = {"api_url": login.api_url, "account_sid": login.account_sid}
        audit.record("restcomm_login.remove", login, by=by, company=held.buyer.company, before=before)
        login.delete()


def _check(api_url: str, account_sid: str, auth_token: str, sip_domain: str) -> None:
    faults = {}
    if len(api_url) > LONGEST_URL:
        faults["api_url"] = [f"No more than {LONGEST_URL} characters."]
    if not SID.fullmatch(account_sid):
        faults["account_sid"] = ["AC and 32 hex digits in lower case."]
    if not 0 < len(auth_token) <= LONGEST_URL or not auth_token.isascii() or not auth_token.isprintable():
        faults["auth_token"] = ["Restcomm's AuthToken of that account."]
    if sip_domain and sip_fault(f"sip:number@{sip_domain}"):
        faults["sip_domain"] = ["A host, or a host and its port, such as cloud.example:5080."]
    if faults:
        raise Invalid("The log-in is not right.", errors=faults)
    check_address(api_url, field="api_url")
