"""Companies: signed up with their first owner, and changed."""

from collections.abc import Mapping
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from tcxc import audit, numbering
from tcxc.actors import Actor
from tcxc.errors import Invalid
from tcxc.models import Company, Membership, User
from tcxc.roles import Role

FIELDS = ("name", "country", "time_zone", "noc_email", "rates_email")


@transaction.atomic
def sign_up_company(*, owner: User, by: Actor, name: str, **details: str) -> Company:
    """Make a company with its first owner. `details` are country, time_zone, noc_email and rates_email.

    Whether it buys or sells is said by `buyers.operations` and `sellers.operations`. Raises `Invalid` by field.
    """
    company = Company(**_checked({"name": name, **details}))
    company.save()
    Membership.objects.create(user=owner, company=company, role=Role.OWNER)
    audit.record("company.sign_up", company, by=by, company=company, after=_facts(company) | {"owner": owner.pk})
    return company


@transaction.atomic
def update_company(*, company: Company, changes: Mapping[str, str], by: Actor) -> Company:
    """Change some of a company's fields. Raises `Invalid` by field."""
    held = Company.objects.select_for_update(no_key=True).get(pk=company.pk)
    before = _facts(held)
    for name, value in _checked(changes).items():
        setattr(held, name, value)
    if _facts(held) != before:
        held.save(update_fields=FIELDS)
        audit.record("company.update", held, by=by, company=held, before=before, after=_facts(held))
    return held


def _facts(company: Company) -> dict[str, str]:
    return {name: getattr(company, name) for name in FIELDS}


def _checked(values: Mapping[str, str]) -> dict[str, str]:
    """The values, trimmed, or `Invalid` with a sentence for each that is wrong."""
    plain = {name: value.strip() for name, value in values.items()}
    if "country" in plain:
        plain["country"] = plain["country"].upper()
    faults = {name: [fault] for name, value in plain.items() if (fault := _fault(name, value))}
    if faults:
        raise Invalid("The company's details are not right.", errors=faults)
    return plain


def _fault(name: str, value: str) -> str:
    if name == "name" and not value:
        return "A company needs a name."
    if name == "name" and len(value) > 120:
        return "No more than 120 characters."
    if name == "country" and value and value not in numbering.countries():
        return "Give the two letters of ISO 3166."
    if name == "time_zone" and value not in available_timezones():
        return "Give an IANA name such as Europe/London."
    if name in {"noc_email", "rates_email"} and value and not _is_email(value):
        return "Give an e-mail address."
    return "" if name in FIELDS else "There is no such field."


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True
