"""What `manage.py demo` prints: everything that is needed to try the product, as JSON or for a person."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings

from billing.models import Wallet
from tcxc.demo.credentials import Secrets
from tcxc.demo.making import Demo, MadeBuyer, MadeSeller

Facts = dict[str, Any]


def answer_of(demo: Demo, credentials: dict[str, Secrets]) -> Facts:
    """The answer as the contract writes it. Money is text with six decimals, in dollars."""
    operator, platform = credentials["operator"], credentials["platform"]
    answer: Facts = {
        "base_url": settings.BASE_URL,
        "operator": {"email": demo.operator.email, "password": operator.password, "key": operator.key},
        "platform": {"id": demo.platform.pk, "name": demo.platform.name, "key": platform.key},
    }
    buyers = {part: _buyer(made, credentials[part]) for part, made in demo.buyers.items()}
    sellers = {part: _seller(made, credentials[part]) for part, made in demo.sellers.items()}
    return answer | buyers | sellers


def keep(answer: Facts, file: Path) -> None:
    """Keep the answer where `make run` looks for it, readable by its owner alone."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".new")
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps(answer))
    fresh.replace(file)


def _buyer(made: MadeBuyer, fresh: Secrets) -> Facts:
    wallets = Wallet.objects.in_bulk({each.account.wallet_id for each in made.accounts})
    accounts = [
        {
            "id": each.account.pk,
            "name": each.account.name,
            "account_sid": each.account_sid,
            "available": f"{wallets[each.account.wallet_id].available:.6f}",
        }
        for each in made.accounts
    ]
    key, secret = fresh.restcomm
    return _company(made.owner.email, fresh) | {"restcomm": {"key": key, "secret": secret}, "accounts": accounts}


def _seller(made: MadeSeller, fresh: Secrets) -> Facts:
    connections = [{"id": each.pk, "name": each.name, "service": each.service} for each in made.connections]
    return _company(made.owner.email, fresh) | {"connections": connections}


def _company(email: str, fresh: Secrets) -> Facts:
    return {
        "email": email,
        "password": fresh.password,
        "key": fresh.key,
        "api_login": fresh.api_login,
        "api_key": fresh.api_key,
    }
