"""A resource for tests of the conventions: it makes companies."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.urls import path
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from tcxc.api.access import allow
from tcxc.api.fields import AmountField, MomentField, NumberField, PriceField
from tcxc.api.paging import page_of
from tcxc.api.parsing import BoundedJson
from tcxc.api.serializers import StrictSerializer
from tcxc.api.views import ApiView
from tcxc.errors import InsufficientBalance
from tcxc.models import Company, Holder
from tcxc.scopes import Scope
from tcxc.urls import urlpatterns as real


class Inner(StrictSerializer):
    word = serializers.CharField()


class ProbeBody(StrictSerializer):
    name = serializers.CharField(max_length=20)
    amount = AmountField(required=False)
    price = PriceField(required=False)
    number = NumberField(required=False)
    at = MomentField(required=False)
    inner = Inner(many=True, required=False)
    file = serializers.FileField(required=False)
    id = serializers.IntegerField(read_only=True)


class ProbeView(ApiView):
    access = {
        "GET": allow(Holder.BUYER, scope=Scope.ACCOUNTS_READ),
        "POST": allow(Holder.BUYER, scope=Scope.ACCOUNTS_WRITE),
    }
    parser_classes = [BoundedJson, MultiPartParser]

    def get(self, request: Request) -> Response:
        page = page_of(Company.objects.all(), request)
        return Response(page.answer([row.name for row in page.rows]))

    def post(self, request: Request) -> Response:
        given: dict[str, Any] = self.body(ProbeBody)
        given.pop("file", None)
        made = Company.objects.create(name=given["name"])
        if given["name"] == "poor":
            raise InsufficientBalance("There is no money.")
        if given["name"] == "crash":
            raise RuntimeError(given["name"])
        if given["name"] == "deny":
            raise PermissionDenied
        return Response({**ProbeBody(given).data, "id": made.pk}, status=201)


class CommittingProbeView(ProbeView):
    one_transaction = False


urlpatterns = [
    path("api/v1/probe/", ProbeView.as_view()),
    path("api/v1/committing-probe/", CommittingProbeView.as_view()),
    *real,
]
