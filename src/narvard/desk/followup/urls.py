"""Addresses of the pages of figures."""

from django.urls import path, re_path

from narvard.desk.followup import views

app_name = "followup"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("definitioner/", views.definitions_page, name="definitions"),
    path("indikator/<slug:slug>/", views.indicator, name="indicator"),
    re_path(r"^indikatorer\.(?P<kind>csv|xlsx)$", views.export, name="export"),
]
