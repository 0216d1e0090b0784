"""The addresses of accounts, links and interconnects, beneath /api/v1/."""

from django.urls import path

from buyers.api import problem_types  # noqa: F401  (describes them)
from buyers.api.accounts import AccountsView, AccountView, BlockView, UnblockView
from buyers.api.interconnects import InterconnectsView, InterconnectView
from buyers.api.links import LinksView, LinkView
from buyers.api.reconciliation import DifferencesView, MendView, ReconciliationView, RestcommLoginView
from buyers.api.seller_interconnects import ApproveView, RejectView, SellerInterconnectsView

urlpatterns = [
    path("accounts/", AccountsView.as_view()),
    path("accounts/<id:account_id>/", AccountView.as_view()),
    path("accounts/<id:account_id>/block/", BlockView.as_view()),
    path("accounts/<id:account_id>/unblock/", UnblockView.as_view()),
    path("accounts/<id:account_id>/links/", LinksView.as_view()),
    path("accounts/<id:account_id>/links/<str:account_sid>/", LinkView.as_view()),
    path("accounts/<id:account_id>/interconnects/", InterconnectsView.as_view()),
    path("accounts/<id:account_id>/interconnects/<id:interconnect_id>/", InterconnectView.as_view()),
    path("accounts/<id:account_id>/restcomm-login/", RestcommLoginView.as_view()),
    path("accounts/<id:account_id>/reconciliation/", ReconciliationView.as_view()),
    path("accounts/<id:account_id>/reconciliation/differences/", DifferencesView.as_view()),
    path("accounts/<id:account_id>/reconciliation/differences/<id:difference_id>/mend/", MendView.as_view()),
    path("seller/interconnects/", SellerInterconnectsView.as_view()),
    path("seller/interconnects/<id:interconnect_id>/approve/", ApproveView.as_view()),
    path("seller/interconnects/<id:interconnect_id>/reject/", RejectView.as_view()),
]
