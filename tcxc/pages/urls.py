"""Pages that belong to no side: the public one, the way after sign-in, the choice of a seat, preferences."""

from django.urls import path

from tcxc.pages import views

urlpatterns = [
    path("", views.public, name="public"),
    path("go/", views.go, name="go"),
    path("sit/", views.sit, name="sit"),
    path("preferences/", views.preferences, name="preferences"),
]
