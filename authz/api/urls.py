"""Addresses beneath /api/v1/aaa/."""

from django.urls import path

from authz.api import resources, views

urlpatterns = [
    path("authorize/", views.AuthorizeView.as_view(), name="aaa-authorize"),
    path("update/", views.UpdateView.as_view(), name="aaa-update"),
    path("terminate/", views.TerminateView.as_view(), name="aaa-terminate"),
    path("event/", views.EventView.as_view(), name="aaa-event"),
    path("batch/", views.BatchView.as_view(), name="aaa-batch"),
    path("sessions/", resources.SessionsView.as_view(), name="aaa-sessions"),
    path("sessions/<path:session_id>/", resources.SessionView.as_view(), name="aaa-session"),
    path("accounts/<str:account_sid>/", resources.StandingView.as_view(), name="aaa-account"),
]
