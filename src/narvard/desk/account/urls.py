"""Addresses of sign-in, commission and directory."""

from django.urls import path

from narvard.desk.account import views

app_name = "account"
urlpatterns = [
    path("", views.start, name="start"),
    path("logga-in/", views.sign_in, name="sign-in"),
    path("logga-in/demo/", views.sign_in_as, name="sign-in-as"),
    path("logga-ut/", views.sign_out, name="sign-out"),
    path("uppdrag/", views.commission, name="commission"),
    path("enheter/", views.directory, name="directory"),
    path("utkast/", views.draft, name="draft"),
    path("styleguide/", views.styleguide, name="styleguide"),
    path("health", views.health, name="health"),
]
