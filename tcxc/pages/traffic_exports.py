"""The columns of exported calls and messages, which are the same on both sides but for whose they are."""

from django.utils.translation import gettext_lazy as _

from authz.models import Direction, Result
from tcxc.exports.sheets import Column

_RESULTS = dict(Result.choices)
_DIRECTIONS = dict(Direction.choices)
BEGINNING = (
    Column(_("Ended (UTC)"), "recorded_at"),
    Column(_("Asked (UTC)"), "started_at"),
)
TRAFFIC = (
    Column(_("Direction"), "direction", lambda word: str(_DIRECTIONS.get(word, word))),
    Column(_("From"), "caller"),
    Column(_("To"), "callee"),
    Column(_("Result"), "result", lambda word: str(_RESULTS.get(word, word))),
    Column(_("Reason"), "reason"),
)
CHARGE = (
    Column(_("Code"), "prefix"),
    Column(_("Price of the first interval"), "price_1"),
    Column(_("Price after it"), "price_n"),
    Column(_("First interval"), "interval_1"),
    Column(_("Further intervals"), "interval_n"),
    Column(_("Currency"), "currency"),
    Column(_("Charge"), "amount"),
)
CALL = (
    Column(_("Seconds talked"), "used_seconds"),
    Column(_("Seconds billed"), "billed_seconds"),
    Column(_("Cause (Q.850)"), "cause"),
)
MESSAGE = (
    Column(_("Parts"), "parts"),
    Column(_("Parts billed"), "billed_parts"),
)
ENDING = (Column(_("Session"), "session_id"), Column(_("Record"), "id"))
