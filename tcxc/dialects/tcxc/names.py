"""The names behind the ids of a page of calls or messages: four queries, however many rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from buyers.models import Account
from sellers.models import Connection, Rate
from tcxc.models import Company


@dataclass(frozen=True, slots=True)
class Names:
    """Names by id, and the description of each rate."""

    accounts: dict[int, str]
    sellers: dict[int, str]
    connections: dict[int, str]
    descriptions: dict[int, str]

    @classmethod
    def of(cls, records: Sequence[Any]) -> Self:
        """The names for these records."""

        def ids(field: str) -> set[int]:
            return {value for record in records if (value := getattr(record, field, None)) is not None}

        return cls(
            dict(Account.objects.filter(pk__in=ids("account_id")).values_list("pk", "name")),
            dict(Company.objects.filter(pk__in=ids("seller_id")).values_list("pk", "name")),
            dict(Connection.objects.filter(pk__in=ids("connection_id")).values_list("pk", "name")),
            dict(Rate.objects.filter(pk__in=ids("rate_pk")).values_list("pk", "description")),
        )
