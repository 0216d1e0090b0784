"""What operators do about messages that could not be delivered."""

from django.db import transaction

from tcxc import audit
from tcxc.actors import Actor
from tcxc.clock import utc_now
from tcxc.errors import Refused
from tcxc.models import OutboxMessage
from tcxc.outbox import wake_deliverer


@transaction.atomic
def retry_message(*, message: OutboxMessage, by: Actor) -> OutboxMessage:
    """Have a message delivered now, with all of its attempts before it. Raises `Refused` for one that was sent."""
    held = OutboxMessage.objects.select_for_update().get(pk=message.pk)
    if held.sent_at is not None:
        raise Refused("This message was sent; nothing is owed any more.")
    before = {"attempts": held.attempts, "gave_up_at": held.gave_up_at, "due_at": held.due_at}
    held.attempts, held.gave_up_at, held.due_at = 0, None, utc_now()
    held.save(update_fields=["attempts", "gave_up_at", "due_at"])
    audit.record("outbox.retry", held, by=by, before=before, after={"attempts": 0, "due_at": held.due_at})
    transaction.on_commit(wake_deliverer, robust=True)
    return held
