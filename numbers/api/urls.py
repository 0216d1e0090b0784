"""The addresses of phone numbers, beneath /api/v1/."""

from django.urls import path

from numbers.api import problem_types  # noqa: F401  (describes them)
from numbers.api.hosted import (
    BlockNumberView,
    HostedHistoryView,
    HostedNumbersView,
    HostedNumberView,
    HostManyView,
    UnblockNumberView,
)
from numbers.api.market import FacetsView, MarketView, PurchasesView, PurchaseView
from numbers.api.subscriptions import HistoryView, ReleaseView, SubscriptionsView, SubscriptionView

urlpatterns = [
    path("seller/numbers/", HostedNumbersView.as_view()),
    path("seller/numbers/bulk/", HostManyView.as_view()),
    path("seller/numbers/<str:number>/", HostedNumberView.as_view()),
    path("seller/numbers/<str:number>/block/", BlockNumberView.as_view()),
    path("seller/numbers/<str:number>/unblock/", UnblockNumberView.as_view()),
    path("seller/numbers/<str:number>/history/", HostedHistoryView.as_view()),
    path("numbers/", SubscriptionsView.as_view()),
    path("numbers/market/", MarketView.as_view()),
    path("numbers/market/facets/", FacetsView.as_view()),
    path("numbers/purchases/", PurchasesView.as_view()),
    path("numbers/<str:number>/", SubscriptionView.as_view()),
    path("numbers/<str:number>/purchase/", PurchaseView.as_view()),
    path("numbers/<str:number>/release/", ReleaseView.as_view()),
    path("numbers/<str:number>/history/", HistoryView.as_view()),
]
