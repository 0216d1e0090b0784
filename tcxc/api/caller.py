"""Who calls the API."""

from dataclasses import dataclass

from tcxc.actors import Actor
from tcxc.models import ApiKey, Holder
from tcxc.scopes import Scope, key_grants


@dataclass(frozen=True, slots=True)
class Caller:
    """The key that a request came with, as `request.auth`, and the actor that operations record."""

    api_key: ApiKey
    actor: Actor

    @property
    def holder(self) -> Holder:
        """The side of the exchange for which the key speaks."""
        return Holder(self.api_key.holder)

    @property
    def is_operator(self) -> bool:
        """Whether everything may be seen."""
        return self.holder is Holder.OPERATOR

    @property
    def company_id(self) -> int | None:
        """The buyer's or seller's company; None for platforms and operators."""
        return self.api_key.company_id

    @property
    def name(self) -> str:
        """The holder, the same for all of its keys: `buyer:3`, `seller:4`, `platform:1` or `operator:9`."""
        key = self.api_key
        return f"{key.holder}:{key.company_id or key.platform_id or key.user_id}"

    def may(self, scope: Scope) -> bool:
        """Whether the key has this right."""
        return key_grants(self.api_key.holder, self.api_key.scopes, scope)
