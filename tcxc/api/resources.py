"""Resources of no app: who the caller is, the list of problems, and the answer to every unknown path."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from tcxc.api.access import allow
from tcxc.api.examples import example
from tcxc.api.problems import TYPE_ROOT, TYPES
from tcxc.api.views import ApiView
from tcxc.models import Holder
from tcxc.scopes import SCOPES_OF_HOLDER


class CompanySerializer(serializers.Serializer[Any]):
    """The company for which a key speaks."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    country = serializers.CharField()
    time_zone = serializers.CharField()


class PlatformSerializer(serializers.Serializer[Any]):
    """The platform for which a key speaks."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class MeSerializer(serializers.Serializer[Any]):
    """A key and its holder."""

    holder = serializers.ChoiceField(choices=Holder.choices)
    company = CompanySerializer(allow_null=True)
    platform = PlatformSerializer(allow_null=True)
    email = serializers.CharField(allow_null=True, help_text="Of an operator.")
    key = serializers.CharField(help_text="How the key begins.")
    name = serializers.CharField()
    scopes = serializers.ListField(child=serializers.CharField(), help_text="All that the key may do.")
    expires_at = serializers.DateTimeField(allow_null=True)


ME_EXAMPLE = OpenApiExample(
    "A buyer's key",
    value={
        "holder": "buyer",
        "company": {"id": 2, "name": "Acme Calls", "country": "GB", "time_zone": "Europe/London"},
        "platform": None,
        "email": None,
        "key": "tcxc_buyer_1f0c9a2",
        "name": "Billing robot",
        "scopes": ["accounts:read", "money:read"],
        "expires_at": None,
    },
    response_only=True,
)


class MeView(ApiView):
    """Who the caller is."""

    access = {"GET": allow(*Holder)}

    @extend_schema(responses=MeSerializer, examples=[ME_EXAMPLE], operation_id="me")
    def get(self, request: Request) -> Response:
        """Tell which key this is, for whom it speaks, and what it may do."""
        key = self.caller.api_key
        facts = {
            "holder": key.holder,
            "company": key.company,
            "platform": key.platform,
            "email": key.user.email if key.user else None,
            "key": key.hint,
            "name": key.name,
            "scopes": sorted(scope.value for scope in SCOPES_OF_HOLDER[self.caller.holder] if self.caller.may(scope)),
            "expires_at": key.expires_at,
        }
        return Response(MeSerializer(facts).data)


@example(
    "A type",
    {
        "type": "/api/v1/problems/insufficient_balance",
        "status": 402,
        "title": "Not enough money",
        "meaning": "The wallet does not cover it; credit it first.",
    },
)
class ProblemTypeSerializer(serializers.Serializer[Any]):
    """A type of problem."""

    type = serializers.CharField()
    status = serializers.IntegerField(help_text="Its usual HTTP status.")
    title = serializers.CharField()
    meaning = serializers.CharField(help_text="What a client can do about it.")


class PublicView(ApiView):
    """A resource that needs no key."""

    authentication_classes = []
    permission_classes = []
    throttle_classes = []


class ProblemTypesView(PublicView):
    """All types of problems."""

    @extend_schema(responses=ProblemTypeSerializer(many=True), operation_id="problem_types")
    def get(self, request: Request) -> Response:
        """List the types of problems that this API answers with."""
        return Response([problem_type(code) for code in sorted(TYPES)])


class ProblemTypeView(PublicView):
    """One type of problem: the page that `type` in a problem document points to."""

    @extend_schema(responses=ProblemTypeSerializer, operation_id="problem_type")
    def get(self, request: Request, code: str) -> Response:
        """Explain one type of problem."""
        if code not in TYPES:
            raise Http404
        return Response(problem_type(code))


def problem_type(code: str) -> dict[str, Any]:
    """What is said of one type."""
    known = TYPES[code]
    return {"type": f"{TYPE_ROOT}{code}", "status": known.status, "title": known.title, "meaning": known.meaning}


@extend_schema(exclude=True)
class UnknownPath(PublicView):
    """Any path under /api/ that is no resource."""

    http_method_names = ["get", "post", "put", "patch", "delete", "head", "options"]

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer 404."""
        raise Http404

    post = put = patch = delete = get
    options = get  # type: ignore[assignment]
