"""The addresses of what programs sign in with, under `/developers/`."""

from django.urls import path

from tcxc.pages.settings import keys, logins

app_name = "developers"
urlpatterns = [
    path("keys/", keys.keys, name="keys"),
    path("keys/new/", keys.make, name="key_new"),
    path("keys/<id:pk>/", keys.shown, name="key"),
    path("keys/<id:pk>/rotate/", keys.rotate, name="key_rotate"),
    path("keys/<id:pk>/revoke/", keys.revoke, name="key_revoke"),
    path("login/new/", logins.make, name="login_new"),
    path("login/rotate/", logins.rotate, name="login_rotate"),
    path("restcomm/new/", logins.new_pair, name="pair_new"),
    path("restcomm/<id:pk>/", logins.pair, name="pair"),
]
