"""Where a seller can go."""

from django.utils.translation import gettext_lazy as _

from tcxc.pages.navigation import DEVELOPERS, SETTINGS, Entry
from tcxc.roles import Permission

ENTRIES = (
    Entry(_("Overview"), "seller:home", "gauge"),
    Entry(
        _("Numbers"),
        "seller:numbers",
        "hash",
        inside=(
            Entry(_("Hosted numbers"), "seller:numbers", also=("seller:number",)),
            Entry(_("Document reviews"), "seller:documents", also=("seller:document",)),
            Entry(_("Required documents"), "seller:documents_required", also=("seller:requirement",)),
        ),
    ),
    Entry(_("Prices"), "seller:connections", "tags", also=("seller:connection", "seller:prices", "seller:upload")),
    Entry(
        _("Traffic"),
        "seller:calls",
        "phone",
        inside=(
            Entry(_("Live calls"), "seller:live_calls"),
            Entry(_("Calls"), "seller:calls", also=("seller:call",)),
            Entry(_("Messages"), "seller:messages", also=("seller:message",)),
            Entry(_("Exports"), "exports:exports", also=("exports:export",)),
            Entry(_("Buyers"), "seller:buyers", also=("seller:buyer",)),
        ),
    ),
    Entry(_("Money"), "seller:earnings", "wallet"),
    DEVELOPERS,
    SETTINGS,
)

COMMANDS = (Entry(_("Make a connection"), "seller:connection_new", "plus", needs=Permission.MANAGE_TRAFFIC),)
