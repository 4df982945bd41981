"""Addresses of the pages of figures."""

from django.urls import path

from narvard.desk.followup import views

app_name = "followup"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("definitioner/", views.definitions_page, name="definitions"),
    path("indikator/<slug:slug>/", views.indicator, name="indicator"),
    path("indikatorer.csv", views.export, {"kind": "csv"}, name="export-csv"),
    path("indikatorer.xlsx", views.export, {"kind": "xlsx"}, name="export-xlsx"),
]
