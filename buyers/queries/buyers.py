"""Finds buyers."""

from buyers.models import Buyer


def find_buyer(company_id: int) -> Buyer | None:
    """The buyer that a company is, if it is one."""
    return Buyer.objects.select_related("company").filter(pk=company_id).first()
