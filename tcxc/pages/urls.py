"""Pages that belong to no side, and those that are the same on both."""

from django.urls import include, path

from tcxc.pages import finding, invitations, views

urlpatterns = [
    path("", views.public, name="public"),
    path("go/", views.go, name="go"),
    path("sit/", views.sit, name="sit"),
    path("preferences/", views.preferences, name="preferences"),
    path("invitations/<str:token>/", invitations.arrive, name="invitation_arrive"),
    path("invitation/", invitations.invitation, name="invitation"),
    path("acting/end/", views.end_acting, name="acting_end"),
    path("find/", finding.find, name="find"),
    path("settings/", include("tcxc.pages.settings.urls")),
    path("developers/", include("tcxc.pages.settings.developer_urls")),
]
