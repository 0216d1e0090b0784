"""An empty view of Django REST framework: what the REST door is measured against."""

from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView


class EmptyView(APIView):
    """Answers every POST with an empty object, whoever asks."""

    authentication_classes = []
    permission_classes = []
    throttle_classes = []

    def post(self, request: Request) -> Response:
        """Answer."""
        return Response({})


urlpatterns = [path("empty/", EmptyView.as_view())]
