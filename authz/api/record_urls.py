"""The addresses of calls and messages, and of why they would go, beneath /api/v1/."""

from django.urls import path

from authz.api import problem_types  # noqa: F401  (describes them)
from authz.api.explaining import ExplainView
from authz.api.records import CallsView, CallView, MessagesView, MessageView

urlpatterns = [
    path("accounts/<id:account_id>/explain/", ExplainView.as_view()),
    path("cdrs/", CallsView.as_view()),
    path("cdrs/<id:record_id>/", CallView.as_view()),
    path("messages/", MessagesView.as_view()),
    path("messages/<id:record_id>/", MessageView.as_view()),
]
