"""Companies that become buyers."""

from django.db import transaction

from buyers.models import Buyer
from tcxc import audit
from tcxc.actors import Actor
from tcxc.errors import Invalid, Refused
from tcxc.models import Company


@transaction.atomic
def create_buyer(*, company: Company, by: Actor, currency: str = "USD") -> Buyer:
    """Make a company a buyer whose money is all in one currency (ISO 4217, capital letters).

    Raises `Refused` (`buyer_exists`) when it is one already, `Invalid` for what is no currency.
    """
    if len(currency) != 3 or not (currency.isascii() and currency.isupper()):
        raise Invalid("That is no currency.", errors={"currency": ["Three capital letters, such as USD."]})
    buyer, made = Buyer.objects.get_or_create(company=company, defaults={"currency": currency})
    if not made:
        raise Refused(f"{company.name} is a buyer already.", type_="buyer_exists")
    audit.record("buyer.create", buyer, by=by, company=company, after={"currency": currency})
    return buyer
