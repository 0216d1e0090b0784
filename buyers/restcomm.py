"""What a Restcomm needs to send one sub-account's traffic past us: its MultiProvider extension's configuration."""

import json
import re
import shlex
from dataclasses import dataclass

from django.conf import settings

from buyers.models import RestcommLink
from tcxc.crypto import decrypt

SID = re.compile(r"AC[0-9a-f]{32}", re.ASCII)
EXTENSION_PATH = "/2012-04-24/ExtensionsConfiguration.json"


@dataclass(frozen=True, slots=True)
class Configuration:
    """The texts to be posted, the command that does it, and the SMPP address for Restcomm's own settings."""

    configuration_data: str
    curl: str
    sip_proxy: str
    smpp_address: str


def configuration_of(link: RestcommLink) -> Configuration:
    """The configuration for a link. It holds the SIP password: show it only to who may see the link."""
    data = configuration_data(link)
    return Configuration(data, curl_line(link, data), settings.SIP_PROXY_URI, settings.SMPP_ADDRESS)


def configuration_data(link: RestcommLink) -> str:
    """The JSON text: every call to our SIP proxy by name and password, every message with our network id (TLV 1550)."""
    proxy = {
        "uri": settings.SIP_PROXY_URI,
        "username": link.sip_username,
        "password": decrypt(link.encrypted_sip_password),
        "match": ".*",
        "headers": [],
    }
    return json.dumps(
        {"outbound-voice": [{"proxy": [proxy]}], "outbound-sms": [{"destination_network_id": link.network_id}]}
    )


def curl_line(link: RestcommLink, data: str) -> str:
    """The command for the platform's super-administrator, who fills in SID and token."""
    address = (link.platform.api_url or "https://restcomm.example/restcomm").rstrip("/") + EXTENSION_PATH
    fields = {"ExtensionName": "multi_provider", "Enabled": "true", "AccountSid": link.account_sid}
    words = ["curl", "-X", "POST", address, "-u", "ADMIN_SID:AUTH_TOKEN"]
    for name, value in fields.items():
        words += ["-d", f"{name}={value}"]
    return shlex.join([*words, "--data-urlencode", f"ConfigurationData={data}"])
