"""What the settings show. Every query begins at one company."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from buyers.models import ProvisioningPair
from tcxc.errors import NotFound
from tcxc.models import ApiKey, ApiLogin, AuditEvent, Company, Invitation, Membership
from tcxc.pages.seats import Seat, Side
from tcxc.queries.api_keys import keys_of_company
from tcxc.queries.people import members_of, open_invitations_of


def member_of(company: Company, pk: int) -> Membership:
    """One member of the company. Raises `NotFound` for another company's too."""
    found = members_of(company).filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such member.")
    return found


def invitation_of(company: Company, pk: int) -> Invitation:
    """One open invitation of the company. Raises `NotFound`."""
    found = open_invitations_of(company).filter(pk=pk).select_related("company").first()
    if found is None:
        raise NotFound("There is no such invitation.")
    return found


def keys_of(seat: Seat) -> QuerySet[ApiKey]:
    """The API keys of the side on which one sits, the newest first."""
    return keys_of_company(seat.company).filter(holder=seat.side.value).select_related("created_by", "replaced_by")


def key_of(seat: Seat, pk: int) -> ApiKey:
    """One key of the side. Raises `NotFound`."""
    found = keys_of(seat).filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such key.")
    return found


def state_of(key: ApiKey, *, at: datetime) -> tuple[str, str]:
    """Whether a key works, in words and by the name of its pill."""
    if key.revoked_at is not None:
        return _("Revoked"), "revoked"
    if key.expires_at is not None and key.expires_at <= at:
        return _("Expired"), "expired"
    return (_("Replaced"), "replaced") if key.replaced_by_id else (_("Active"), "active")


def pairs_of(seat: Seat) -> list[ProvisioningPair]:
    """The pairs by which Restcomm buys for the buyer's accounts; a seller has none."""
    if seat.side is not Side.BUYER:
        return []
    found = ProvisioningPair.objects.filter(account__buyer_id=seat.company.pk).select_related("account")
    return list(found.order_by("account__name"))


def login_of(seat: Seat) -> ApiLogin | None:
    """The side's log-in of the TCXC API, if it has one."""
    return ApiLogin.objects.filter(company=seat.company, side=seat.side.value).first()


def audit_of(company: Company) -> QuerySet[AuditEvent]:
    """What was done in and to the company."""
    return AuditEvent.objects.filter(company=company).select_related("user", "acting_for", "api_key")
