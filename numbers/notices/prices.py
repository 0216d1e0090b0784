"""Mail about new prices, owed through the outbox in the transaction of the change."""

from numbers.models import PriceChange
from tcxc import mail
from tcxc.roles import Permission


def tell_prices(change: PriceChange) -> None:
    """Tell a buyer of new prices of a number, and from when on a renewal brings them."""
    subscription = change.subscription
    letter = mail.write("number_prices", {"change": change, "subscription": subscription})
    to = mail.members_to_tell(subscription.buyer.company, Permission.MANAGE_MONEY)
    mail.owe(letter, key=f"number_prices:{change.pk}", to=to)
