"""The addresses of the API that belong to no app, beneath /api/v1/."""

from django.urls import path

from tcxc.api.docs import SchemaView, docs
from tcxc.api.resources import MeView, ProblemTypesView, ProblemTypeView

urlpatterns = [
    path("me/", MeView.as_view(), name="api-me"),
    path("problems/", ProblemTypesView.as_view(), name="api-problems"),
    path("problems/<str:code>/", ProblemTypeView.as_view(), name="api-problem"),
    path("schema/", SchemaView.as_view(), name="api-schema"),
    path("docs/", docs, name="api-docs"),
]
