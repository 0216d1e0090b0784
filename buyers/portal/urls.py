"""The addresses of the buyer portal, under `/buyer/`."""

from django.urls import path

from buyers.portal.views import accounts, charts, live, market, overview, records, routes, testing

app_name = "buyer"
urlpatterns = [
    path("", overview.home, name="home"),
    path("events/", live.events, name="events"),
    path("accounts/", accounts.accounts, name="accounts"),
    path("accounts/new/", accounts.make, name="account_new"),
    path("accounts/<id:pk>/", accounts.account, name="account"),
    path("accounts/<id:pk>/edit/", accounts.edit, name="account_edit"),
    path("accounts/<id:pk>/block/", accounts.block, name="account_block"),
    path("accounts/<id:pk>/unblock/", accounts.unblock, name="account_unblock"),
    path("accounts/<id:pk>/test/", testing.tester, name="account_test"),
    path("accounts/<id:pk>/links/new/", routes.link, name="link_new"),
    path("accounts/<id:pk>/links/<id:link_pk>/", routes.configuration, name="link"),
    path("accounts/<id:pk>/links/<id:link_pk>/unlink/", routes.unlink, name="link_end"),
    path("accounts/<id:pk>/routes/new/", routes.add_route, name="interconnect_new"),
    path("accounts/<id:pk>/routes/<id:route_pk>/", routes.place_route, name="interconnect"),
    path("accounts/<id:pk>/routes/<id:route_pk>/end/", routes.end_route, name="interconnect_end"),
    path("charts/<slug:what>/<slug:step>/", charts.traffic, name="chart"),
    path("market/", market.market, name="market"),
    path("market/<id:pk>/join/", market.join, name="market_join"),
    path("market/<id:pk>/<slug:code>/", market.price, name="market_price"),
    path("calls/", records.calls, name="calls"),
    path("calls/<id:pk>/", records.call, name="call"),
    path("messages/", records.messages, name="messages"),
    path("messages/<id:pk>/", records.message, name="message"),
    path("ledger/", records.ledger, name="ledger"),
    path("ledger/<id:pk>/", records.entry, name="entry"),
]
