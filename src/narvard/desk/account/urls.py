"""Addresses of sign-in, commission, one's own account and the directory."""

from django.urls import path

from narvard.desk.account import own, second_factor, siths, views

app_name = "account"
urlpatterns = [
    path("", views.start, name="start"),
    path("logga-in/", views.sign_in, name="sign-in"),
    path("logga-in/demo/", views.sign_in_as, name="sign-in-as"),
    path("logga-in/kod/", second_factor.ask, name="second-factor"),
    path("logga-in/siths/", siths.go, name="siths"),
    path("logga-in/siths/svar/", siths.back, name="siths-back"),
    path("logga-ut/", views.sign_out, name="sign-out"),
    path("uppdrag/", views.commission, name="commission"),
    path("konto/", own.own, name="own"),
    path("konto/losenord/", own.password, name="password"),
    path("konto/engangskoder/", second_factor.new, name="second-factor-new"),
    path("konto/reservkoder/", second_factor.renew_codes, name="recovery-codes"),
    path("konto/hjalp/", own.find, name="find"),
    path("konto/hjalp/<uuid:pk>/", own.reset, name="reset"),
    path("enheter/", views.directory, name="directory"),
    path("utkast/", views.draft, name="draft"),
    path("styleguide/", views.styleguide, name="styleguide"),
    path("health", views.health, name="health"),
]
