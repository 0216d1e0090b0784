"""Links to Restcomm sub-accounts, and the pair by which a Restcomm buys numbers."""

import json
import shlex

import pytest

from buyers.models import Account, ProvisioningPair, RestcommLink
from buyers.operations import create_account, create_buyer, link_account, rotate_provisioning_pair, unlink_account
from buyers.restcomm import configuration_of
from tcxc.actors import Actor
from tcxc.crypto import hash_secret
from tcxc.errors import Invalid, NotFound, Refused
from tcxc.models import AuditEvent, Company, Platform

pytestmark = pytest.mark.django_db
BY = Actor.system()
SID = "AC" + "0123456789abcdef" * 2


@pytest.fixture
def account() -> Account:
    buyer = create_buyer(company=Company.objects.create(name="Acme"), by=BY)
    return create_account(buyer=buyer, name="A", by=BY)


@pytest.fixture
def platform() -> Platform:
    return Platform.objects.create(name="Cloud", api_url="https://cloud.example/restcomm/")


def link(account, platform, sid=SID) -> RestcommLink:
    return link_account(account=account, platform_id=platform.pk, account_sid=sid, by=BY)


def test_the_configuration_is_what_multi_provider_reads(account, platform, settings):
    settings.SIP_PROXY_URI = "sip:proxy.example:5060"
    made = link(account, platform)
    configuration = configuration_of(made)
    data = json.loads(configuration.configuration_data)
    proxy = data["outbound-voice"][0]["proxy"][0]
    assert proxy["uri"] == "sip:proxy.example:5060"
    assert proxy["username"] == made.sip_username
    assert len(proxy["password"]) >= 24
    assert proxy["password"] not in str(RestcommLink.objects.values()) + str(AuditEvent.objects.values())
    assert data["outbound-sms"] == [{"destination_network_id": made.network_id}]
    words = shlex.split(configuration.curl)
    assert "https://cloud.example/restcomm/2012-04-24/ExtensionsConfiguration.json" in words
    assert f"AccountSid={SID}" in words
    assert f"ConfigurationData={configuration.configuration_data}" in words


def test_a_sub_account_has_one_account(account, platform):
    link(account, platform)
    other = create_account(buyer=account.buyer, name="B", by=BY)
    for again in (account, other):
        with pytest.raises(Refused) as refused:
            link(again, platform)
        assert refused.value.type == "already_linked"
    link(other, Platform.objects.create(name="Other cloud"))
    assert RestcommLink.objects.count() == 2


def test_an_untied_sub_account_can_be_tied_again_with_new_secrets(account, platform):
    first = link(account, platform)
    unlink_account(link=first, by=BY)
    second = link(account, platform)
    assert second.network_id > first.network_id
    assert second.encrypted_sip_password != first.encrypted_sip_password


@pytest.mark.parametrize("sid", ["", "AC", SID.upper(), "XX" + SID[2:], SID + "0", SID[:-1] + "g", f"{SID}\n"])
def test_what_is_no_sid_is_refused(account, platform, sid):
    with pytest.raises(Invalid):
        link(account, platform, sid)


def test_an_unknown_or_closed_platform_is_refused(account, platform):
    platform.is_active = False
    platform.save()
    with pytest.raises(NotFound):
        link(account, platform)


def test_a_new_pair_ends_the_old_one(account):
    first, second = (rotate_provisioning_pair(account=account, by=BY) for _ in range(2))
    pair = ProvisioningPair.objects.get()
    assert pair.key == second.pair.key != first.pair.key
    assert pair.secret_hash == hash_secret(second.secret) != hash_secret(first.secret)
    assert second.secret not in str(AuditEvent.objects.values())
