"""The addresses of money, beneath /api/v1/."""

from django.urls import path

from billing.api import problem_types  # noqa: F401  (describes them)
from billing.api.credits import CreditsView
from billing.api.ledgers import AccountLedgerView, SellerLedgerView

urlpatterns = [
    path("operator/credits/", CreditsView.as_view()),
    path("accounts/<id:account_id>/ledger/", AccountLedgerView.as_view()),
    path("seller/ledger/", SellerLedgerView.as_view()),
]
