"""Who is acting: a person, a key, or the system itself."""

from dataclasses import dataclass
from typing import Self

from tcxc.models import ApiKey, User


@dataclass(frozen=True, slots=True)
class Actor:
    """The one who asks for an operation, and for whom. `acting_for` is set when an operator acts on behalf.

    `via` names the credentials of a dialect, which are no key of ours: `login:3`.
    """

    user: User | None = None
    api_key: ApiKey | None = None
    acting_for: User | None = None
    address: str | None = None
    via: str = ""

    @classmethod
    def system(cls) -> Self:
        """The house itself: a job, a migration, a management command."""
        return cls()

    @property
    def label(self) -> str:
        """A short name for ledger rows: `user:7`, `key:12`, `login:3` or `system`."""
        if self.via:
            return self.via
        if self.api_key is not None:
            return f"key:{self.api_key.pk}"
        return f"user:{self.user.pk}" if self.user is not None else "system"
