"""Which documents numbers need: said by operators for all sellers, and by sellers for their own numbers."""

from django.db import IntegrityError, transaction

from numbers.models import NumberType, Requirement
from numbers.paperwork import is_kind
from sellers.models import Seller
from tcxc import audit, numbering
from tcxc.actors import Actor
from tcxc.errors import Invalid, Refused


@transaction.atomic
def require_document(
    *, kind: str, by: Actor, country: str = "", type_: str = "", seller: Seller | None = None, note: str = ""
) -> Requirement:
    """Have numbers of a country and a type need a document, from their next buyers on. Empty: every one.

    Without a seller it is for the numbers of all. Raises `Invalid` by field, `Refused` (`requirement_exists`).
    """
    faults = {
        "kind": "" if is_kind(kind) else "A word such as identity or address_proof.",
        "country": "" if not country or country in numbering.countries() else "Give the two letters of ISO 3166.",
        "type": "" if type_ in {"", *NumberType.values} else f"One of {', '.join(NumberType.values)}.",
        "note": "" if len(note.strip()) <= 255 else "At most 255 characters.",
    }
    wrong = {field: [fault] for field, fault in faults.items() if fault}
    if wrong:
        raise Invalid("The requirement is not right.", errors=wrong)
    made = _insert(Requirement(kind=kind, country=country, type=type_, seller=seller, note=note.strip()))
    audit.record("requirement.make", made, by=by, company=seller.company if seller else None, after=_facts(made))
    return made


@transaction.atomic
def drop_requirement(*, requirement: Requirement, by: Actor) -> None:
    """Ask for a document no more. Numbers that were bought keep what they needed."""
    company = requirement.seller.company if requirement.seller else None
    audit.record("requirement.drop", requirement, by=by, company=company, before=_facts(requirement))
    requirement.delete()


def _insert(requirement: Requirement) -> Requirement:
    try:
        with transaction.atomic():
            requirement.save()
    except IntegrityError as error:
        if "requirement_once" not in str(error):
            raise
        raise Refused("This is required already.", type_="requirement_exists") from error
    return requirement


def _facts(requirement: Requirement) -> dict[str, object]:
    return {name: getattr(requirement, name) for name in ("kind", "country", "type", "seller_id", "note")}
