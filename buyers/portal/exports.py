"""The buyer's lists as files. Every one begins at the company that asked, as its page does."""

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from authz.models.records import TrafficRecord
from billing.models import Transfer
from buyers.models import Buyer
from buyers.portal import reads
from buyers.portal.forms import LedgerFilter, RecordFilter
from buyers.portal.views.records import CALL_RESULTS, MESSAGE_RESULTS, results_of
from tcxc.exports.sheets import Column, Sheet, register, table
from tcxc.models import Export
from tcxc.pages.paging import BY_ID, BY_RECORDED_AT
from tcxc.pages.picking import Picks
from tcxc.pages.traffic_exports import BEGINNING, CALL, CHARGE, ENDING, MESSAGE, TRAFFIC

_KINDS = dict(Transfer.Kind.choices)


def register_all() -> None:
    """Have the buyer's lists exported."""
    register("buyer.calls", _("Calls"), _calls)
    register("buyer.messages", _("Messages"), _messages)
    register("buyer.ledger", _("Ledger"), _ledger)


def _calls(export: Export) -> Sheet:
    buyer = _buyer_of(export)
    return _records(export, buyer, reads.calls_of(buyer), (*TRAFFIC, *CALL, *CHARGE), results_of(CALL_RESULTS))


def _messages(export: Export) -> Sheet:
    buyer = _buyer_of(export)
    columns = (*TRAFFIC, *MESSAGE, *CHARGE)
    return _records(export, buyer, reads.messages_of(buyer), columns, results_of(MESSAGE_RESULTS))


def _records(
    export: Export,
    buyer: Buyer,
    rows: QuerySet[TrafficRecord],
    columns: tuple[Column, ...],
    results: list[tuple[str, str]],
) -> Sheet:
    accounts = reads.names_of_accounts(buyer)
    form = RecordFilter(QueryDict(export.query), account=reads.accounts_to_pick(buyer), result=results)
    whose = (Column(_("Account"), "account_id", accounts.get), Column(_("Sub-account"), "account_sid"))
    return table((*BEGINNING, *whose, *columns, *ENDING), rows.filter(**form.lookups()), BY_RECORDED_AT)


def _ledger(export: Export) -> Sheet:
    buyer = _buyer_of(export)
    accounts, wallets = reads.names_of_accounts(buyer), reads.names_of_wallets(buyer)
    form = LedgerFilter(QueryDict(export.query), wallet=Picks(reads.wallets_of(buyer)))
    columns = (
        Column(_("Recorded (UTC)"), "recorded_at"),
        Column(_("What"), "transfer__kind", lambda kind: str(_KINDS.get(kind, kind))),
        Column(_("Note"), "transfer__note"),
        Column(_("Account"), "transfer__account_id", accounts.get),
        Column(_("Wallet"), "ledger_account_id", wallets.get),
        Column(_("Currency"), "currency"),
        Column(_("Amount"), "amount"),
        Column(_("Balance after"), "balance_after"),
        Column(_("Transfer"), "transfer__key"),
        Column(_("Entry"), "id"),
    )
    return table(columns, reads.entries_of(buyer).filter(**form.lookups()), BY_ID)


def _buyer_of(export: Export) -> Buyer:
    return Buyer.objects.select_related("company").get(pk=export.company_id)
