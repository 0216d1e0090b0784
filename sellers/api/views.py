"""What the views of connections share."""

from django.http import Http404

from sellers.models import Connection
from sellers.queries.standing import find_connection
from tcxc.api.views import ApiView


class ConnectionPart(ApiView):
    """Something of one connection, which the caller must be able to see."""

    @property
    def seller_id(self) -> int | None:
        """Whose connections the caller sees; None: an operator, who sees all."""
        return None if self.caller.is_operator else self.caller.company_id

    def connection(self, connection_id: int) -> Connection:
        """The connection, or 404."""
        found = find_connection(connection_id, seller_id=self.seller_id)
        if found is None:
            raise Http404
        return found
