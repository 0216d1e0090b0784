"""The addresses of the seller console, under `/seller/`."""

from django.urls import path

from sellers.console.views import buyers, charts, connections, live, numbers, overview, prices, traffic

app_name = "seller"
urlpatterns = [
    path("", overview.home, name="home"),
    path("events/", live.events, name="events"),
    path("earnings/", overview.earnings, name="earnings"),
    path("charts/<slug:what>/<slug:step>/", charts.traffic, name="chart"),
    path("live/", live.calls, name="live_calls"),
    path("connections/", connections.connections, name="connections"),
    path("connections/new/", connections.make, name="connection_new"),
    path("connections/<id:pk>/", connections.connection, name="connection"),
    path("connections/<id:pk>/edit/", connections.edit, name="connection_edit"),
    path("connections/<id:pk>/pause/", connections.pause, name="connection_pause"),
    path("connections/<id:pk>/resume/", connections.resume, name="connection_resume"),
    path("connections/<id:pk>/prices/", prices.rates, name="prices"),
    path("connections/<id:pk>/prices.csv", prices.export, name="prices_csv"),
    path("connections/<id:pk>/uploads/", prices.upload, name="upload_new"),
    path("connections/<id:pk>/uploads/<id:upload_pk>/", prices.shown, name="upload"),
    path("connections/<id:pk>/uploads/<id:upload_pk>/errors.csv", prices.errors, name="upload_errors"),
    path("connections/<id:pk>/uploads/<id:upload_pk>/publish/", prices.publish, name="upload_publish"),
    path("connections/<id:pk>/uploads/<id:upload_pk>/restore/", prices.restore, name="upload_restore"),
    path("calls/", traffic.calls, name="calls"),
    path("calls/<id:pk>/", traffic.call, name="call"),
    path("messages/", traffic.messages, name="messages"),
    path("messages/<id:pk>/", traffic.message, name="message"),
    path("buyers/", buyers.buyers, name="buyers"),
    path("buyers/<id:pk>/approve/", buyers.approve, name="buyer_approve"),
    path("buyers/<id:pk>/reject/", buyers.reject, name="buyer_reject"),
    path("numbers/", numbers.numbers, name="numbers"),
    path("numbers/hosted.csv", numbers.export, name="numbers_csv"),
    path("numbers/new/", numbers.host, name="number_new"),
    path("numbers/many/", numbers.host_file, name="number_many"),
    path("numbers/<id:pk>/", numbers.number, name="number"),
    path("numbers/<id:pk>/edit/", numbers.edit, name="number_edit"),
    path("numbers/<id:pk>/block/", numbers.block, name="number_block"),
    path("numbers/<id:pk>/unblock/", numbers.unblock, name="number_unblock"),
    path("numbers/<id:pk>/withdraw/", numbers.withdraw, name="number_withdraw"),
]
