"""Where a seller can go."""

from django.utils.translation import gettext_lazy as _

from tcxc.pages.navigation import Entry

ENTRIES = (
    Entry(_("Overview"), "seller:home", "gauge"),
    Entry(_("Prices"), "seller:connections", "tags", also=("seller:connection", "seller:prices", "seller:upload")),
    Entry(
        _("Traffic"),
        "seller:calls",
        "phone",
        inside=(
            Entry(_("Calls"), "seller:calls", also=("seller:call",)),
            Entry(_("Messages"), "seller:messages", also=("seller:message",)),
            Entry(_("Buyers"), "seller:buyers", also=("seller:buyer",)),
        ),
    ),
    Entry(_("Money"), "seller:earnings", "wallet"),
    Entry(_("Settings"), "mfa_index", "settings", also=("mfa", "account", "usersessions")),
)
