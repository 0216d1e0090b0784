"""Links of accounts to Restcomm sub-accounts."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from buyers import operations
from buyers.api.views import AccountPart
from buyers.models import Account, RestcommLink
from buyers.queries.accounts import find_link, links_of
from buyers.restcomm import configuration_of
from tcxc.api.access import allow
from tcxc.api.examples import BEFORE, SID, example
from tcxc.api.fields import MomentField
from tcxc.api.paging import OLDEST_FIRST, page_of
from tcxc.api.schema import pages_of
from tcxc.api.serializers import StrictSerializer
from tcxc.models import Holder
from tcxc.scopes import Scope

READ = allow(Holder.BUYER, Holder.OPERATOR, scope=Scope.ACCOUNTS_READ)
WRITE = allow(Holder.BUYER, scope=Scope.ACCOUNTS_WRITE)


@example("A sub-account", {"platform": 1, "account_sid": SID})
class LinkBody(StrictSerializer):
    """A sub-account to be linked."""

    platform = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    account_sid = serializers.CharField(max_length=34, help_text="AC and 32 hex digits in lower case.")


class LinkFilters(StrictSerializer):
    """Of which platform: two of them may have the same SID."""

    platform = serializers.IntegerField(min_value=1, max_value=2**63 - 1, required=False)


@example(
    "A link",
    {
        "platform": 1,
        "account_sid": SID,
        "account": 1,
        "network_id": 1,
        "sip_username": "tcxc-1",
        "sip_proxy": "sip:sip.example.net:5060",
        "smpp_address": "smpp.example.net:2776",
        "configuration_data": '{"outbound-voice": [{"proxy": [{"uri": "sip:sip.example.net:5060", "username": '
        '"tcxc-1", "password": "secret", "match": ".*", "headers": []}]}], '
        '"outbound-sms": [{"destination_network_id": 1}]}',
        "curl": "curl -X POST https://restcomm.example/restcomm/2012-04-24/ExtensionsConfiguration.json -d …",
        "created_at": BEFORE,
    },
)
class LinkSerializer(serializers.Serializer[Any]):
    """A link, with what the platform's administrator needs; the texts hold a password, so only writers see them."""

    platform = serializers.IntegerField()
    account_sid = serializers.CharField()
    account = serializers.IntegerField()
    network_id = serializers.IntegerField(help_text="Comes back to us as SMPP TLV 1550.")
    sip_username = serializers.CharField()
    sip_proxy = serializers.CharField()
    smpp_address = serializers.CharField()
    configuration_data = serializers.CharField(
        allow_null=True, help_text="MultiProvider's ConfigurationData: JSON text."
    )
    curl = serializers.CharField(allow_null=True, help_text="Posts it to the platform.")
    created_at = MomentField()


class LinkPart(AccountPart):
    """What links have in common."""

    def shown(self, link: RestcommLink) -> dict[str, Any]:
        """A link as JSON. Operators and readers don't see its SIP password."""
        return shown(link, with_secrets=self.caller.may(Scope.ACCOUNTS_WRITE) and not self.caller.is_operator)


class LinksView(LinkPart):
    """The links of an account."""

    access = {"GET": READ, "POST": WRITE}

    @extend_schema(parameters=[LinkFilters], responses=pages_of(LinkSerializer), operation_id="links_list")
    def get(self, request: Request, account_id: int) -> Response:
        """List the sub-accounts whose traffic this account pays for."""
        rows = links_of(self.account(account_id)).filter(**self.query(LinkFilters))
        page = page_of(rows, request, OLDEST_FIRST)
        return Response(page.answer([self.shown(link) for link in page.rows]))

    @extend_schema(request=LinkBody, responses={201: LinkSerializer}, operation_id="links_create")
    def post(self, request: Request, account_id: int) -> Response:
        """Link a sub-account. It has at most one account: a second link is refused with `already_linked`."""
        account = self.account(account_id)
        body = self.body(LinkBody)
        sid = body["account_sid"]
        made = operations.link_account(account=account, platform_id=body["platform"], account_sid=sid, by=self.actor)
        return Response(self.shown(made), status=201)


class LinkView(LinkPart):
    """One link."""

    access = {"GET": READ, "DELETE": WRITE}

    @extend_schema(parameters=[LinkFilters], responses=LinkSerializer, operation_id="links_read")
    def get(self, request: Request, account_id: int, account_sid: str) -> Response:
        """Show a link."""
        return Response(self.shown(self.link(self.account(account_id), account_sid)))

    @extend_schema(parameters=[LinkFilters], responses={204: None}, operation_id="links_delete")
    def delete(self, request: Request, account_id: int, account_sid: str) -> Response:
        """Untie a sub-account; its requests are then of an unknown account."""
        operations.unlink_account(link=self.link(self.account(account_id), account_sid), by=self.actor)
        return Response(status=204)

    def link(self, account: Account, account_sid: str) -> RestcommLink:
        """The link that the path and the filter name, or 404."""
        platform = self.query(LinkFilters).get("platform")
        found = find_link(account, account_sid, platform_id=platform)
        if found is None:
            raise Http404
        return found


def shown(link: RestcommLink, *, with_secrets: bool) -> dict[str, Any]:
    """A link as JSON, with or without the texts that hold its SIP password."""
    configuration = configuration_of(link)
    facts = {
        "platform": link.platform_id,
        "account_sid": link.account_sid,
        "account": link.account_id,
        "network_id": link.network_id,
        "sip_username": link.sip_username,
        "sip_proxy": configuration.sip_proxy,
        "smpp_address": configuration.smpp_address,
        "configuration_data": configuration.configuration_data if with_secrets else None,
        "curl": configuration.curl if with_secrets else None,
        "created_at": link.created_at,
    }
    return dict(LinkSerializer(facts).data)
