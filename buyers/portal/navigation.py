"""Where a buyer can go."""

from django.utils.translation import gettext_lazy as _

from tcxc.pages.navigation import DEVELOPERS, SETTINGS, Entry
from tcxc.roles import Permission

ENTRIES = (
    Entry(_("Overview"), "buyer:home", "gauge"),
    Entry(
        _("Numbers"),
        "buyer:numbers",
        "hash",
        inside=(
            Entry(
                _("My numbers"),
                "buyer:numbers",
                also=("buyer:number_delivery", "buyer:number_renewal", "buyer:number_release"),
                exactly=("buyer:number",),
            ),
            Entry(_("Buy numbers"), "buyer:number_market", exactly=("buyer:number_buy", "buyer:number_put")),
            Entry(_("Documents"), "buyer:documents", also=("buyer:document",)),
            Entry(_("Subscription log"), "buyer:number_log"),
        ),
    ),
    Entry(
        _("Traffic"),
        "buyer:accounts",
        "phone",
        inside=(
            Entry(
                _("Accounts"),
                "buyer:accounts",
                also=("buyer:account", "buyer:link", "buyer:links", "buyer:interconnect"),
            ),
            Entry(_("Live calls"), "buyer:live_calls", also=("buyer:live_call",)),
            Entry(_("Calls"), "buyer:calls", also=("buyer:call",)),
            Entry(_("Messages"), "buyer:messages", also=("buyer:message",)),
            Entry(_("Exports"), "exports:exports", also=("exports:export",)),
        ),
    ),
    Entry(_("Prices"), "buyer:market", "tags", also=("buyer:market",)),
    Entry(_("Money"), "buyer:ledger", "wallet", also=("buyer:entry",)),
    DEVELOPERS,
    SETTINGS,
)

COMMANDS = (
    Entry(_("Make an account"), "buyer:account_new", "plus", needs=Permission.MANAGE_TRAFFIC),
    Entry(_("Buy numbers"), "buyer:number_market", "plus"),
)
