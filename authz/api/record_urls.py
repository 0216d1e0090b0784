"""The addresses of calls and messages, beneath /api/v1/."""

from django.urls import path

from authz.api import problem_types  # noqa: F401  (describes them)
from authz.api.records import CallsView, CallView, MessagesView, MessageView

urlpatterns = [
    path("cdrs/", CallsView.as_view()),
    path("cdrs/<id:record_id>/", CallView.as_view()),
    path("messages/", MessagesView.as_view()),
    path("messages/<id:record_id>/", MessageView.as_view()),
]
