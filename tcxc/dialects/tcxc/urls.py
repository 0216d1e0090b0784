"""Every address of the dialect, with and without a slash at its end."""

import re

from django.urls import URLPattern, re_path

from tcxc.dialects.tcxc import accounts, callbacks, hosting, market, messages, numbers, selling, tools, traffic
from tcxc.dialects.tcxc.endpoint import View

PUBLISHED: dict[str, View] = {
    "number/market": numbers.search,
    "number/purchase": numbers.buy,
    "sellers/did/add": hosting.add,
    "sellers/buyers/list": selling.buyers,
    "sellers/payhistory": selling.pay_history,
    "sellers/list": market.routes,
    "sellers/toproutes": market.top_routes,
    "sellers/message/send": messages.to_buyer,
    "buyers/message/send": messages.to_seller,
    "marketview/search": market.search,
    "lookup.php": market.search,
    "buyers/interconnect": market.take_up,
    "buyers/callhistory": traffic.call_history,
    "buyers/smshistory": traffic.message_history,
    "buyers/tools/getnumbers": tools.sample_numbers,
    "get_numbers.php": tools.sample_numbers,
    "accounts.php": accounts.accounts_or_price_list,
    "whitelist.php": tools.number_facts,
    "scripts/autocomplete/get_zoom_list.php": tools.zoom_list,
    "v_livecalls.php": traffic.live_calls,
}
OURS: dict[str, View] = {
    "number/list": numbers.bought,
    "number/update": numbers.update,
    "number/unsubscribe": numbers.unsubscribe,
    "sellers/did/list": hosting.hosted,
    "sellers/did/edit": hosting.edit,
    "sellers/did/delete": hosting.delete,
    "buyers/account/list": accounts.accounts,
    "buyers/account/balance": accounts.balance,
    "buyers/account/create": accounts.create,
    "buyers/account/update": accounts.update,
    "buyers/account/block": accounts.block,
    "sellers/rates/upload": selling.upload,
    "sellers/rates/status": selling.upload_status,
    "sellers/rates/publish": selling.publish,
}
PLACES = PUBLISHED | OURS


def _place(path: str, view: View) -> URLPattern:
    return re_path(rf"^{re.escape(path)}/?$", view)


urlpatterns = [
    *(_place(path, view) for path, view in PLACES.items()),
    re_path(rf"^{callbacks.PATH}/(?P<signature>[0-9a-fA-F]{{64}})/?$", callbacks.initiate),
]
