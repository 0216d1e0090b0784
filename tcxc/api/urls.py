"""The addresses of the API that belong to no app, beneath /api/v1/."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView

from tcxc.api.resources import MeView, ProblemTypesView, ProblemTypeView

urlpatterns = [
    path("me/", MeView.as_view(), name="api-me"),
    path("problems/", ProblemTypesView.as_view(), name="api-problems"),
    path("problems/<str:code>/", ProblemTypeView.as_view(), name="api-problem"),
    path(
        "schema/",
        SpectacularAPIView.as_view(authentication_classes=[], permission_classes=[], throttle_classes=[]),
        name="api-schema",
    ),
]
