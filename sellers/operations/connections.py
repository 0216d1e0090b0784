"""Sellers and their connections: made, changed, paused by the seller, blocked by an operator."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from sellers.locks import lock_connection
from sellers.models import Connection, KeyedBy, Rate, Seller, Service
from sellers.terminations import sip_fault, smpp_fault
from tcxc import audit
from tcxc.actors import Actor
from tcxc.errors import Invalid, NotAllowed, Refused
from tcxc.models import Company
from tcxc.queries.people import is_operator

FIELDS = (
    "name",
    "keyed_by",
    "route_type",
    "sip_uri",
    "smpp_uri",
    "capacity",
    "manual_approval",
)
OPERATOR_FIELDS = ("commission_rate",)


@transaction.atomic
def create_seller(
    *, company: Company, by: Actor, currency: str = "USD", commission_rate: Decimal = Decimal("0.0000")
) -> Seller:
    """Make a company a seller in one currency (ISO 4217); of each charge the exchange keeps `commission_rate`.

    Raises `Refused` (`seller_exists`) when it is one already, `Invalid` by field.
    """
    faults = _commission_faults(commission_rate)
    if len(currency) != 3 or not (currency.isascii() and currency.isupper()):
        faults["currency"] = ["Three capital letters, such as USD."]
    if faults:
        raise Invalid("The seller's details are not right.", errors=faults)
    seller, made = Seller.objects.get_or_create(
        company=company, defaults={"currency": currency, "commission_rate": commission_rate}
    )
    if not made:
        raise Refused(f"{company.name} is a seller already.", type_="seller_exists")
    after = {"currency": currency, "commission_rate": commission_rate}
    audit.record("seller.create", seller, by=by, company=company, after=after)
    return seller


@transaction.atomic
def create_connection(*, seller: Seller, name: str, service: str, by: Actor, **details: Any) -> Connection:
    """Make a route of a seller. `details` are any of `FIELDS`; the operator's `commission_rate` too.

    Raises `Invalid` by field, `Refused` (`name_taken`) for a second connection of that name.
    """
    if service not in Service.values:
        raise Invalid("The connection is not right.", errors={"service": ["One of voice and sms."]})
    connection = Connection(seller=seller, service=service, **_checked({"name": name, **details}, service, by))
    _save(connection)
    after = _facts(connection) | {"service": service}
    audit.record("connection.create", connection, by=by, company=seller.company, after=after)
    return connection


@transaction.atomic
def update_connection(*, connection: Connection, changes: Mapping[str, Any], by: Actor) -> Connection:
    """Change some of a connection's `FIELDS`. The service never changes, `keyed_by` only before the first prices.

    Raises `Invalid` by field, `Refused` (`name_taken`, `prices_exist`), `NotAllowed` for an operator's field.
    """
    held = lock_connection(connection.pk)
    before = _facts(held)
    values = _checked(changes, held.service, by)
    if values.get("keyed_by", held.keyed_by) != held.keyed_by and Rate.objects.filter(connection=held).exists():
        raise Refused("Its prices are keyed already: make a connection for the other kind.", type_="prices_exist")
    for field, value in values.items():
        setattr(held, field, value)
    after = _facts(held)
    if after != before:
        _save(held)
        audit.record("connection.update", held, by=by, company=held.seller.company, before=before, after=after)
    return held


def pause_connection(*, connection: Connection, by: Actor, reason: str = "") -> Connection:
    """Take the route off the market by its seller's wish. `NotAllowed` while an operator blocks it."""
    return _set_status(connection, Connection.Status.PAUSED, "pause", by=by, reason=reason)


def resume_connection(*, connection: Connection, by: Actor, reason: str = "") -> Connection:
    """Put a paused route back on the market. `NotAllowed` while an operator blocks it."""
    return _set_status(connection, Connection.Status.ACTIVE, "resume", by=by, reason=reason)


def block_connection(*, connection: Connection, by: Actor, reason: str) -> Connection:
    """Take the route off the market by an operator's word, with a reason; its seller can't lift that."""
    _check_operator(by, reason)
    return _set_status(connection, Connection.Status.BLOCKED, "block", by=by, reason=reason)


def unblock_connection(*, connection: Connection, by: Actor, reason: str) -> Connection:
    """Lift an operator's block, with a reason; only an operator can. One that is not blocked stays as it is."""
    _check_operator(by, reason)
    return _set_status(connection, Connection.Status.ACTIVE, "unblock", by=by, reason=reason)


def _check_operator(by: Actor, reason: str) -> None:
    if not is_operator(by):
        raise NotAllowed("Only an operator blocks and unblocks connections.")
    if not reason.strip():
        raise Invalid("Say why.", errors={"reason": ["This field may not be blank."]})


@transaction.atomic
def _set_status(connection: Connection, status: Connection.Status, verb: str, *, by: Actor, reason: str) -> Connection:
    held = lock_connection(connection.pk)
    before, is_blocked = held.status, held.status == Connection.Status.BLOCKED
    if is_blocked and verb in {"pause", "resume"}:
        raise NotAllowed("An operator has blocked this connection, and only an operator can unblock it.")
    if before == status or (verb == "unblock" and not is_blocked):
        return held
    held.status = status
    held.save(update_fields=["status"])
    audit.record(
        f"connection.{verb}",
        held,
        by=by,
        company=held.seller.company,
        before={"status": before},
        after={"status": status.value},
        reason=reason.strip(),
    )
    return held


def _save(connection: Connection) -> None:
    try:
        with transaction.atomic():
            connection.save()
    except IntegrityError as error:
        if "connection_name_once_per_seller" not in str(error):
            raise
        sentence = "The seller has a connection of this name already."
        raise Refused(sentence, errors={"name": [sentence]}, type_="name_taken") from error


def _facts(connection: Connection) -> dict[str, Any]:
    return {field: getattr(connection, field) for field in (*FIELDS, *OPERATOR_FIELDS)}


def _checked(values: Mapping[str, Any], service: str, by: Actor) -> dict[str, Any]:
    """The values, trimmed, or `Invalid` with the sentences for each that is wrong."""
    plain: dict[str, Any] = {
        field: value.strip() if isinstance(value, str) else value for field, value in values.items()
    }
    unknown = [field for field in plain if field not in FIELDS + OPERATOR_FIELDS]
    if unknown:
        raise Invalid("A connection has no such field.", errors={field: ["Unknown."] for field in unknown})
    if "commission_rate" in plain and not is_operator(by):
        raise NotAllowed("The commission is set by an operator.")
    faults = {field: [fault] for field, value in plain.items() if (fault := _fault(field, value, service))}
    if plain.get("commission_rate") is not None:
        faults |= _commission_faults(Decimal(plain["commission_rate"]))
    if faults:
        raise Invalid("The connection is not right.", errors=faults)
    return plain


def _fault(field: str, value: Any, service: str) -> str | None:
    fault = None
    match field:
        case "name":
            fault = None if 0 < len(value) <= 120 else "From 1 to 120 characters."
        case "keyed_by":
            fault = _keyed_by_fault(value, service)
        case "route_type":
            fault = None if value in Connection.RouteType.values else "One of CLI, NCLI and TDM."
        case "sip_uri":
            fault = sip_fault(value) if value else None
        case "smpp_uri":
            fault = smpp_fault(value) if value else None
        case "capacity":
            fault = None if value is None or 0 <= value < 2**31 else "A whole number from 0, or empty for no limit."
    return fault


def _keyed_by_fault(value: str, service: str) -> str | None:
    if value not in KeyedBy.values:
        return "One of prefix and mccmnc."
    if value == KeyedBy.MCCMNC and service == Service.VOICE:
        return "Voice is priced by E.164 prefix; only SMS can be priced by MCCMNC."
    return None


def _commission_faults(rate: Decimal) -> dict[str, list[str]]:
    exponent = rate.as_tuple().exponent if rate.is_finite() else None
    if isinstance(exponent, int) and exponent >= -4 and 0 <= rate <= 1:
        return {}
    return {"commission_rate": ["A share from 0 to 1 with at most four decimals: 0.05 is 5 %."]}
